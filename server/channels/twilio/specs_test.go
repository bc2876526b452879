package twilio_test

import (
	"maps"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/channels/vendortest/specs"
)

// specMessages are one of each form that a channel of that type takes.
func specMessages(k channels.Kind, t channels.ChannelType) []flows.Message {
	const file = "https://example.com/a"
	var list []flows.Message
	for _, m := range []flows.Message{
		{Type: flows.MessageText, Text: "Hi"},
		{Type: flows.MessageImage, URL: file + ".png", Caption: "A"},
		{Type: flows.MessageVideo, URL: file + ".mp4"},
		{Type: flows.MessageAudio, URL: file + ".mp3"},
		{Type: flows.MessageDocument, URL: file + ".pdf", Filename: "a.pdf"},
		{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1", file + ".png"}},
		{Type: flows.MessageTemplate, Template: "otp"},
	} {
		if k.Takes(t, m.Type) {
			list = append(list, m)
		}
	}
	return list
}

// specTemplate is one as it was imported, with names of its own, when there is
// something to fill in.
func specTemplate(parameters int) *channels.Template {
	t := &channels.Template{Slug: "otp", ProviderID: contentSID, Language: "en"}
	if parameters > 0 {
		t.Body, t.Header = "Hi {{1}}", &channels.TemplateHeader{Format: channels.HeaderImage, URL: "{{2}}"}
		t.Parameters = []channels.TemplateParameter{{Name: "name", Kind: channels.ParameterText}, {Name: "file", Kind: channels.ParameterMedia}}
	}
	return t
}

// The documents are twilio_api_v2010 and twilio_content_v1 of Twilio's own collection.
func TestRequestsFitTwiliosDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
	w.account.BaseURL = specs.Through(t, specs.Twilio(), w.account.BaseURL)
	account := func(typ channels.ChannelType, sender string) channels.Account {
		a := w.account
		a.Type, a.Settings = typ, map[string]string{"sender": sender, "scheduling": "twilio"}
		return a
	}
	send := func(a channels.Account, change func(*channels.Outbound)) (id string) {
		t.Helper()
		for _, m := range specMessages(w.provider.Kind(), a.Type) {
			o := text("")
			o.Message, o.Deadline, o.Template = m, time.Now().Add(time.Minute), specTemplate(len(m.Parameters))
			change(&o)
			accepted, err := w.provider.Send(t.Context(), a, o)
			if err != nil {
				t.Errorf("%s %s from %s: %v", a.Type, m.Type, a.Settings["sender"], err)
			}
			id = accepted.ProviderMessageID
		}
		return id
	}
	for _, a := range []channels.Account{
		account(channels.SMS, "+14155550100"), account(channels.SMS, serviceSID), account(channels.SMS, "MyShop"),
		account(channels.WhatsApp, "+14155550100"), account(channels.WhatsApp, serviceSID),
	} {
		send(a, func(*channels.Outbound) {})
		if a.Settings["sender"] != serviceSID {
			continue
		}
		// Scheduled, and taken back.
		id := send(a, func(o *channels.Outbound) {
			o.SendAt = time.Now().Add(time.Hour)
			o.Deadline = o.SendAt.Add(time.Minute)
		})
		if err := w.provider.Withdraw(t.Context(), a, id); err != nil {
			t.Errorf("%s: withdraw: %v", a.Type, err)
		}
	}
	send(account(channels.Messenger, "messenger:106540352242922"), func(o *channels.Outbound) { o.To = "7246543210987" })

	withKey := w.account
	withKey.Credentials = maps.Clone(w.account.Credentials)
	withKey.Credentials["api_key_sid"], withKey.Credentials["api_key_secret"] = keySID, keySecret
	for _, a := range []channels.Account{w.account, withKey} {
		if err := w.provider.Verify(t.Context(), a); err != nil {
			t.Error(err)
		}
	}
	w.fake.Contents.Set(2, contents(t, twoContents)...)
	first, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err == nil {
		_, err = w.provider.ListTemplates(t.Context(), w.account, first.Next)
	}
	if err != nil || first.Next == "" {
		t.Errorf("templates: %+v, %v", first, err)
	}
}
