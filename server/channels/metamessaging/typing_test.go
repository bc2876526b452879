package metamessaging_test

import (
	"slices"
	"testing"

	"sluice/server/channels"
)

func TestTypingIsShownToThePerson(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.Messenger, channels.Instagram} {
		w := newWorld(t, typ)
		if err := w.provider.ShowTyping(t.Context(), w.account, person, "m_1"); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(w.fake.Typed(), []string{person}) || len(w.fake.Messages()) != 0 {
			t.Errorf("%s: typing was shown to %q", typ, w.fake.Typed())
		}
		if err := w.provider.ShowTyping(t.Context(), w.account, "nobody", "m_1"); err == nil {
			t.Errorf("%s: a refusal is no error", typ)
		}
		if se := channels.AsSendError(w.provider.ShowTyping(t.Context(), channels.Account{}, person, "m_1")); se.Class != channels.ClassAuth {
			t.Errorf("%s: without credentials it says %v", typ, se)
		}
	}
}
