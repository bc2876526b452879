package twilio

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"sluice/server/channels"
)

// maxMedia bounds the media entries read from one message; Twilio sends at
// most ten.
const maxMedia = 10

// emptyTwiML tells Twilio to do nothing more, in particular not to answer.
const emptyTwiML = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`

// Webhook reads status callbacks and incoming messages. Twilio signs no time:
// an old request can be replayed, but it can only say again what it said
// before, which changes nothing.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	params, err := verified(a, r, body)
	if err != nil {
		return nil, plainReply(http.StatusForbidden, "The signature is missing or wrong.\n"), err
	}
	event, err := p.event(a, r.URL.Query(), params)
	if err != nil {
		return nil, plainReply(http.StatusBadRequest, "The request cannot be understood.\n"), err
	}
	reply := channels.Reply{Status: http.StatusOK, ContentType: "text/xml; charset=utf-8", Body: []byte(emptyTwiML)}
	if event == nil {
		return nil, reply, nil
	}
	return []channels.Inbound{*event}, reply, nil
}

// verified returns the form's parameters after checking the signature. The URL
// that Twilio signed is the one we gave it: the account's own address, never
// what the request's Host header says, so that a signature for one channel is
// worth nothing at another.
func verified(a channels.Account, r *http.Request, body []byte) (url.Values, error) {
	token, signature := a.Credentials[credAuthToken], r.Header.Get(SignatureHeader)
	switch {
	case token == "":
		return nil, fmt.Errorf("%w: the channel has no auth token to check it with", channels.ErrUnverified)
	case a.HookURL == "":
		return nil, fmt.Errorf("%w: the server's public address is not set, and signatures cover it", channels.ErrUnverified)
	case signature == "":
		return nil, fmt.Errorf("%w: there is no %s header", channels.ErrUnverified, SignatureHeader)
	case r.Method != http.MethodPost:
		return nil, fmt.Errorf("%w: Twilio is set to call with %s; set it to POST", channels.ErrUnverified, r.Method)
	}
	fullURL := a.HookURL
	if r.URL.RawQuery != "" {
		fullURL += "?" + r.URL.RawQuery
	}
	params, err := formOf(r, body)
	if err != nil || !validSignature(token, fullURL, params, body, signature) {
		return nil, fmt.Errorf("%w: the signature does not match; "+
			"check that the auth token is current and that the server's public address is the one Twilio calls", channels.ErrUnverified)
	}
	return params, nil
}

// formOf returns the parameters of a form, or nil for another type of body.
func formOf(r *http.Request, body []byte) (url.Values, error) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, nil //nolint:nilerr,nilnil // nil is the documented answer for a body that is not a form.
	}
	return url.ParseQuery(string(body))
}

// event reads a verified request. It returns nil for news that change nothing.
func (p *Provider) event(a channels.Account, query, params url.Values) (*channels.Inbound, error) {
	sid := params.Get("MessageSid")
	switch {
	case sid == "":
		return nil, fmt.Errorf("%w: it has no MessageSid", channels.ErrMalformed)
	case params.Get("MessageStatus") != "":
		return p.receipt(a, sid, query, params), nil
	case params.Get("From") == "":
		return nil, fmt.Errorf("%w: it has neither MessageStatus nor From", channels.ErrMalformed)
	}
	return message(a, sid, params)
}

func (p *Provider) receipt(a channels.Account, sid string, query, params url.Values) *channels.Inbound {
	raw := params.Get("MessageStatus")
	status := statusOf(raw)
	if status == channels.StatusNone {
		return nil
	}
	receipt := &channels.Receipt{
		ProviderMessageID: sid,
		MessageID:         query.Get(messageParam),
		Status:            status,
		Raw:               raw,
	}
	if status == channels.StatusFailed {
		receipt.Code = params.Get("ErrorCode")
		receipt.Reason = p.kind.Redact(a, params.Get("ErrorMessage"))
		if k, ok := p.codes[receipt.Code]; ok {
			receipt.Reason = strings.TrimSpace(k.Message + " " + sandboxHint(a, receipt.Code))
		}
		if receipt.Code == "" {
			receipt.Code = raw
		}
	}
	return &channels.Inbound{Receipt: receipt}
}

// statusOf maps Twilio's statuses. StatusNone marks those that say only that
// the message waits at Twilio.
func statusOf(raw string) channels.Status {
	switch raw {
	case "accepted", "scheduled", "queued", "sending", "receiving", "received":
		return channels.StatusNone
	case "sent":
		return channels.StatusSent
	case "delivered":
		return channels.StatusDelivered
	case "read":
		return channels.StatusRead
	case "failed", "undelivered", "canceled":
		return channels.StatusFailed
	}
	return channels.StatusUnknown
}

// message reads an incoming message
// (https://www.twilio.com/docs/messaging/guides/webhook-request).
func message(a channels.Account, sid string, params url.Values) (*channels.Inbound, error) {
	from, ours := person(a.Type, params.Get("From"))
	if !ours {
		return nil, fmt.Errorf("%w: it is for another type of channel than %s; "+
			"correct the webhook address of the sender in the Twilio Console", channels.ErrMalformed, a.Type)
	}
	m := &channels.InboundMessage{
		ProviderMessageID: sid,
		From:              from,
		To:                strings.TrimPrefix(params.Get("To"), prefix(a.Type)),
		ProfileName:       params.Get("ProfileName"),
		Text:              params.Get("Body"),
		ButtonID:          params.Get("ButtonPayload"),
		ReplyTo:           params.Get("OriginalRepliedMessageSid"),
	}
	if alias := a.Type.Person(params.Get("WaId")); alias != "" && a.Type == channels.WhatsApp && alias != a.Type.Person(from) {
		m.Aliases = []string{alias}
	}
	switch {
	case params.Get("MessageType") == "reaction":
		m.Kind = channels.InboundReaction
	// A row of a list.
	case m.ButtonID == "" && params.Get("ListId") != "":
		m.ButtonID = params.Get("ListId")
		if title := params.Get("ListTitle"); title != "" {
			m.Text = title
		}
	case params.Get("Latitude") != "" && params.Get("Longitude") != "":
		channels.Place{
			Latitude: json.Number(params.Get("Latitude")), Longitude: json.Number(params.Get("Longitude")),
			Name: params.Get("Label"), Address: params.Get("Address"),
		}.Say(m)
	case m.Text == "":
		m.Text = params.Get("ButtonText")
	}
	n, err := strconv.Atoi(params.Get("NumMedia"))
	if err != nil {
		n = 0
	}
	for i := range min(n, maxMedia) {
		if u := params.Get("MediaUrl" + strconv.Itoa(i)); channels.Fetchable(u) {
			m.Media = append(m.Media, channels.Media{URL: u, ContentType: params.Get("MediaContentType" + strconv.Itoa(i))})
		}
	}
	return &channels.Inbound{Message: m}, nil
}

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
