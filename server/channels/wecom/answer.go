package wecom

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// A callback names an address for one answer (response_url), which is good for an
// hour. It takes markdown, and in a chat with one person also cards; in a group
// the answer quotes what it answers ("Active replies").
const (
	answerLife = time.Hour
	// answerMargin is left for the way to WeCom and for clocks that differ.
	answerMargin = 5 * time.Minute
	// answerPlace is what an address is encrypted for, in place of a receive id.
	answerPlace = "sluice answer"
	// weComHost is the domain of WeCom's addresses.
	weComHost = "weixin.qq.com"
	// singleChat is the type of a chat with one person.
	singleChat = "single"
)

// answer is where a callback can be answered, or nil. The address is a key, so it
// is encrypted again with the key that it came under, the same way each time.
func (p *Provider) answer(a channels.Account, c callback, query url.Values) *channels.Answer {
	if answerURL(a, string(c.ResponseURL)) == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(c.ResponseURL))
	address, err := Encrypt(a.Credentials[credAESKey], string(c.ResponseURL), answerPlace, [randomSize]byte(sum[:randomSize]))
	seconds, errTime := strconv.ParseInt(query.Get("timestamp"), 10, 64)
	if err != nil || errTime != nil {
		return nil
	}
	return &channels.Answer{
		Address: address, Until: time.Unix(seconds, 0).UTC().Add(answerLife - answerMargin), Private: c.ChatType == singleChat,
	}
}

// answerURL is an address that WeCom can have made, else "": on the host that the
// channel calls, or on one of WeCom's.
func answerURL(a channels.Account, address string) string {
	u, err := url.Parse(address)
	base, errBase := url.Parse(a.Base(defaultBaseURL))
	if err != nil || errBase != nil || u.User != nil || u.Hostname() == "" {
		return ""
	}
	if u.Scheme == base.Scheme && strings.EqualFold(u.Hostname(), base.Hostname()) || channels.UnderHost(u, weComHost) {
		return u.String()
	}
	return ""
}

// TakesAnswer implements channels.Answerer. The markdown of answers has no
// colours, which are written like HTML.
func (p *Provider) TakesAnswer(_ channels.Account, m flows.Message, to channels.Answer) bool {
	switch m.Type {
	case flows.MessageMarkdown:
		return !strings.Contains(m.Text, "<font")
	case flows.MessageMarkdownV2:
		return true
	case flows.MessageCard:
		return to.Private
	}
	return false
}

// sendAnswer posts to the address of an answer. used is false when the message has
// to go to the robot's own address: there is no address to read, or WeCom says
// that it is used up, over, or not for this.
func (p *Provider) sendAnswer(ctx context.Context, a channels.Account, o channels.Outbound, content object) (used bool, err error) {
	if o.Answer == nil || !p.now().Before(o.Answer.Until) || !p.TakesAnswer(a, o.Message, *o.Answer) {
		return false, nil
	}
	plain, place, err := Decrypt(a.Credentials[credAESKey], o.Answer.Address)
	address := answerURL(a, plain)
	if err != nil || place != answerPlace || address == "" {
		return false, nil //nolint:nilerr // The key was changed since: nobody can read it any more.
	}
	form := string(o.Message.Type)
	if o.Message.Type == flows.MessageMarkdownV2 {
		form = string(flows.MessageMarkdown)
	}
	data, err := json.Marshal(object{"msgtype": form, form: content})
	if err != nil {
		panic("wecom: an answer cannot be written as JSON: " + err.Error())
	}
	_, err = p.post(ctx, a, address, "application/json", bytes.NewReader(data))
	switch se := channels.AsSendError(err); {
	case se == nil:
		return true, nil
	case se.Class == channels.ClassUnknown || se.Code == channels.CodeNotConnected:
		return true, err
	}
	return false, nil
}
