package email

import (
	"context"
	"errors"
	"net"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"sluice/server/channels"
)

// session is one conversation with a mail server, signed in.
type session struct {
	smtp *smtp.Client
	conn net.Conn
	stop func() bool
}

// close ends it, also when the server does not answer any more.
func (s session) close() {
	s.stop()
	_ = s.conn.Close()
}

// connect dials through the outbound client, encrypts and signs in. The end of
// ctx ends the connection.
func (p *Provider) connect(ctx context.Context, a channels.Account) (session, error) {
	host, port := a.Settings[settingHost], p.kind.Setting(a, settingPort)
	addr := net.JoinHostPort(host, port)
	security := p.kind.Setting(a, settingSecurity)
	dial := p.network.Dial
	if security == securityTLS {
		dial = p.network.DialTLS
	}
	conn, err := dial(ctx, "tcp", addr)
	if err != nil {
		return session{}, notConnected(ctx, err)
	}
	s := session{conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	options := []gomail.Option{
		gomail.WithTimeout(exchangeTimeout), gomail.WithHELO(domainOf(a.Settings[settingFrom])), gomail.WithTLSConfig(p.network.TLSConfig(addr)),
		gomail.WithTLSPolicy(gomail.NoTLS),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }),
	}
	if security == securitySTARTTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if security == securityTLS {
		options = append(options, gomail.WithSSL())
	}
	if auth, signsIn := authTypes(security)[p.kind.Setting(a, settingAuth)]; signsIn {
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(a.Credentials[credUsername]), gomail.WithPassword(a.Credentials[credPassword]))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		s.close()
		return session{}, &channels.SendError{Class: channels.ClassPermanent, Code: channels.CodeSettings, Message: "The channel's settings for the mail server do not fit together.", Hint: "Check server, port and encryption."}
	}
	if s.smtp, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		s.close()
		return session{}, p.greeted(ctx, a, err)
	}
	return s, nil
}

// authTypes are the ways to sign in. Without encryption the password goes in the
// clear, which the operator chose.
func authTypes(security string) map[string]gomail.SMTPAuthType {
	types := map[string]gomail.SMTPAuthType{
		"auto": gomail.SMTPAuthAutoDiscover, "plain": gomail.SMTPAuthPlain, "login": gomail.SMTPAuthLogin,
		"cram-md5": gomail.SMTPAuthCramMD5, "xoauth2": gomail.SMTPAuthXOAUTH2,
	}
	if security == securityNone {
		types["auto"], types["plain"], types["login"] = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	}
	return types
}

// notConnected classifies an error before the first word of SMTP.
func notConnected(ctx context.Context, err error) *channels.SendError {
	se := &channels.SendError{Class: channels.ClassRetryable, Code: channels.CodeNotConnected, Message: vendor + " could not be reached.", Hint: "Check server and port.", Err: errors.Join(ctx.Err(), err)}
	if blocked := channels.NetworkError(vendor, err); blocked.Code == channels.CodeBlocked {
		blocked.Message = "The mail server's address lies where calls are not allowed to go."
		blocked.Hint = "Correct the channel's server, or let the operator allow it with SLUICE_EGRESS_ALLOW."
		return blocked
	}
	return se
}

// greeted classifies an error between the greeting and the end of signing in:
// no message was handed over yet.
func (p *Provider) greeted(ctx context.Context, a channels.Account, err error) *channels.SendError {
	for _, unsupported := range []error{
		gomail.ErrPlainAuthNotSupported, gomail.ErrLoginAuthNotSupported, gomail.ErrCramMD5AuthNotSupported, gomail.ErrXOauth2AuthNotSupported, gomail.ErrNoSupportedAuthDiscovered,
	} {
		if errors.Is(err, unsupported) {
			return p.codes[codeNoAuth].Error(codeNoAuth)
		}
	}
	if strings.Contains(err.Error(), "does not support STARTTLS") {
		return p.codes[codeNoSTARTTLS].Error(codeNoSTARTTLS)
	}
	se := p.classify(a, err, false)
	if ctx.Err() != nil {
		se.Err = ctx.Err()
	}
	return se
}
