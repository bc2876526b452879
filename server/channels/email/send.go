package email

import (
	"bytes"
	"context"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// maxAttachments bounds the files of one mail together; most servers take mails
// of 20 MB or more, in which files grow by a third.
const maxAttachments = 10 << 20

// Send hands one mail to the server. Its acceptance is all the news there is:
// SMTP does not tell when a mailbox got the mail.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := p.checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	if !o.Deadline.IsZero() && !p.now().Before(o.Deadline) {
		return channels.Accepted{}, channels.DeadlinePassed("the mail server")
	}
	m, err := p.message(ctx, a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	s, err := p.connect(ctx, a)
	if err != nil {
		return channels.Accepted{}, err
	}
	defer s.close()
	if err, unsure := s.deliver(returnPath(a, o.MessageID), m); err != nil {
		return channels.Accepted{}, p.classify(a, err, unsure)
	}
	return channels.Accepted{ProviderMessageID: messageName(a, o.MessageID)}, nil
}

// deliver goes through one transaction (RFC 5321, 3.3). Once the content's end is
// on its way, the server may have the mail without our knowing: that is unsure.
//
//nolint:revive // The error says what happened, unsure what it means.
func (s session) deliver(from string, m *gomail.Msg) (err error, unsure bool) {
	if err := s.smtp.Mail(bracketed(from)); err != nil {
		return err, false
	}
	for _, to := range m.GetTo() {
		if err := s.smtp.Rcpt(bracketed(to.Address)); err != nil {
			return err, false
		}
	}
	content, err := s.smtp.Data()
	if err != nil {
		return err, false
	}
	if _, err := m.WriteTo(content); err != nil {
		return err, false
	}
	if err := content.Close(); err != nil {
		return err, true
	}
	// It has the mail; it need not say goodbye.
	_ = s.smtp.Quit()
	return nil, false
}

// bracketed is an address as commands have it (RFC 5321, 4.1.2).
func bracketed(address string) string { return "<" + address + ">" }

// message writes the mail. Nothing that a variable holds can add a header: all
// are cleaned of line ends here and encoded by the library.
func (p *Provider) message(ctx context.Context, a channels.Account, o channels.Outbound) (*gomail.Msg, error) {
	in := o.Message
	if !p.kind.Takes(a.Type, in.Type) {
		return nil, channels.WrongForm("Mail", in.Type, "Send a mail.")
	}
	if in.Type == flows.MessageText && in.Subject == "" {
		// A test message is text alone.
		in.Subject = clipped(in.Text)
	}
	m := gomail.NewMsg()
	if err := p.address(m, a, o.To, in); err != nil {
		return nil, err
	}
	m.Subject(subjectOf(in.Subject))
	m.SetDateWithValue(p.now())
	m.SetMessageIDWithValue(messageName(a, o.MessageID))
	if list := a.Settings[settingUnsubscribe]; list != "" && o.Category == "promotional" {
		m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+list+">")
		if strings.HasPrefix(list, "https://") {
			m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		}
	}
	switch {
	case strings.TrimSpace(in.Text) == "" && strings.TrimSpace(in.HTML) == "":
		return nil, p.codes[codeNoBody].Error(codeNoBody)
	case in.HTML == "":
		m.SetBodyString(gomail.TypeTextPlain, in.Text)
	case in.Text == "":
		m.SetBodyString(gomail.TypeTextHTML, in.HTML)
	default:
		m.SetBodyString(gomail.TypeTextPlain, in.Text)
		m.AddAlternativeString(gomail.TypeTextHTML, in.HTML)
	}
	return m, p.attach(ctx, m, in.Attachments)
}

// address sets who the mail is from and for.
func (p *Provider) address(m *gomail.Msg, a channels.Account, to string, in flows.Message) error {
	recipient, err := mail.ParseAddress(to)
	if err != nil || !plain(recipient.Address) {
		return p.codes[codeAddress].Error(codeAddress)
	}
	name := first(oneLine(in.FromName), maxName)
	if name == "" {
		name = a.Settings[settingFromName]
	}
	sender, err := mail.ParseAddress(a.Settings[settingFrom])
	if err != nil {
		return p.codes[codeAddress].Error(codeAddress)
	}
	m.FromMailAddress(&mail.Address{Name: name, Address: sender.Address})
	m.ToMailAddress(&mail.Address{Address: recipient.Address})
	replyTo := strings.TrimSpace(in.ReplyTo)
	if replyTo == "" {
		replyTo = a.Settings[settingReplyTo]
	}
	if replyTo != "" {
		answers, err := mail.ParseAddress(replyTo)
		if err != nil {
			return p.codes[codeAddress].Error(codeAddress)
		}
		m.ReplyToMailAddress(answers)
	}
	return nil
}

// plain tells whether an address can stand in a command as it is. The part before
// the @ may be quoted (RFC 5322), and what was in the quotes could end the address
// there and add another one, or a parameter.
func plain(address string) bool {
	return !strings.ContainsFunc(address, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>"\`, r)
	})
}

// attach fetches the files and puts them into the mail.
func (p *Provider) attach(ctx context.Context, m *gomail.Msg, files []flows.MessageAttachment) error {
	left := int64(maxAttachments)
	for _, file := range files {
		f, err := attachment.Fetch(ctx, p.network, file.URL, file.Filename, left)
		if err != nil {
			return err
		}
		left -= int64(len(f.Content))
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Content), gomail.WithFileContentType(gomail.ContentType(f.ContentType))); err != nil {
			return channels.AsSendError(err)
		}
	}
	return nil
}

// oneLine makes what a variable may hold fit for a header.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}

// clipped is the beginning of a text, for a subject.
func clipped(s string) string {
	line := oneLine(s)
	if short := first(line, 60); short != line {
		return short + "…"
	}
	return line
}

// maxName is how many characters of a name stand beside the from address, as in the
// channel's settings.
const maxName = 100

// first is a text's first n characters.
func first(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
