package wecom

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // WeCom asks for the MD5 of images, to find damage.
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// WeCom's limits, in bytes.
const (
	maxText     = 2048
	maxMarkdown = 4096
	maxImage    = 2 << 20
	maxFile     = 20 << 20
)

// object is a JSON object of WeCom's; its forms have nothing in common.
type object = map[string]any

// Send says something in the group. WeCom answers without an id and has no
// idempotency key: our own id stands for its.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	switch {
	case a.Credentials[credKey] == "":
		return channels.Accepted{}, channels.MissingSetting("robot key")
	case !p.kind.Takes(a.Type, o.Message.Type):
		return channels.Accepted{}, channels.WrongForm(title, o.Message.Type, "Choose one of the robot's forms.")
	case !o.Deadline.IsZero() && !p.now().Before(o.Deadline):
		return channels.Accepted{}, channels.DeadlinePassed(title)
	}
	content, err := p.content(ctx, a, o.Message)
	if err != nil {
		return channels.Accepted{}, err
	}
	if used, err := p.sendAnswer(ctx, a, o, content); used {
		return channels.Accepted{ProviderMessageID: o.MessageID}, err
	}
	form := string(o.Message.Type)
	data, err := json.Marshal(object{"msgtype": form, form: content})
	if err != nil {
		panic("wecom: a message cannot be written as JSON: " + err.Error())
	}
	if _, err := p.call(ctx, a, "/cgi-bin/webhook/send", url.Values{}, "application/json", bytes.NewReader(data)); err != nil {
		return channels.Accepted{}, err
	}
	return channels.Accepted{ProviderMessageID: o.MessageID}, nil
}

// content is what stands under the form's name.
func (p *Provider) content(ctx context.Context, a channels.Account, m flows.Message) (object, error) {
	switch m.Type {
	case flows.MessageImage:
		return p.image(ctx, m)
	case flows.MessageFile:
		return p.file(ctx, a, m)
	case flows.MessageNews:
		return news(m), nil
	case flows.MessageCard:
		return card(m), nil
	case flows.MessageMarkdown, flows.MessageMarkdownV2:
		if len(m.Text) > maxMarkdown {
			return nil, p.codes[codeTooLong].Error(codeTooLong)
		}
		return object{"content": m.Text}, nil
	}
	if len(m.Text) > maxText {
		return nil, p.codes[codeTooLong].Error(codeTooLong)
	}
	text := object{"content": m.Text}
	put(text, "mentioned_list", filled(m.Mentioned))
	put(text, "mentioned_mobile_list", filled(m.MentionedMobiles))
	return text, nil
}

func (p *Provider) image(ctx context.Context, m flows.Message) (object, error) {
	f, err := attachment.Fetch(ctx, p.http, m.URL, m.Filename, maxImage)
	if err != nil {
		return nil, err
	}
	if kind := http.DetectContentType(f.Content); kind != "image/png" && kind != "image/jpeg" {
		return nil, p.codes[codeNoPicture].Error(codeNoPicture)
	}
	sum := md5.Sum(f.Content) //nolint:gosec // See the import.
	return object{"base64": base64.StdEncoding.EncodeToString(f.Content), "md5": hex.EncodeToString(sum[:])}, nil
}

func (p *Provider) file(ctx context.Context, a channels.Account, m flows.Message) (object, error) {
	f, err := attachment.Fetch(ctx, p.http, m.URL, m.Filename, maxFile)
	if err != nil {
		return nil, err
	}
	id, err := p.upload(ctx, a, f.Name, f.Content)
	if err != nil {
		// Nothing was said in the group yet: uploading again does no harm.
		if se := channels.AsSendError(err); se.Class == channels.ClassUnknown {
			se.Class = channels.ClassRetryable
		}
		return nil, err
	}
	return object{"media_id": id}, nil
}

func news(m flows.Message) object {
	articles := make([]object, 0, len(m.Articles))
	for _, in := range m.Articles {
		article := object{"title": in.Title, "url": in.URL}
		put(article, "description", in.Description)
		put(article, "picurl", in.Picture)
		articles = append(articles, article)
	}
	return object{"articles": articles}
}

// link is the type of jumps and actions that open an address.
const link = 1

func card(m flows.Message) object {
	heading := object{"title": m.Title}
	put(heading, "desc", m.Description)
	c := object{"card_type": m.Card, "main_title": heading, "card_action": object{"type": link, "url": m.URL}}
	if m.Card == "news_notice" {
		c["card_image"] = object{"url": m.Picture}
	} else {
		put(c, "sub_title_text", m.Text)
		if m.Emphasis != "" {
			emphasis := object{"title": m.Emphasis}
			put(emphasis, "desc", m.EmphasisTitle)
			c["emphasis_content"] = emphasis
		}
	}
	var facts, jumps []object
	for _, in := range m.Facts {
		fact := object{"keyname": in.Name}
		put(fact, "value", in.Value)
		if in.URL != "" {
			fact["type"], fact["url"] = link, in.URL
		}
		facts = append(facts, fact)
	}
	for _, in := range m.Buttons {
		jumps = append(jumps, object{"type": link, "title": in.Title, "url": in.URL})
	}
	if len(facts) > 0 {
		c["horizontal_content_list"] = facts
	}
	if len(jumps) > 0 {
		c["jump_list"] = jumps
	}
	return c
}

// put leaves out what is empty.
func put[T string | []string](o object, name string, value T) {
	if len(value) > 0 {
		o[name] = value
	}
}

// filled are the entries that a template did not leave empty.
func filled(list []string) []string {
	var found []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			found = append(found, s)
		}
	}
	return found
}
