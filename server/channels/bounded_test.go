package channels_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"sluice/server/channels"
)

func hostileTexts() map[string]string {
	return map[string]string{
		"long": strings.Repeat("x", 2_700), "very long": strings.Repeat("9", 900<<10), "NUL": "a\x00b", "broken UTF-8": "a\xffb\xed\xa0\x80",
		"right to left": "\u202e" + strings.Repeat("ש", 2_000), "usual": "wamid.HBgL==",
	}
}

func TestTextsFromOutsideAreBounded(t *testing.T) {
	t.Parallel()
	for name, text := range hostileTexts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := channels.Bounded(channels.Inbound{
				Receipt: &channels.Receipt{ProviderMessageID: text, MessageID: text, To: text, Raw: text, Code: text, Reason: text},
				Message: &channels.InboundMessage{
					ProviderMessageID: text, From: text, To: text, Aliases: []string{text, "", "", "", "", "", "", "", "", ""}, ProfileName: text, Text: text,
					ButtonID: text, ReplyTo: text, Data: json.RawMessage(`"` + strings.Repeat("x", len(text)) + `"`), Media: make([]channels.Media, 100),
				},
			})
			r, m := ev.Receipt, ev.Message
			for _, field := range []struct {
				text string
				most int
			}{
				{r.ProviderMessageID, channels.MaxID}, {r.MessageID, channels.MaxID}, {r.To, channels.MaxID}, {r.Raw, channels.MaxCode}, {r.Code, channels.MaxCode},
				{r.Reason, channels.MaxReason}, {m.ProviderMessageID, channels.MaxID}, {m.From, channels.MaxID}, {m.To, channels.MaxID}, {m.Aliases[0], channels.MaxID},
				{m.ProfileName, channels.MaxProfileName}, {m.Text, channels.MaxInboundText}, {m.ButtonID, channels.MaxID}, {m.ReplyTo, channels.MaxID},
				{string(m.Data), channels.MaxInboundData},
			} {
				if len(field.text) > field.most || !utf8.ValidString(field.text) || strings.ContainsRune(field.text, 0) {
					t.Errorf("%.40q has %d bytes, of which %d are let through", field.text, len(field.text), field.most)
				}
			}
			if len(m.Aliases) > channels.MaxAliases || len(m.Media) > channels.MaxMedia {
				t.Errorf("%d aliases, %d files", len(m.Aliases), len(m.Media))
			}
			accepted := channels.Accepted{ProviderMessageID: text}.Bounded()
			if accepted.ProviderMessageID != r.ProviderMessageID {
				t.Errorf("a send is known as %.40q and its receipt as %.40q", accepted.ProviderMessageID, r.ProviderMessageID)
			}
			if again := channels.BoundedID(r.ProviderMessageID); again != r.ProviderMessageID {
				t.Errorf("bounded twice it is %.40q", again)
			}
			if name == "usual" && (r.ProviderMessageID != text || m.Text != text) {
				t.Errorf("a usual text became %q", m.Text)
			}
		})
	}
	if channels.BoundedID(strings.Repeat("x", 3000)+"1") == channels.BoundedID(strings.Repeat("x", 3000)+"2") {
		t.Error("two long ids became one")
	}
}
