package email_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/email"
	"sluice/server/channels/vendortest"
	"sluice/server/egress"
	"sluice/server/testhost"
)

// postfix is a real mail server with mailboxes for ana@example.com and
// bounces@shop.example.
type postfix struct {
	provider *email.Provider
	account  channels.Account
	dir      string
	// ports are those of STARTTLS and of TLS from the beginning.
	ports map[string]string
}

// services are Postfix's own programs that this server needs.
const services = `
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`

// startPostfix starts a Postfix with a configuration, a queue and a certificate
// of its own.
func startPostfix(t *testing.T) postfix {
	t.Helper()
	master := "/usr/lib/postfix/sbin/master"
	if _, err := os.Stat(master); err != nil {
		t.Skip("Postfix is not installed. `make setup` installs it on Debian and Ubuntu.")
	}
	if os.Getuid() != 0 {
		t.Skip("Postfix's master runs as root only.")
	}
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Skip("There is no user postfix, which Postfix runs as.")
	}
	// The socket paths below have to be short, and the mailboxes' owner has to
	// come through.
	dir, err := os.MkdirTemp("", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := postfix{dir: dir, ports: map[string]string{}}
	for _, security := range []string{"starttls", "tls"} {
		_, p.ports[security], _ = strings.Cut(vendortest.Unused(t), ":")
	}
	pool := p.configure(t, owner)
	p.start(t, master)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}, TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	p.provider = email.New(client)
	p.account = channels.Account{
		ID: "c1", WorkspaceID: "w1", Slug: "mail", Type: channels.Email, Kind: email.Name, HookURL: hookURL,
		Credentials: map[string]string{"bounce_token": token},
		Settings: map[string]string{
			"host": "127.0.0.1", "auth": "none", "from_address": "hello@shop.example", "from_name": "Mein Geschäft", "bounce_address": "bounces@shop.example",
		},
	}
	return p
}

// configure writes Postfix's files and returns what to trust.
func (p postfix) configure(t *testing.T, owner *user.User) *x509.CertPool {
	t.Helper()
	uid, _ := strconv.Atoi(owner.Uid)
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, id := range map[string]int{"": 0, "spool": 0, "data": uid, "mail": uid} {
		path := filepath.Join(p.dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, id, -1); err != nil {
			t.Fatal(err)
		}
	}
	cert, key, pool := certificate(t)
	write("cert.pem", cert)
	write("key.pem", key)
	write("boxes", "ana@example.com ana/\nbounces@shop.example bounces/\n")
	write("main.cf", strings.NewReplacer("DIR", p.dir, "UID", owner.Uid, "GID", owner.Gid).Replace(`compatibility_level = 3.6
queue_directory = DIR/spool
data_directory = DIR/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file_prefixes = DIR
maillog_file = DIR/log
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.shop.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
alias_maps =
alias_database =
default_transport = error:there is no internet here
virtual_mailbox_domains = example.com, shop.example
virtual_mailbox_base = DIR/mail
virtual_mailbox_maps = texthash:DIR/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:UID
virtual_gid_maps = static:GID
smtpd_reject_unlisted_recipient = no
smtpd_tls_cert_file = DIR/cert.pem
smtpd_tls_key_file = DIR/key.pem
smtpd_peername_lookup = no
`))
	write("master.cf", fmt.Sprintf("127.0.0.1:%s inet n - n - - smtpd -o smtpd_tls_security_level=encrypt\n127.0.0.1:%s inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n",
		p.ports["starttls"], p.ports["tls"])+strings.TrimSpace(services)+"\n")
	return pool
}

// start runs Postfix until the test ends.
func (p postfix) start(t *testing.T, master string) {
	t.Helper()
	// It makes the queue's directories.
	if out, err := exec.CommandContext(t.Context(), "/usr/sbin/postfix", "-c", p.dir, "check").CombinedOutput(); err != nil {
		t.Fatalf("postfix check: %v\n%s", err, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, master, "-c", p.dir, "-d")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			if log, err := os.ReadFile(filepath.Join(p.dir, "log")); err == nil {
				t.Logf("Postfix's log:\n%s", log)
			}
		}
	})
	for _, port := range p.ports {
		p.await(t, "Postfix answers", func() bool {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
			if err == nil {
				_ = conn.Close()
			}
			return err == nil
		})
	}
}

// await looks again and again until something has happened.
func (p postfix) await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	testhost.Until(t, what, happened)
}

// next is the next mail in a mailbox, which it is taken out of.
func (p postfix) next(t *testing.T, box string) []byte {
	t.Helper()
	var raw []byte
	p.await(t, "a mail for "+box, func() bool {
		found, _ := filepath.Glob(filepath.Join(p.dir, "mail", box, "new", "*"))
		if len(found) == 0 {
			return false
		}
		var err error
		if raw, err = os.ReadFile(found[0]); err == nil {
			err = os.Remove(found[0])
		}
		return err == nil
	})
	return raw
}

// certificate makes one for this machine.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.shop.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(cert))
	return cert, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), pool
}

func TestMailsGoThroughARealServerAndBouncesComeBack(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, "%PDF-1.7 a bill")
	}))
	t.Cleanup(files.Close)
	for security, port := range p.ports {
		p.account.Settings["security"], p.account.Settings["port"] = security, port
		if err := p.provider.Verify(t.Context(), p.account); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		o := outbound(flows.MessageMail{
			Subject: "Your order № 1", HTML: "<p>It is on its <b>way</b>.</p>",
			Attachments: []flows.MessageAttachment{{URL: files.URL + "/bill.pdf", Filename: "bill.pdf"}},
		}, "It is on its way. ünïcode\n.\nafter a line with a dot")
		o.MessageID = "0198f5e2-7c1d-7000-8000-3b2a1c0d9e8f-2"
		if _, err := p.provider.Send(t.Context(), p.account, o); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		delivered(t, security, p.next(t, "ana"))
		o.To, o.MessageID = "nobody@example.com", "0198f5e2-7c1d-7000-8000-3b2a1c0d9e8f-3"
		if _, err := p.provider.Send(t.Context(), p.account, o); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		bounced(t, p, p.next(t, "bounces"), o.MessageID)
	}
	// A server that nobody vouches for gets neither mail nor password.
	stranger := p.account
	strangers := email.New(vendortest.Client(t))
	if se := channels.AsSendError(strangers.Verify(t.Context(), stranger)); se == nil || se.Class == channels.ClassUnknown {
		t.Errorf("a certificate that nobody vouches for gives %v", se)
	}
}

// delivered checks a mail as its recipient has it.
func delivered(t *testing.T, security string, raw []byte) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	from, err2 := mail.ParseAddress(m.Header.Get("From"))
	if err != nil || err2 != nil || subject != "Your order № 1" || from.Name != "Mein Geschäft" || from.Address != "hello@shop.example" {
		t.Errorf("%s: it is from %v about %q", security, from, subject)
	}
	if !strings.Contains(m.Header.Get("Received"), "SMTPS id") || !strings.HasPrefix(m.Header.Get("Return-Path"), "<bounces+0198f5e2") {
		t.Errorf("%s: it came by %q, and goes back to %q", security, m.Header.Get("Received"), m.Header.Get("Return-Path"))
	}
	parts := partsOf(t, m.Header.Get("Content-Type"), m.Body)
	for kind, want := range map[string]string{
		"text/plain": "It is on its way. ünïcode\n.\nafter a line with a dot", "text/html": "<p>It is on its <b>way</b>.</p>", "application/pdf": "%PDF-1.7 a bill",
	} {
		if got := strings.TrimSpace(strings.ReplaceAll(parts[kind], "\r\n", "\n")); got != want {
			t.Errorf("%s: its %s is %q, want %q", security, kind, got, want)
		}
	}
}

// partsOf are the decoded contents of a mail by their type.
func partsOf(t *testing.T, contentType string, body io.Reader) map[string]string {
	t.Helper()
	found := map[string]string{}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		data, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		found[kind] = string(data)
		return found
	}
	reader := multipart.NewReader(body, params["boundary"])
	for {
		part, err := reader.NextPart()
		if err != nil {
			return found
		}
		var content io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "base64" {
			content = base64.NewDecoder(base64.StdEncoding, part)
		}
		maps.Copy(found, partsOf(t, part.Header.Get("Content-Type"), content))
	}
}

// bounced checks that a bounce, posted as it came, is a receipt of its message.
func bounced(t *testing.T, p postfix, raw []byte, messageID string) {
	t.Helper()
	r := posted(p.account, string(raw))
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, r.URL, strings.NewReader(string(r.Body)))
	req.Header = r.Header
	events, reply, err := p.provider.Webhook(p.account, req, r.Body)
	if err != nil || len(events) != 1 || events[0].Receipt == nil {
		t.Fatalf("the bounce gives %+v (%d): %v\n%s", events, reply.Status, err, raw)
	}
	if got := events[0].Receipt; got.MessageID != messageID || got.Status != channels.StatusFailed || got.Code != "5.1.1" || got.Reason == "" {
		t.Errorf("the bounce says %+v", got)
	}
}
