package email_test

import (
	"mime"
	"net/mail"
	"strings"
	"testing"

	"sluice/flows"
)

// No line of a mail may have more than 998 characters, and a header's should have
// no more than 78 (RFC 5322, 2.1.1); an encoded word has at most 75 (RFC 2047, 2).
// Whatever the variables of a subject hold, people read it as it was meant.
func TestSubjectsOfAnyLengthAreFolded(t *testing.T) {
	t.Parallel()
	for name, subject := range map[string]string{
		"short":                  "Your order",
		"long":                   strings.TrimSpace(strings.Repeat("Your order is on its way to you ", 80)),
		"without a space":        strings.Repeat("x", 2500),
		"a word in between":      "Your order " + strings.Repeat("x", 400) + " is here",
		"Chinese":                strings.Repeat("您的订单已发货", 150),
		"emoji":                  strings.Repeat("👩‍👩‍👧‍👦🎉", 120),
		"mixed":                  strings.Repeat("Grüße aus Köln, order 4711 ", 60) + strings.Repeat("y", 1200),
		"what looks encoded":     "=?utf-8?q?Your_order?= " + strings.Repeat("=?x?= ", 60) + "end",
		"a colon and brackets":   strings.TrimSpace(strings.Repeat("Re: [order] <4711> (now) ", 50)),
		"many spaces at one end": "a" + strings.Repeat(" b", 600),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if _, err := w.provider.Send(t.Context(), w.account, outbound(flows.MessageMail{Subject: subject, FromName: subject}, "Hello")); err != nil {
				t.Fatal(err)
			}
			content := w.fake.Mails()[0].Content
			head, _, _ := strings.Cut(content, "\r\n\r\n")
			for line := range strings.SplitSeq(head, "\r\n") {
				// A name is cut, and stands between quotes, which are not folded.
				if len(line) > 78 && !strings.Contains(line, `"`) || len(line) > 200 {
					t.Errorf("a line of the header has %d characters: %.100s", len(line), line)
				}
			}
			m, err := mail.ReadMessage(strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || got != subject {
				t.Errorf("it is read as %.200q, %v", got, err)
			}
		})
	}
}
