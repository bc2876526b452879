package vonage_test

import (
	"testing"

	"sluice/flows"
	"sluice/server/channels"
)

func TestMessengerSaysByWhatRightItIsSent(t *testing.T) {
	t.Parallel()
	for category, want := range map[string][2]string{
		"response": {"response", ""}, "": {"response", ""}, flows.CategoryAgent: {"message_tag", "HUMAN_AGENT"},
	} {
		w := newWorld(t, channels.Messenger)
		o := text("Hi")
		o.To, o.Category = "7246543210987", category
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		if m := w.fake.Messages()[0]; m.Channel != "messenger" || m.To != o.To || m.Messenger.Category != want[0] || m.Messenger.Tag != want[1] {
			t.Errorf("%q: got %+v", category, m)
		}
	}
}

func TestMessengerTakesFilesWithoutCaption(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger)
	o := text("")
	o.To, o.Message = "7246543210987", flows.Message{Type: flows.MessageDocument, URL: "https://example.com/a.pdf"}
	if _, err := w.provider.Send(t.Context(), w.account, o); err != nil || w.fake.Messages()[0].File.URL != o.Message.URL {
		t.Errorf("got %v", err)
	}
	o.Message.Caption = "c"
	_, err := w.provider.Send(t.Context(), w.account, o)
	if se := channels.AsSendError(err); se == nil || se.Code != channels.CodeForm || len(w.fake.Messages()) != 1 {
		t.Errorf("got %+v", se)
	}
}
