package alibaba_test

import (
	"testing"

	"sluice/flows"
	"sluice/server/channels"
)

// Messenger and Instagram are addressed by ids, not by phone numbers.
func TestMetaChannelsAreAddressedByIDs(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.Messenger, channels.Instagram} {
		w := newWorld(t, typ)
		w.account.Settings["sender"] = "106540352242922"
		o := text("Hi")
		o.To = "7246543210987"
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		fields := w.fake.Messages()[0].Fields
		if fields.Get("ChannelType") != string(typ) || fields.Get("To") != o.To || fields.Get("From") != "106540352242922" || fields.Get("Label") != "" {
			t.Errorf("%s: got %v", typ, fields)
		}
		o.Message = flows.Message{Type: flows.MessageImage, URL: "https://example.com/a.png"}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
		o.Message.Caption = "c"
		_, err := w.provider.Send(t.Context(), w.account, o)
		if se := channels.AsSendError(err); se == nil || se.Code != channels.CodeForm || !se.Fallback {
			t.Errorf("%s: a caption: got %+v", typ, se)
		}
		o.Message.Caption, o.Category = "", flows.CategoryAgent
		_, err = w.provider.Send(t.Context(), w.account, o)
		if se := channels.AsSendError(err); se == nil || se.Code != channels.CodeForm || !se.Fallback {
			t.Errorf("%s: a human agent: got %+v", typ, se)
		}
	}
}
