// Package email sends mails through an SMTP server that the operator names, and
// reads the bounces that come back.
//
// The protocol is SMTP (RFC 5321) with STARTTLS (RFC 3207) and AUTH (RFC 4954),
// spoken by github.com/wneessen/go-mail. Bounces are reports as of RFC 3464,
// complaints as of RFC 5965.
package email

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "email"

const (
	title = "Email (SMTP)"
	// vendor is how messages for people call the other side.
	vendor = "The mail server"

	credUsername = "username"
	credPassword = "password"
	credToken    = "bounce_token"

	settingHost        = "host"
	settingPort        = "port"
	settingSecurity    = "security"
	settingAuth        = "auth"
	settingFrom        = "from_address"
	settingFromName    = "from_name"
	settingReplyTo     = "reply_to"
	settingBounce      = "bounce_address"
	settingUnsubscribe = "unsubscribe"

	securitySTARTTLS = "starttls"
	securityTLS      = "tls"
	securityNone     = "none"

	authNone = "none"

	// exchangeTimeout bounds one conversation with the server.
	exchangeTimeout = 25 * time.Second
)

// Network is how to reach the server and the files of attachments;
// *egress.Client is the real one.
type Network interface {
	Dial(ctx context.Context, network, addr string) (net.Conn, error)
	DialTLS(ctx context.Context, network, addr string) (net.Conn, error)
	TLSConfig(addr string) *tls.Config
	DoUpTo(req *http.Request, maxBytes int64) (*egress.Response, error)
}

// Provider is a mail server. It keeps no state about accounts.
type Provider struct {
	network Network
	now     func() time.Time
	kind    channels.Kind
	codes   map[string]channels.KnownCode
}

// New makes the provider.
func New(network Network) *Provider {
	return &Provider{network: network, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes mail.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

func kind() channels.Kind {
	const address = `[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190}`
	signsIn := &channels.When{Setting: settingAuth, Values: []string{"auto", "plain", "login", "cram-md5", "xoauth2"}}
	return channels.Kind{
		Name: Name, Title: title,
		Help:         "Mails through any SMTP server: your company's, or that of a mail service.",
		ChannelTypes: []channels.ChannelType{channels.Email},
		Credentials: []channels.Field{
			{Name: credUsername, Title: "User name", Required: true, Pattern: `.{1,200}`, When: signsIn, Help: "Of the account at the mail server; often the mail address."},
			{Name: credPassword, Title: "Password", Required: true, Secret: true, When: signsIn, Help: "Its password, an app password, or for XOAUTH2 the access token."},
			{
				Name: credToken, Title: "Token for bounces", Secret: true, Pattern: `[A-Za-z0-9_-]{16,128}`,
				Help: "Any 16 letters and digits or more that you choose. Whoever posts bounces to the callback address sends it. Without it none are taken.",
			},
		},
		Settings: []channels.Field{
			{Name: settingHost, Title: "Server", Required: true, Address: true, Pattern: `[A-Za-z0-9.:-]{1,253}`, Example: "smtp.example.com", Help: "The SMTP server for outgoing mail, from your mail service's help. Inside your own network the operator has to allow it with SLUICE_EGRESS_ALLOW."},
			{Name: settingPort, Title: "Port", Address: true, Pattern: `[0-9]{1,5}`, Default: "587", Short: true, Help: "587 goes with STARTTLS, 465 with TLS."},
			{Name: settingSecurity, Title: "Encryption", Default: securitySTARTTLS, Short: true, Choices: []channels.Choice{
				{Value: securitySTARTTLS, Title: "STARTTLS"}, {Value: securityTLS, Title: "TLS from the beginning"}, {Value: securityNone, Title: "None: only inside your own network"},
			}},
			{Name: settingAuth, Title: "Sign in", Default: "auto", Choices: []channels.Choice{
				{Value: "auto", Title: "As the server offers"},
				{Value: "plain", Title: "PLAIN"},
				{Value: "login", Title: "LOGIN"},
				{Value: "cram-md5", Title: "CRAM-MD5"},
				{Value: "xoauth2", Title: "XOAUTH2"},
				{Value: authNone, Title: "Without signing in"},
			}},
			{Name: settingFrom, Title: "From address", Required: true, Pattern: address, Example: "hello@example.com", Help: "The mail server has to let the account send from it."},
			{Name: settingFromName, Title: "From name", Pattern: `[^\r\n]{1,100}`, Example: "My Shop"},
			{Name: settingReplyTo, Title: "Reply to", Pattern: address, Example: "support@example.com", Help: "Where people's answers go. Empty: to the from address."},
			{Name: settingBounce, Title: "Bounce address", Pattern: `[^\s@<>,;"+]{1,7}@[^\s@<>,;"]{1,190}`, Example: "bounces@example.com", Help: "Where mail servers send back what cannot be delivered; at most seven letters before the @. Each mail adds + and a token of its own to it, so its mailbox has to take such addresses."},
			{Name: settingUnsubscribe, Title: "Unsubscribe address", Pattern: `https://[^\s<>]{1,500}|mailto:[^\s<>]{1,300}`, Example: "https://example.com/unsubscribe", Help: "Promotional mails name it, so that mail programs show a button. https:// or mailto:."},
		},
		Identity: []string{settingHost, settingPort, credUsername, settingFrom},
		Sections: []channels.Section{
			{Name: "account", Title: "Mail server", Fields: []string{settingHost, settingPort, settingSecurity, settingAuth, credUsername, credPassword}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingFrom, settingFromName, settingReplyTo}},
			{Name: "bounces", Title: "Bounces", Folded: true, Help: "To learn which mails could not be delivered.", Fields: []string{settingBounce, credToken}},
			{Name: channels.SectionMore, Folded: true, Fields: []string{settingUnsubscribe}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.Email: {}},
		Forms:    map[channels.ChannelType][]flows.MessageType{channels.Email: {flows.MessageEmail, flows.MessageText}},
		HookHelp: "For bounces: let the mailbox of the bounce address, or your mail service's inbound route, post each mail as it is to this address, " +
			"with the header “Authorization: Bearer” and the token for bounces. In Postfix, an alias does it: " +
			`bounces: "|curl -sf --data-binary @- -H 'Authorization: Bearer TOKEN' ADDRESS".`,
	}
}

// Verify connects, signs in, and asks whether the from address may send.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := p.checkComplete(a); err != nil {
		return err
	}
	s, err := p.connect(ctx, a)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.smtp.Mail(bracketed(a.Settings[settingFrom])); err != nil {
		se := p.classify(a, err, false)
		if se.Class == channels.ClassPermanent {
			se.Hint = "Check that the account may send from the from address."
		}
		return se
	}
	// Nothing was sent: a server that is rude now does no harm.
	_ = s.smtp.Reset()
	_ = s.smtp.Quit()
	return nil
}

// checkComplete catches a channel that was never set up to the end.
func (p *Provider) checkComplete(a channels.Account) error {
	signsIn := p.kind.Setting(a, settingAuth) != authNone
	switch {
	case a.Settings[settingHost] == "":
		return channels.MissingSetting("server")
	case a.Settings[settingFrom] == "":
		return channels.MissingSetting("from address")
	case signsIn && a.Credentials[credUsername] == "":
		return channels.MissingSetting("user name")
	case signsIn && a.Credentials[credPassword] == "":
		return channels.MissingSetting("password")
	}
	return nil
}
