// Package metawhatsapp sends WhatsApp messages through Meta's own WhatsApp
// Cloud API and reads its webhooks.
//
// The facts about the API come from Meta's public documentation: the Messages
// and Phone Number resources of the WhatsApp Business Platform, its webhook
// reference and error codes, and the Graph API pages on webhooks and on
// securing calls.
package metawhatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// Name is the kind's name.
const Name = "meta_whatsapp"

const (
	title          = "Meta WhatsApp"
	defaultBaseURL = "https://graph.facebook.com"
	// product is the value of "messaging_product" in every request.
	product = "whatsapp"

	settingPhoneNumber = "phone_number_id"
)

// Provider is the WhatsApp Cloud API. It keeps no state about accounts.
type Provider struct {
	api  graph.API
	now  func() time.Time
	kind channels.Kind
}

// New makes the provider.
func New(client graph.Doer) *Provider {
	return &Provider{now: time.Now, kind: kind(), api: graph.API{
		HTTP: client, Kind: kind(), Codes: knownCodes(), Special: noSuchNumber,
		BaseURL:   func(channels.Account) string { return defaultBaseURL },
		PairPause: map[int]time.Duration{pairCode: pairPause},
	}}
}

// Kind describes the Cloud API.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	return channels.Kind{
		Name:         Name,
		Title:        title,
		Help:         "WhatsApp straight from Meta's Cloud API, without a reseller.",
		ChannelTypes: []channels.ChannelType{channels.WhatsApp},
		Credentials: []channels.Field{
			{
				Name: graph.AccessToken, Title: "Access token", Required: true, Secret: true,
				Help: "A permanent token of a system user in Meta Business settings, with whatsapp_business_messaging and " +
					"whatsapp_business_management. The token on the app's API Setup page ends after a day.",
			},
			{
				Name: graph.AppSecret, Title: "App secret", Required: true, Secret: true,
				Help: "In the Meta App Dashboard under App settings, Basic. Meta signs its webhooks with it.",
			},
			{
				Name: graph.VerifyToken, Title: "Verify token", Required: true, Secret: true,
				Help: "A word of your choice. Enter the same one beside the callback URL in the app's WhatsApp Configuration.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingPhoneNumber, Title: "Phone number ID", Required: true, Pattern: `\d{5,25}`,
				Example: "106540352242922",
				Help: "On the app's WhatsApp API Setup page, under the sender's number. " +
					"It is neither the number itself nor the WhatsApp Business Account ID.",
			},
			businessField(),
			graph.VersionField(),
		},
		Identity: []string{settingPhoneNumber},
		Sections: []channels.Section{
			{Name: "account", Title: "Account", Fields: []string{settingPhoneNumber, graph.AccessToken}},
			{Name: "callbacks", Title: "Receipts and replies", Fields: []string{graph.AppSecret, graph.VerifyToken}},
			{Name: channels.SectionMore, Folded: true, Fields: []string{settingBusiness, graph.Version}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.WhatsApp: {Delivered: true, Read: true}},
		Forms: map[channels.ChannelType][]flows.MessageType{channels.WhatsApp: {
			flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo, flows.MessageAudio,
			flows.MessageDocument, flows.MessageButtons, flows.MessageList,
		}},
		DefaultBaseURL: defaultBaseURL,
		// The throughput of a number before Meta raises it.
		RatePerSecond: map[channels.ChannelType]float64{channels.WhatsApp: 80},
		// "One message every 6 seconds to the same user. Up to 45 in a burst of 6
		// seconds, borrowed from the time to come." Beyond it: 131056.
		RatePerRecipient: map[channels.ChannelType]channels.PairRate{channels.WhatsApp: {Every: 6 * time.Second, Burst: 45}},
		Inbound:          true,
	}
}

// Verify asks Meta for the phone number. That needs the access token and a
// right to the number; the proof that goes with the call needs the app secret
// of the token's app, with which webhooks are signed later on.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	query := url.Values{"fields": {"id,display_phone_number,verified_name,status"}}
	req, err := p.api.Request(ctx, a, http.MethodGet, a.Settings[settingPhoneNumber], "", query, nil)
	if err != nil {
		return err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return numberRefused(err)
	}
	var number struct {
		ID      string `json:"id"`
		Display string `json:"display_phone_number"`
		Status  string `json:"status"`
	}
	if err := json.Unmarshal(body, &number); err != nil || number.ID == "" || number.Display == "" {
		return channels.NoAnswer("Meta", err)
	}
	if err := numberStatus(number.Status); err != nil {
		return err
	}
	return p.checkBusiness(ctx, a)
}

// checkBusiness refuses a WhatsApp Business Account that is not the number's. Where
// Meta does not tell whose the number is, nothing is proven.
func (p *Provider) checkBusiness(ctx context.Context, a channels.Account) error {
	named := a.Settings[settingBusiness]
	if named == "" {
		return nil
	}
	found, err := p.businessOf(ctx, a)
	if err != nil || found == named || len(found) > maxID {
		return nil //nolint:nilerr // See above.
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: graph.CodeOtherAccount,
		Message: "The phone number is of the WhatsApp Business Account " + found + ", and the channel names " + named + ".",
		Hint:    "Correct the WhatsApp Business Account ID, or leave it empty.",
	}
}

// maxID is longer than any id of an account, in bytes.
const maxID = 64

// numberRefused says what an "invalid parameter" is about when the phone
// number is all that was asked for.
func numberRefused(err error) error {
	se := channels.AsSendError(err)
	if se.Code == "100" && se.Class == channels.ClassPermanent {
		se.Message = "The phone number ID is not that of a WhatsApp number."
		se.Hint = "Copy the phone number ID from the app's API Setup page; it is neither the number nor the business account's ID."
	}
	return se
}

// numberStatus refuses a number in a state that it cannot send in. Other
// states, also those that Meta may add, are left to the sends.
func numberStatus(status string) error {
	se := &channels.SendError{Class: channels.ClassAuth, Code: "number_" + strings.ToLower(status)}
	switch status {
	case "BANNED":
		se.Message, se.Hint = "Meta banned the phone number.", "Appeal in the WhatsApp Manager."
	case "DELETED", "MIGRATED":
		se.Message, se.Hint = "The phone number is no longer in this WhatsApp Business account.", "Use the phone number ID of its new account."
	case "DISCONNECTED":
		se.Message, se.Hint = "The phone number is not connected to the Cloud API.", "Register the number again, then bind the channel."
	default:
		return nil
	}
	return se
}

// checkComplete catches a channel that was never set up to the end. The verify
// token is not needed for calls.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case a.Credentials[graph.AccessToken] == "":
		missing = "access token"
	case a.Credentials[graph.AppSecret] == "":
		missing = "app secret"
	case a.Settings[settingPhoneNumber] == "":
		missing = "phone number ID"
	default:
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel has no " + missing + ".",
		Hint:    "Complete the channel's settings and bind it again.",
	}
}
