package metawhatsapp_test

import (
	"slices"
	"testing"

	"sluice/server/channels"
	"sluice/server/channels/metawhatsapp/metatest"
)

func TestTypingMarksTheLastMessageAsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	if err := w.provider.ShowTyping(t.Context(), w.account, person, "wamid.HBgL"); err != nil {
		t.Fatal(err)
	}
	if seen := w.fake.Seen(); !slices.Equal(seen, []metatest.Seen{{MessageID: "wamid.HBgL", Typing: true}}) || len(w.fake.Messages()) != 0 {
		t.Errorf("Meta saw %+v", seen)
	}
	w.fake.Fail(metatest.Fault{Status: 503})
	if err := w.provider.ShowTyping(t.Context(), w.account, person, "wamid.HBgL"); err == nil {
		t.Error("a refusal is no error")
	}
	if se := channels.AsSendError(w.provider.ShowTyping(t.Context(), channels.Account{}, person, "wamid.HBgL")); se.Class != channels.ClassAuth {
		t.Errorf("without credentials it says %v", se)
	}
}
