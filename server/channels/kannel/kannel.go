// Package kannel sends SMS through a Kannel gateway that the operator runs
// (bearerbox and smsbox), which brings SMPP and the other protocols of SMS
// centres.
//
// The facts about it come from Kannel's user's guide 1.4.5 ("Using the HTTP
// Interface to Send SMS Messages", "Delivery Reports", "SMS services") and from
// what its programs answer.
package kannel

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "kannel"

const (
	title    = "Kannel"
	sendPath = "/cgi-bin/sendsms"
	// exampleURL has the port that smsbox listens on in Kannel's own examples.
	exampleURL = "http://kannel.example.com:13013"

	credUsername = "username"
	credPassword = "password"
	credInbound  = "inbound_token"

	settingSender = "sender"
	settingSMSC   = "smsc"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is Kannel. It keeps no state about accounts.
type Provider struct {
	http  Doer
	now   func() time.Time
	kind  channels.Kind
	codes map[string]channels.KnownCode
}

// New makes the provider.
func New(client Doer) *Provider {
	return &Provider{http: client, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes Kannel.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

func kind() channels.Kind {
	return channels.Kind{
		Name:         Name,
		Title:        title,
		Help:         "SMS through a Kannel gateway that you run yourself, connected to a carrier over SMPP.",
		ChannelTypes: []channels.ChannelType{channels.SMS},
		Address: &channels.Field{
			Name: "base_url", Title: "Address of smsbox", Required: true, Example: exampleURL,
			Help: "Host and sendsms-port of the smsbox group in kannel.conf. Inside your own network the operator has to allow it with SLUICE_EGRESS_ALLOW.",
		},
		Credentials: []channels.Field{
			{
				Name: credUsername, Title: "User name", Required: true, Pattern: `[!-~]{1,64}`, Example: "sluice",
				Help: "username of a sendsms-user group in kannel.conf.",
			},
			{
				Name: credPassword, Title: "Password", Required: true, Secret: true, Pattern: `[!-~]{1,128}`,
				Help: "password of the same group. Delivery reports are proven with it too.",
			},
			{
				Name: credInbound, Title: "Token for incoming messages", Secret: true, Pattern: `[A-Za-z0-9_-]{16,128}`,
				Help: "Any 16 letters and digits or more that you choose. It goes into the get-url of the sms-service group. Without it, messages from people are refused.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender", Required: true, Pattern: `\+?[0-9]{3,20}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10}`, Example: "12345",
				Help: "The number, short code or name that the carrier lets you send from.",
			},
			{
				Name: settingSMSC, Title: "SMS centre", Pattern: `[A-Za-z0-9_.-]{1,64}`, Example: "carrier-1",
				Help: "smsc-id of the connection to send through. Empty: Kannel chooses.",
			},
		},
		Identity: []string{channels.AddressField, credUsername, settingSender, settingSMSC},
		Sections: []channels.Section{
			{Name: "account", Title: "Gateway", Fields: []string{channels.AddressField, credUsername, credPassword}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender, settingSMSC}},
			{Name: "replies", Title: "Messages from people", Folded: true, Fields: []string{credInbound}},
		},
		Receipts:        map[channels.ChannelType]channels.Receipts{channels.SMS: {Delivered: true}},
		Forms:           map[channels.ChannelType][]flows.MessageType{channels.SMS: {flows.MessageText}},
		Inbound:         true,
		IgnoresCategory: []channels.ChannelType{channels.SMS},
		HookHelp: "Delivery reports find it by themselves. For messages from people, add to kannel.conf a group sms-service with " +
			"keyword = default, max-messages = 0, and get-url = the address followed by " +
			"?token=TOKEN&from=%p&to=%P&text=%b&charset=%C&coding=%c&id=%I&at=%T, where TOKEN is the token for incoming messages.",
	}
}

// Verify asks smsbox to send to nobody. It looks at the user name and the
// password first, and only then misses the recipient.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	resp, err := p.call(ctx, a, url.Values{})
	if err != nil {
		return err
	}
	if resp.Status == http.StatusBadRequest && strings.HasPrefix(string(resp.Body), "Missing receiver") {
		return nil
	}
	if resp.Status >= 200 && resp.Status < 300 {
		return channels.NoAnswer(title, nil)
	}
	return p.refused(a, resp)
}

// call makes a request of smsbox. Kannel takes its parameters in the address
// only; the outbound client keeps addresses out of its errors.
func (p *Provider) call(ctx context.Context, a channels.Account, values url.Values) (*egress.Response, error) {
	values.Set("username", a.Credentials[credUsername])
	values.Set("password", a.Credentials[credPassword])
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.Base("")+sendPath+"?"+values.Encode(), http.NoBody)
	if err != nil {
		return nil, channels.BadBaseURL(exampleURL)
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, channels.NetworkError(title, err)
	}
	return resp, nil
}

// checkComplete catches a channel that was never set up to the end.
func checkComplete(a channels.Account) error {
	switch {
	case a.BaseURL == "":
		return channels.MissingSetting("address of smsbox")
	case a.Credentials[credUsername] == "":
		return channels.MissingSetting("user name")
	case a.Credentials[credPassword] == "":
		return channels.MissingSetting("password")
	case a.Settings[settingSender] == "":
		return channels.MissingSetting("sender")
	}
	return nil
}
