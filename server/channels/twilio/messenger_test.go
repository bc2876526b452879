package twilio_test

import (
	"strings"
	"testing"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/twilio/twiliotest"
)

func TestMessengerIsAddressedByIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger, twiliotest.Options{Senders: []string{"messenger:106540352242922"}})
	w.account.Settings["sender"] = "messenger:106540352242922"
	o := text("Hi")
	o.To = "7246543210987"
	if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
		t.Fatal(err)
	}
	if m := w.fake.Messages()[0]; m.To != "messenger:7246543210987" || m.From != "messenger:106540352242922" {
		t.Errorf("from %q to %q", m.From, m.To)
	}
	// Twilio has no way to tell Meta that a person wrote it.
	o.Category = flows.CategoryAgent
	_, err := w.provider.Send(t.Context(), w.account, o)
	if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassPermanent || !se.Fallback || len(w.fake.Messages()) != 1 {
		t.Errorf("got %+v", se)
	}
}

func TestMessengerKeepsToTheReplyWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger, twiliotest.Options{})
	if got := w.provider.Kind().Window(w.account, "response"); got.Hours() != 24 {
		t.Errorf("the window is %v", got)
	}
}

func TestTheSandboxTellsHowToJoinIt(t *testing.T) {
	t.Parallel()
	for sender, joins := range map[string]bool{"+14155238886": true, "whatsapp:+14155238886": true, "+14155550100": false} {
		for _, code := range []int{63015, 63016} {
			w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
			w.account.Settings["sender"] = sender
			w.fake.Fail(twiliotest.Fault{Code: code})
			_, err := w.provider.Send(t.Context(), w.account, text("Hi"))
			se := channels.AsSendError(err)
			if se == nil || !se.Fallback || strings.Contains(se.Hint, "+14155238886") != joins {
				t.Errorf("%s, %d: got %+v", sender, code, se)
			}
		}
	}
}
