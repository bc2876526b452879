package email_test

import (
	"strconv"
	"strings"
	"testing"

	smtpmock "github.com/mocktools/go-smtp-mock/v2"
)

// A server that somebody else wrote understands the conversation.
func TestAnotherServerUnderstands(t *testing.T) {
	t.Parallel()
	server := smtpmock.New(smtpmock.ConfigurationAttr{BlacklistedRcpttoEmails: []string{"gone@example.com"}})
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	w := newWorld(t)
	a := at(w.account, strconv.Itoa(server.PortNumber()))
	a.Settings["auth"] = "none"
	if err := w.provider.Verify(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, err := w.provider.Send(t.Context(), a, plain()); err != nil {
		t.Fatal(err)
	}
	o := plain()
	o.To = "gone@example.com"
	if _, err := w.provider.Send(t.Context(), a, o); err == nil {
		t.Error("a refused recipient is taken for a sent mail")
	}
	found := false
	for _, m := range server.Messages() {
		found = found || strings.Contains(m.MailfromRequest(), "<bounces+ours-1.") && m.RcpttoRequestResponse()[0][0] == "RCPT TO:<ana@example.com>" &&
			strings.Contains(m.MsgRequest(), "Subject: Your order")
	}
	if !found {
		t.Errorf("the server saw %d conversations, none with the mail", len(server.Messages()))
	}
}
