package email_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/email"
	"sluice/server/channels/email/emailtest"
	"sluice/server/channels/vendortest"
)

const (
	password = "canary-password-91c2e7"
	token    = "canary-bounce-token-5d20"
	hookURL  = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type world struct {
	provider *email.Provider
	fake     *emailtest.Server
	account  channels.Account
}

func newWorld(t *testing.T) world {
	t.Helper()
	fake := emailtest.Start(t, "sluice", password)
	return world{
		provider: email.New(vendortest.Client(t)), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "mail", Type: channels.Email, Kind: email.Name, HookURL: hookURL,
			Credentials: map[string]string{"username": "sluice", "password": password, "bounce_token": token},
			Settings: map[string]string{
				"host": "127.0.0.1", "port": fake.Port(), "security": "none", "from_address": "hello@shop.example", "from_name": "My Shop",
				"bounce_address": "bounces@shop.example", "unsubscribe": "https://shop.example/unsubscribe",
			},
		},
	}
}

func outbound(m flows.MessageMail, text string) channels.Outbound {
	return channels.Outbound{
		MessageID: "ours-1", RunID: "r-1", Visit: 1, To: "ana@example.com", Category: "transactional",
		Message: flows.Message{Type: flows.MessageEmail, Text: text, MessageMail: m},
	}
}

func plain() channels.Outbound {
	return outbound(flows.MessageMail{Subject: "Your order"}, "It is on its way.")
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, fixture)
}

func fixture(t *testing.T) channeltest.Fixture {
	t.Helper()
	w := newWorld(t)
	faults := map[channeltest.Behaviour]emailtest.Fault{
		channeltest.RefuseForNow:      {At: "RCPT", Reply: "451 4.7.1 Greylisted, please try again in 3 seconds"},
		channeltest.RefuseForever:     {At: "RCPT", Reply: "550 5.1.1 No such user"},
		channeltest.RefuseCredentials: {At: "AUTH", Reply: "535 5.7.8 Authentication credentials invalid"},
		channeltest.FailInside:        {At: ".", Cut: true},
		channeltest.LoseAnswer:        {At: ".", Take: true, Cut: true},
		channeltest.Hang:              {At: ".", Hang: true},
		channeltest.Garble:            {At: ".", Reply: "<html>"},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: plain(), Secrets: []string{password, token},
		Sent: func() int { return len(w.fake.Mails()) },
		Answer: func(b channeltest.Behaviour) bool {
			f, ok := faults[b]
			if ok {
				w.fake.Fail(f)
			}
			return ok || b == channeltest.Accept
		},
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"username": "sluice", "password": "changed"}
			return a
		},
		Network: &channeltest.Network{
			Unreachable: func(a channels.Account) channels.Account {
				_, port, _ := strings.Cut(vendortest.Unused(t), ":")
				return at(a, port)
			},
			Moved: func(a channels.Account) (channels.Account, func() int) {
				other := newWorld(t)
				return at(a, other.fake.Port()), func() int { return len(other.fake.Mails()) }
			},
		},
		Webhooks: &channeltest.Webhooks{
			Receipt: func(a channels.Account, _, messageID string, _ channels.Status) channeltest.Request {
				return posted(a, bounce(t, a, messageID, "failed", "5.1.1", "smtp; 550 5.1.1 No such user"))
			},
			Statuses:   []channels.Status{channels.StatusFailed},
			ProviderID: func(a channels.Account, messageID string) string { return name(t, a, messageID) },
			Sign: func(a channels.Account, r channeltest.Request) channeltest.Request {
				id := regexp.MustCompile(`ours-\d`).FindString(string(r.Body))
				return posted(a, bounce(t, a, id, "failed", "5.1.1", "smtp; 550 5.1.1 No such user"))
			},
			SignatureHeader: "Authorization", Secret: "bounce_token",
			Unsigned: []string{"body longer", "body cut", "query altered", "content type"},
		},
	}
}

func at(a channels.Account, port string) channels.Account {
	a.Settings = maps.Clone(a.Settings)
	a.Settings["port"] = port
	return a
}

// name is what the provider calls a message, learnt by sending it.
func name(t *testing.T, a channels.Account, messageID string) string {
	t.Helper()
	w := newWorld(t)
	w.account.HookURL, w.account.Credentials = a.HookURL, map[string]string{
		"username": "sluice", "password": password, "bounce_token": a.Credentials["bounce_token"],
	}
	o := plain()
	o.MessageID = messageID
	got, err := w.provider.Send(t.Context(), w.account, o)
	if err != nil {
		t.Fatal(err)
	}
	return got.ProviderMessageID
}

func posted(a channels.Account, body string) channeltest.Request {
	return channeltest.Request{
		URL: a.HookURL, Body: []byte(body),
		Header: http.Header{"Authorization": {"Bearer " + a.Credentials["bounce_token"]}, "Content-Type": {"message/rfc822"}},
	}
}

// bounce is a report as Postfix writes it.
func bounce(t *testing.T, a channels.Account, messageID, action, status, diagnostic string) string {
	t.Helper()
	id := name(t, a, messageID)
	return strings.ReplaceAll(`Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces+`+strings.Replace(id, "@", "@bounce.", 1)+`
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="B1"

This is a MIME-encapsulated message.

--B1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 4 Mar 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; ana@example.com
Action: `+action+`
Status: `+status+`
Diagnostic-Code: `+diagnostic+`

--B1
Content-Type: text/rfc822-headers

Message-ID: <`+id+`>

--B1--
`, "\n", "\r\n")
}

func TestAMailIsWrittenAsItWasMeant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/pdf")
		_, _ = rw.Write([]byte("%PDF-1.7"))
	}))
	t.Cleanup(files.Close)
	o := outbound(flows.MessageMail{
		Subject: "Grüße\r\nBcc: everybody@example.com", HTML: "<p>Hello</p>", FromName: "Ana\r\nX-Evil: 1", ReplyTo: "support@shop.example",
		Attachments: []flows.MessageAttachment{{URL: files.URL + "/bill.pdf"}},
	}, "Hello")
	o.Category = "promotional"
	got, err := w.provider.Send(t.Context(), w.account, o)
	if err != nil {
		t.Fatal(err)
	}
	sent := w.fake.Mails()[0]
	m, err := mail.ReadMessage(strings.NewReader(sent.Content))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("X-Evil") != "" {
		t.Errorf("a variable made a header: %v", m.Header)
	}
	for header, want := range map[string]string{
		"To": "<ana@example.com>", "Reply-To": "<support@shop.example>", "Message-Id": "<" + got.ProviderMessageID + ">",
		"List-Unsubscribe": "<https://shop.example/unsubscribe>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if m.Header.Get(header) != want {
			t.Errorf("%s is %q, want %q", header, m.Header.Get(header), want)
		}
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Address != "hello@shop.example" || from[0].Name != "Ana  X-Evil: 1" {
		t.Errorf("from %v, %v", from, err)
	}
	if !regexp.MustCompile(`^bounces\+ours-1\.[a-z2-7]{16}@shop\.example$`).MatchString(sent.From) || sent.To != "ana@example.com" {
		t.Errorf("the envelope is %q to %q", sent.From, sent.To)
	}
	for _, part := range []string{"text/plain", "text/html", "<p>Hello</p>", "multipart/alternative", "multipart/mixed", `filename="bill.pdf"`, "application/pdf", "JVBERi0xLjc="} {
		if !strings.Contains(sent.Content, part) {
			t.Errorf("the mail has no %q:\n%s", part, sent.Content)
		}
	}
	ordinary := plain()
	ordinary.MessageID = "ours-2"
	if _, err := w.provider.Send(t.Context(), w.account, ordinary); err != nil || strings.Contains(w.fake.Mails()[1].Content, "List-Unsubscribe") {
		t.Errorf("an ordinary mail offers to unsubscribe, or %v", err)
	}
}

func TestEveryWayToSignInWorks(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"auto", "plain", "login", "xoauth2"} {
		w := newWorld(t)
		w.account.Settings["auth"] = way
		if err := w.provider.Verify(t.Context(), w.account); err != nil {
			t.Errorf("%s: %v", way, err)
		}
	}
	for way, code := range map[string]string{"cram-md5": "auth_not_offered", "none": "5.7.0"} {
		w := newWorld(t)
		w.account.Settings["auth"] = way
		err := w.provider.Verify(t.Context(), w.account)
		if se := channels.AsSendError(err); se == nil || se.Code != code {
			t.Errorf("%s: got %+v, want %s", way, se, code)
		}
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(at, reply string) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(emailtest.Fault{At: at, Reply: reply}) }
	}
	for _, tt := range []struct {
		name    string
		prepare func(*world, *channels.Outbound)
		class   channels.Class
		code    string
		wait    time.Duration
	}{
		{"no such mailbox", func(_ *world, o *channels.Outbound) { o.To = "nobody@example.com" }, channels.ClassPermanent, "5.1.1", 0},
		{"greylisted for minutes", fail("RCPT", "450 4.2.0 Greylisted, try again in 5 minutes"), channels.ClassRetryable, "450", 5 * time.Minute},
		{"an unknown code that passes", fail("DATA", "458 no luck"), channels.ClassRetryable, "458", 0},
		{"an unknown code that stays", fail("DATA", "558 no luck"), channels.ClassPermanent, "558", 0},
		{"the content is refused", fail(".", "554 5.7.1 Spam"), channels.ClassPermanent, "5.7.1", 0},
		{"busy after the content", fail(".", "452 4.3.1 Full"), channels.ClassRetryable, "452", 0},
		{"broken off before the content", func(w *world, _ *channels.Outbound) { w.fake.Fail(emailtest.Fault{At: "DATA", Cut: true}) }, channels.ClassRetryable, channels.CodeNotConnected, 0},
		{"not an address", func(_ *world, o *channels.Outbound) { o.To = "ana" }, channels.ClassPermanent, "invalid_address", 0},
		{"two addresses", func(_ *world, o *channels.Outbound) { o.To = "a@example.com, b@example.com" }, channels.ClassPermanent, "invalid_address", 0},
		{"a reply address that is none", func(_ *world, o *channels.Outbound) { o.Message.ReplyTo = "a@b\r\nBcc: c@d" }, channels.ClassPermanent, "invalid_address", 0},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = " " }, channels.ClassPermanent, "no_body", 0},
		{"a file that is inside", func(_ *world, o *channels.Outbound) {
			o.Message.Attachments = []flows.MessageAttachment{{URL: "http://10.0.0.1/"}}
		}, channels.ClassPermanent, channels.CodeBlocked, 0},
		{"a server inside", func(w *world, _ *channels.Outbound) { w.account.Settings["host"] = "10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, 0},
		{"no encryption there", func(w *world, _ *channels.Outbound) { w.account.Settings["security"] = "starttls" }, channels.ClassPermanent, "starttls_not_offered", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, o := newWorld(t), plain()
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			if se := channels.AsSendError(err); se == nil || se.Class != tt.class || se.Code != tt.code || se.RetryAfter != tt.wait || len(w.fake.Mails()) != 0 {
				t.Errorf("got %+v, want %s %s", se, tt.class, tt.code)
			}
		})
	}
}

func TestReportsAreReadAndOtherMailsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	complaint := func(kind string) string {
		return strings.ReplaceAll("From: fbl@mx.example\nTo: x@y\nContent-Type: multipart/report; report-type=feedback-report; boundary=B1\n\n--B1\nContent-Type: message/feedback-report\n\nFeedback-Type: "+kind+
			"\nVersion: 1\n\n--B1\nContent-Type: message/rfc822\n\nMessage-ID: <"+name(t, w.account, "ours-1")+">\n\n--B1--\n", "\n", "\r\n")
	}
	for _, tt := range []struct{ name, body, code, reason string }{
		{"failed", bounce(t, w.account, "ours-1", "failed", "5.2.2", "smtp; 552 5.2.2 Quota exceeded"), "5.2.2", "The person's mailbox is full. The mail server says: 552 5.2.2 Quota exceeded"},
		{"failed with a code that nobody knows", bounce(t, w.account, "ours-1", "Failed", "5.99.1", "x"), "5.99.1", "The mail came back. The mail server says: x"},
		{"failed without a code", bounce(t, w.account, "ours-1", "failed", "", ""), "bounced", "The mail came back."},
		{"delayed", bounce(t, w.account, "ours-1", "delayed", "4.4.1", "x"), "", ""},
		{"relayed", bounce(t, w.account, "ours-1", "relayed", "2.0.0", "x"), "", ""},
		{"a complaint", complaint("abuse"), "complaint", "The person marked the mail as spam."},
		{"praise", complaint("not-spam"), "", ""},
		{"a person's answer", "From: ana@example.com\r\nTo: x@y\r\nIn-Reply-To: <" + name(t, w.account, "ours-1") + ">\r\n\r\nThanks\r\n", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := posted(w.account, tt.body)
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, r.URL, http.NoBody)
			req.Header = r.Header
			events, reply, err := w.provider.Webhook(w.account, req, r.Body)
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if tt.code == "" {
				if len(events) != 0 {
					t.Errorf("got %+v", events[0].Receipt)
				}
				return
			}
			if len(events) != 1 || events[0].Receipt.Code != tt.code || events[0].Receipt.Reason != tt.reason || events[0].Receipt.MessageID != "ours-1" {
				t.Errorf("got %+v", events)
			}
		})
	}
}

// What stands in quotes before the @ could otherwise end the address in the
// server's eyes, and name another recipient.
func TestAnAddressCannotAddToTheCommandsToTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for to, good := range map[string]bool{
		"ana@example.com": true, "Ana <ana@example.com>": true, "o'hara+x@example.com": true,
		`"eve@evil.example> NOTIFY=NEVER"@example.com`: false, `"a b"@example.com`: false, "ana@example.com, eve@evil.example": false,
		"ana@example.com>\r\nRCPT TO:<eve@evil.example": false,
	} {
		o := plain()
		o.To = to
		_, err := w.provider.Send(t.Context(), w.account, o)
		if se := channels.AsSendError(err); (se == nil) != good || se != nil && se.Class != channels.ClassPermanent {
			t.Errorf("%q: got %v", to, err)
		}
	}
	for _, m := range w.fake.Mails() {
		if m.To != "ana@example.com" && m.To != "o'hara+x@example.com" {
			t.Errorf("a mail went to %q", m.To)
		}
	}
}
