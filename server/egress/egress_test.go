package egress

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve starts a server on loopback and returns its URL and its host:port.
func serve(t *testing.T, h http.HandlerFunc) (base, addr string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL, s.Listener.Addr().String()
}

func request(t *testing.T, method, target string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestDoReturnsTheWholeAnswer(t *testing.T) {
	t.Parallel()
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("User-Agent"); got != "Sluice" {
			t.Errorf("User-Agent %q", got)
		}
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.Copy(w, r.Body)
	})
	c := newClient(t, Options{Allow: []string{addr}})
	resp, err := c.Do(request(t, "POST", base+"/echo", strings.NewReader("hello")))
	if err != nil {
		t.Fatal(err)
	}
	if resp.Status != http.StatusTeapot || string(resp.Body) != "hello" || resp.Header.Get("X-Answer") != "yes" {
		t.Errorf("got %+v", resp)
	}
}

func TestInvariant14LoopbackIsRefusedByDefault(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	base, addr := serve(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	_, port, _ := net.SplitHostPort(addr)
	c := newClient(t, Options{})
	for _, target := range []string{
		base, "http://localhost:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://2130706433:" + port,
		"http://0x7f.1:" + port, "http://0177.0.0.1:" + port, "http://127.1:" + port, "http://0.0.0.0:" + port,
	} {
		_, err := c.Do(request(t, "GET", target, nil))
		if !Blocked(err) || Written(err) {
			t.Errorf("%s: got %v, want a refusal that was not written", target, err)
		}
	}
	if calls.Load() != 0 {
		t.Errorf("the server was reached %d times", calls.Load())
	}
}

func TestBadTargetsAreRefused(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for _, target := range []string{"ftp://example.com", "file:///etc/passwd", "http:///x", "http://:80/x", "https://user:pass@example.com/"} {
		req := request(t, "POST", target, strings.NewReader("x"))
		_, err := c.Do(req)
		if !Blocked(err) || Written(err) {
			t.Errorf("%s: got %v", target, err)
		}
		if err != nil && strings.Contains(err.Error(), "pass@") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
}

// A name that was public when it was looked at and lies inside when it is
// dialled is refused: what is checked is the address of the connection.
func TestInvariant14RebindingCannotChangeTheDialledAddress(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	_, addr := serve(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	_, port, _ := net.SplitHostPort(addr)
	c := newClient(t, Options{Resolver: loopbackDNS(t)})
	_, err := c.Do(request(t, "GET", "http://rebind.example:"+port, nil))
	if !Blocked(err) || Written(err) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if calls.Load() != 0 {
		t.Error("the server inside was reached")
	}
}

func TestAllowedNameReachesInside(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "in") })
	_, port, _ := net.SplitHostPort(addr)
	c := newClient(t, Options{Resolver: loopbackDNS(t), Allow: []string{"sms.example:" + port}})
	resp, err := c.Do(request(t, "GET", "http://sms.example:"+port, nil))
	if err != nil || string(resp.Body) != "in" {
		t.Fatalf("got %+v, %v", resp, err)
	}
}

func TestWrittenTellsUnsentFromUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		server  func(net.Conn)
		timeout time.Duration
		want    bool
	}{
		{"closed after reading the request", func(c net.Conn) { readRequest(c); _ = c.Close() }, 0, true},
		{"reset after reading the request", func(c net.Conn) {
			readRequest(c)
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}, 0, true},
		{"no answer in time", func(c net.Conn) { readRequest(c) }, 100 * time.Millisecond, true},
		{"an answer cut short", func(c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nshort")
			_ = c.Close()
		}, 0, true},
		{"something that is not HTTP", func(c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, "220 smtp ready\r\n")
			_ = c.Close()
		}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, tt.server)
			c := newClient(t, Options{Allow: []string{addr}, Timeout: tt.timeout})
			_, err := c.Do(request(t, "POST", "http://"+addr+"/?key=canary", strings.NewReader("x")))
			if err == nil || Written(err) != tt.want {
				t.Fatalf("got %v, written %v, want %v", err, Written(err), tt.want)
			}
			if tt.timeout != 0 && !timedOut(err) {
				t.Errorf("%v should be a timeout", err)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the error repeats the query: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		_ = l.Close()
		c := newClient(t, Options{Allow: []string{addr}})
		_, err = c.Do(request(t, "POST", "http://"+addr, strings.NewReader("x")))
		if err == nil || Written(err) {
			t.Errorf("got %v, written %v, want unsent", err, Written(err))
		}
	})
	t.Run("TLS fails", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewTLSServer(http.NotFoundHandler())
		s.Config.ErrorLog = quiet()
		t.Cleanup(s.Close)
		c := newClient(t, Options{Allow: []string{s.Listener.Addr().String()}})
		_, err := c.Do(request(t, "POST", s.URL, strings.NewReader("x")))
		if err == nil || Written(err) {
			t.Errorf("got %v, written %v, want unsent", err, Written(err))
		}
	})
	t.Run("given up before the start", func(t *testing.T) {
		t.Parallel()
		addr := listen(t, func(net.Conn) {})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := newClient(t, Options{Allow: []string{addr}})
		_, err := c.Do(request(t, "POST", "http://"+addr, strings.NewReader("x")).WithContext(ctx))
		if !errors.Is(err, context.Canceled) || Written(err) {
			t.Errorf("got %v, written %v, want unsent", err, Written(err))
		}
	})
	t.Run("errors of others", func(t *testing.T) {
		t.Parallel()
		if !Written(nil) || !Written(io.ErrUnexpectedEOF) || Written(ErrBlocked) {
			t.Error("a foreign error must count as written, a refusal must not")
		}
	})
}

func TestLargeAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	base, addr := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte("x"), 4096))
	})
	c := newClient(t, Options{Allow: []string{addr}, MaxResponseBytes: 4095})
	_, err := c.Do(request(t, "GET", base, nil))
	var e *Error
	if !errors.Is(err, ErrTooLarge) || !errors.As(err, &e) || e.Status != http.StatusOK || !e.Written {
		t.Errorf("got %v", err)
	}
	if resp, err := newClient(t, Options{Allow: []string{addr}, MaxResponseBytes: 4096}).Do(request(t, "GET", base, nil)); err != nil || len(resp.Body) != 4096 {
		t.Errorf("at the limit: %v", err)
	}
}

func TestConnectionsPerHostAreLimited(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	base, addr := serve(t, func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		now.Add(-1)
	})
	c := newClient(t, Options{Allow: []string{addr}, MaxConnsPerHost: 2})
	done := make(chan error)
	for range 20 {
		go func() {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base, http.NoBody)
			_, err := c.Do(req)
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 2 {
		t.Errorf("%d requests at once, want at most 2", most.Load())
	}
}

func TestProxyIsUsedAndDoesNotOpenTheInside(t *testing.T) {
	t.Parallel()
	proxy, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "via proxy to "+r.URL.Host) })
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, Options{Proxy: u})
	resp, err := c.Do(request(t, "GET", "http://8.8.8.8/x", nil))
	if err != nil || string(resp.Body) != "via proxy to 8.8.8.8" {
		t.Fatalf("got %+v, %v", resp, err)
	}
	if _, err := c.Do(request(t, "GET", "http://169.254.169.254/latest", nil)); !Blocked(err) {
		t.Errorf("metadata through the proxy: got %v, want a refusal", err)
	}
	named := newClient(t, Options{Proxy: u, Resolver: loopbackDNS(t)})
	if _, err := named.Do(request(t, "GET", "http://inside.example/x", nil)); !Blocked(err) {
		t.Errorf("a name for loopback through the proxy: got %v, want a refusal", err)
	}
}

func TestNewRefusesABadAllowList(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Allow: []string{"nonsense/40"}}); !errors.Is(err, ErrAllow) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsNameTheHostAndHowFarItGot(t *testing.T) {
	t.Parallel()
	u := &url.URL{Host: "api.example.com"}
	unsent := newError(u, false, 0, &url.Error{Op: "Post", URL: "https://api.example.com/?key=canary", Err: io.EOF})
	if got := unsent.Error(); got != "could not call api.example.com: EOF" {
		t.Errorf("got %q", got)
	}
	if got := newError(u, true, 0, io.EOF).Error(); got != "no usable answer from api.example.com: EOF" {
		t.Errorf("got %q", got)
	}
	if unsent.Timeout() || !newError(u, true, 0, context.DeadlineExceeded).Timeout() {
		t.Error("Timeout is wrong")
	}
}
