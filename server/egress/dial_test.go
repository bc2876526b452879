package egress

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestInvariant14ConnectionsThatAreNotHTTPCannotReachInside(t *testing.T) {
	t.Parallel()
	addr := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 ready\r\n") })
	_, port, _ := net.SplitHostPort(addr)
	for _, target := range []string{
		addr, "localhost:" + port, "127.1:" + port, "2130706433:" + port, "[::ffff:127.0.0.1]:" + port, "10.0.0.1:25", "169.254.169.254:25", ":25", "nonsense",
	} {
		if conn, err := newClient(t, Options{}).Dial(t.Context(), "tcp", target); !Blocked(err) {
			t.Errorf("%s: got %v, %v; want a refusal", target, conn, err)
		}
		if conn, err := newClient(t, Options{}).DialTLS(t.Context(), "tcp", target); !Blocked(err) {
			t.Errorf("%s over TLS: got %v, %v; want a refusal", target, conn, err)
		}
	}
	if _, err := newClient(t, Options{Resolver: loopbackDNS(t)}).Dial(t.Context(), "tcp", "rebind.example:"+port); !Blocked(err) {
		t.Errorf("a name for loopback: got %v", err)
	}
	conn, err := newClient(t, Options{Allow: []string{addr}}).Dial(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	got := make([]byte, len("220"))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != "220" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDialTLSChecksTheCertificate(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	s.Config.ErrorLog = quiet()
	t.Cleanup(s.Close)
	addr := s.Listener.Addr().String()
	if _, err := newClient(t, Options{Allow: []string{addr}}).DialTLS(t.Context(), "tcp", addr); err == nil {
		t.Error("a certificate that nobody trusts is taken")
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	conn, err := newClient(t, Options{Allow: []string{addr}, TLS: &tls.Config{RootCAs: pool}}).DialTLS(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestFilesHaveABoundOfTheirOwn(t *testing.T) {
	t.Parallel()
	base, addr := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 100)) })
	c := newClient(t, Options{Allow: []string{addr}, MaxResponseBytes: 10})
	if resp, err := c.DoUpTo(request(t, "GET", base, nil), 100); err != nil || len(resp.Body) != 100 {
		t.Errorf("got %v", err)
	}
	if _, err := c.DoUpTo(request(t, "GET", base, nil), 99); err == nil || !strings.Contains(err.Error(), "99") {
		t.Errorf("got %v", err)
	}
}
