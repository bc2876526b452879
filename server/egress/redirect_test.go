package egress

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestInvariant14RedirectsAreChecked(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	_, insideAddr := serve(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	target := "http://" + insideAddr
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) })
	c := newClient(t, Options{Allow: []string{addr}})
	_, err := c.Do(request(t, "GET", base, nil))
	if !Blocked(err) {
		t.Errorf("got %v, want a refusal", err)
	}
	if calls.Load() != 0 {
		t.Error("the redirect reached inside")
	}
}

func TestRedirectsAreLimited(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	})
	c := newClient(t, Options{Allow: []string{addr}})
	_, err := c.Do(request(t, "GET", base+"/", nil))
	if !errors.Is(err, errRedirectLimit) || !Blocked(err) || calls.Load() != DefaultMaxRedirects+1 {
		t.Errorf("got %v after %d calls", err, calls.Load())
	}
	none := newClient(t, Options{Allow: []string{addr}, MaxRedirects: -1})
	resp, err := none.Do(request(t, "GET", base+"/", nil))
	if err != nil || resp.Status != http.StatusFound {
		t.Errorf("without redirects: got %+v, %v", resp, err)
	}
}

// INVARIANTS 18: a credential serves its own hosts only.
func TestInvariant18RedirectToAnotherHostCarriesNoCredential(t *testing.T) {
	t.Parallel()
	headers := make(chan http.Header, 2)
	home := ""
	other, otherAddr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header.Clone()
		http.Redirect(w, r, home+"/back", http.StatusFound)
	})
	home, homeAddr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			headers <- r.Header.Clone()
			return
		}
		http.Redirect(w, r, other, http.StatusFound)
	})
	c := newClient(t, Options{Allow: []string{otherAddr, homeAddr}})
	req := request(t, "GET", home+"/start?key=canary", nil)
	req.Header.Set("Authorization", "Basic canary")
	req.Header.Set("Cookie", "canary")
	req.Header.Set("X-Viber-Auth-Token", "canary")
	req.Header.Set("Accept", "application/json")
	if _, err := c.Do(req); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h := <-headers
		if got := fmt.Sprint(h); strings.Contains(got, "canary") {
			t.Errorf("a credential travelled along: %s", got)
		}
		if h.Get("Accept") != "application/json" {
			t.Error("harmless headers should stay")
		}
	}
}

func TestRedirectWithinTheHostKeepsCredential(t *testing.T) {
	t.Parallel()
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusTemporaryRedirect)
			return
		}
		_, _ = io.WriteString(w, r.Header.Get("Authorization")+r.Header.Get("Referer"))
	})
	c := newClient(t, Options{Allow: []string{addr}})
	req := request(t, "POST", base+"/a", strings.NewReader("x"))
	req.Header.Set("Authorization", "Basic kept")
	resp, err := c.Do(req)
	if err != nil || string(resp.Body) != "Basic kept" {
		t.Errorf("got %+v, %v", resp, err)
	}
}

func TestContentIsNotSentOnToAnotherHost(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	other, otherAddr := serve(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other, http.StatusPermanentRedirect)
	})
	c := newClient(t, Options{Allow: []string{addr, otherAddr}})
	_, err := c.Do(request(t, "POST", base, strings.NewReader("secret")))
	if !Blocked(err) || !Written(err) || calls.Load() != 0 {
		t.Errorf("got %v, written %v, %d calls", err, Written(err), calls.Load())
	}
}

func TestRedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	t.Parallel()
	plainURL, plainAddr := serve(t, func(http.ResponseWriter, *http.Request) {})
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plainURL, http.StatusFound)
	}))
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := newClient(t, Options{
		Allow: []string{plainAddr, s.Listener.Addr().String()},
		TLS:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	})
	if _, err := c.Do(request(t, "GET", s.URL, nil)); !Blocked(err) {
		t.Errorf("got %v, want a refusal", err)
	}
}

// What was to be sent is not replaced by a question for a page, whose answer would
// count as the vendor's.
func TestARedirectThatDropsTheContentIsRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			t.Run(fmt.Sprintf("%s %d", method, status), func(t *testing.T) {
				t.Parallel()
				var calls atomic.Int32
				base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if calls.Add(1) == 1 {
						http.Redirect(w, r, "/elsewhere", status)
					}
				})
				_, err := newClient(t, Options{Allow: []string{addr}}).Do(request(t, method, base, strings.NewReader("x")))
				if !Blocked(err) || !Written(err) || calls.Load() != 1 {
					t.Errorf("got %v after %d calls, want a refusal after one", err, calls.Load())
				}
			})
		}
	}
}

// A redirect that is refused only when its address is dialled is a refusal, too.
func TestARedirectToANameOfLoopbackIsARefusal(t *testing.T) {
	t.Parallel()
	_, port, _ := strings.Cut(listenNowhere(t), ":")
	base, addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://rebind.example:"+port+"/", http.StatusTemporaryRedirect)
	})
	_, err := newClient(t, Options{Allow: []string{addr}, Resolver: loopbackDNS(t)}).Do(request(t, http.MethodGet, base, nil))
	if !Blocked(err) || !Written(err) {
		t.Errorf("got %v, want a refusal", err)
	}
}

// listenNowhere is an address where connections end at once.
func listenNowhere(t *testing.T) string {
	return listen(t, func(c net.Conn) { _ = c.Close() })
}
