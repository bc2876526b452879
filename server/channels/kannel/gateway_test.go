package kannel_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"sluice/server/channels"
	"sluice/server/channels/kannel"
	"sluice/server/channels/kannel/smpptest"
	"sluice/server/channels/vendortest"
	"sluice/server/testhost"
)

// program finds one of Kannel's programs; they are installed among the daemons.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Skipf("Kannel is not installed: there is no %s. `make setup` installs it on Debian and Ubuntu.", name)
	return ""
}

// gateway is a real Kannel between the provider and an SMS centre of the test.
type gateway struct {
	provider *kannel.Provider
	account  channels.Account
	smsc     *smpptest.SMSC
	events   chan channels.Inbound
}

func startGateway(t *testing.T) gateway {
	t.Helper()
	bearerbox, smsbox := program(t, "bearerbox"), program(t, "smsbox")
	g := gateway{smsc: smpptest.Start(t, "secret"), events: make(chan channels.Inbound, 32), provider: kannel.New(vendortest.Client(t))}
	hooks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		events, reply, err := g.provider.Webhook(g.account, r, nil)
		if err != nil {
			t.Errorf("a request of Kannel's is refused: %v", err)
		}
		for _, ev := range events {
			g.events <- ev
		}
		w.WriteHeader(reply.Status)
		_, _ = w.Write(reply.Body)
	}))
	t.Cleanup(hooks.Close)
	smsboxAddr := vendortest.Unused(t)
	g.account = channels.Account{
		ID: "c1", WorkspaceID: "w1", Slug: "main", Type: channels.SMS, Kind: kannel.Name, BaseURL: "http://" + smsboxAddr, HookURL: hooks.URL + "/hooks/k1",
		Credentials: map[string]string{"username": "sluice", "password": password, "inbound_token": inboundToken},
		Settings:    map[string]string{"sender": "12345", "smsc": "test"},
	}
	port := func(addr string) string { return addr[strings.LastIndex(addr, ":")+1:] }
	dir := t.TempDir()
	// The get-url is what Kind.HookHelp tells people to write.
	help := g.provider.Kind().HookHelp
	_, query, _ := strings.Cut(help, "?token=TOKEN")
	query, _, _ = strings.Cut(query, ",")
	query = "?token=" + inboundToken + query
	config := fmt.Sprintf(`
group = core
admin-port = %[1]s
admin-interface = 127.0.0.1
admin-password = unused
smsbox-port = %[2]s
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = %[3]s/bearerbox.log
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = test
host = 127.0.0.1
port = %[4]d
transceiver-mode = true
smsc-username = sluice
smsc-password = secret
system-type = test
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = %[5]s
sendsms-interface = 127.0.0.1
log-file = %[3]s/smsbox.log
mo-recode = true

group = sendsms-user
username = sluice
password = %[6]s
concatenation = true
max-messages = 10

group = sms-service
keyword = default
max-messages = 0
get-url = "%[7]s%[8]s"
`, port(vendortest.Unused(t)), port(vendortest.Unused(t)), dir, g.smsc.Port(), port(smsboxAddr), password, g.account.HookURL, query)
	path := filepath.Join(dir, "kannel.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, bearerbox, path)
	testhost.Within(t, g.smsc.Bound, "the gateway binds to the SMS centre")
	run(t, dir, smsbox, path)
	g.ready(t)
	return g
}

// run starts a program and ends it with the test.
func run(t *testing.T, dir, program, config string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, config)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Its own shutdown waits for a minute; nothing here is worth it.
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, filepath.Base(program)+".log"))
			t.Logf("%s:\n%s", program, log)
		}
	})
}

// ready waits until smsbox answers, as binding a channel asks it.
func (g gateway) ready(t *testing.T) {
	t.Helper()
	testhost.Until(t, "smsbox comes up", func() bool { return g.provider.Verify(t.Context(), g.account) == nil })
}

// status waits for the receipt with that status, past those of earlier ones.
func (g gateway) status(t *testing.T, messageID string, want channels.Status) channels.Receipt {
	t.Helper()
	for {
		ev := testhost.Within(t, g.events, string(want)+" for "+messageID)
		if ev.Receipt != nil && ev.Receipt.MessageID == messageID && ev.Receipt.Status == want {
			return *ev.Receipt
		}
	}
}

func TestThroughARealGatewayToAnSMSCentre(t *testing.T) {
	t.Parallel()
	g := startGateway(t)
	wrong := g.account
	wrong.Credentials = map[string]string{"username": "sluice", "password": "wrong"}
	if se := channels.AsSendError(g.provider.Verify(t.Context(), wrong)); se == nil || se.Class != channels.ClassAuth || se.Code != "authorization_failed" {
		t.Errorf("with a wrong password: got %+v", se)
	}
	send := func(id, words string) smpptest.Submitted {
		o := text(words)
		o.MessageID = id
		if _, err := g.provider.Send(t.Context(), g.account, o); err != nil {
			t.Fatal(err)
		}
		return testhost.Within(t, g.smsc.Submitted, words)
	}

	m := send("run-1", "Your code is 123456 & more")
	if string(m.Text) != "Your code is 123456 & more" || m.DataCoding != 0 || m.Source != "12345" || m.Dest != "639171234567" || !m.Receipt {
		t.Errorf("the SMS centre got %+v", m)
	}
	g.status(t, "run-1", channels.StatusSent)
	if err := g.smsc.Report(m, "DELIVRD", "000"); err != nil {
		t.Fatal(err)
	}
	g.status(t, "run-1", channels.StatusDelivered)

	m = send("run-2", "Привет 👋")
	if got := utf16Text(m.Text); got != "Привет 👋" || m.DataCoding != 8 {
		t.Errorf("UCS-2 arrived as %q, coding %d", got, m.DataCoding)
	}
	if err := g.smsc.Report(m, "UNDELIV", "069"); err != nil {
		t.Fatal(err)
	}
	if r := g.status(t, "run-2", channels.StatusFailed); r.Code != "UNDELIV" || !strings.Contains(r.Reason, "069") {
		t.Errorf("got %+v", r)
	}

	long := strings.Repeat("0123456789", 31)
	o := text(long)
	o.MessageID = "run-3"
	accepted, err := g.provider.Send(t.Context(), g.account, o)
	if err != nil || accepted.Parts != 3 {
		t.Fatalf("got %+v, %v", accepted, err)
	}
	joined := ""
	for range accepted.Parts {
		part := testhost.Within(t, g.smsc.Submitted, "a part of the long message")
		if !part.Joined {
			t.Errorf("a part that is not joined: %+v", part)
		}
		joined += string(part.Text)
	}
	if joined != long {
		t.Errorf("the parts make %q", joined)
	}

	if err := g.smsc.Message("639171234567", "12345", "YES please & 1 + 1"); err != nil {
		t.Fatal(err)
	}
	for {
		ev := testhost.Within(t, g.events, "the message from a person")
		if ev.Message == nil {
			continue
		}
		if ev.Message.From != "+639171234567" || ev.Message.To != "12345" || ev.Message.Text != "YES please & 1 + 1" || ev.Message.ProviderMessageID == "" {
			t.Errorf("got %+v", ev.Message)
		}
		break
	}

	g.smsc.Refuse(0x0000000B)
	o = text("Hi")
	o.MessageID = "run-4"
	if _, err := g.provider.Send(t.Context(), g.account, o); err != nil {
		t.Fatal(err)
	}
	if r := g.status(t, "run-4", channels.StatusFailed); r.Code != "0x0000000b" {
		t.Errorf("got %+v", r)
	}
}

// utf16Text reads the big-endian UTF-16 that data coding 8 stands for.
func utf16Text(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i])<<8 | uint16(data[2*i+1])
	}
	return string(utf16.Decode(units))
}
