package peer

import (
	"crypto/tls"
	"errors"
	"net/http"
	"testing"
)

func TestOnlyTrustedProxiesSayWhoAsked(t *testing.T) {
	t.Parallel()
	trusted, err := ParseProxies("10.0.0.0/8, 192.0.2.7,fd00::/8")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		proxies   Proxies
		remote    string
		forwarded []string
		proto     string
		want      string
		https     bool
		untrusted bool
	}{
		"nobody between":                  {trusted, "203.0.113.9:4711", nil, "", "203.0.113.9", false, false},
		"a client that lies":              {trusted, "203.0.113.9:4711", []string{"127.0.0.1"}, "https", "203.0.113.9", false, true},
		"a proxy while none is trusted":   {Proxies{}, "10.0.0.1:80", []string{"203.0.113.9"}, "https", "10.0.0.1", false, true},
		"a trusted proxy":                 {trusted, "10.0.0.1:80", []string{"203.0.113.9"}, "https", "203.0.113.9", true, false},
		"by its own address":              {trusted, "192.0.2.7:80", []string{"203.0.113.9"}, "http", "203.0.113.9", false, false},
		"IPv6":                            {trusted, "[fd00::1]:80", []string{"2001:db8::5"}, "", "2001:db8::5", false, false},
		"mapped":                          {trusted, "[::ffff:10.0.0.1]:80", []string{"::ffff:203.0.113.9"}, "", "203.0.113.9", false, false},
		"with ports":                      {trusted, "10.0.0.1:80", []string{"203.0.113.9:4711"}, "", "203.0.113.9", false, false},
		"behind a proxy, with a lie":      {trusted, "10.0.0.1:80", []string{"127.0.0.1, 203.0.113.9"}, "", "203.0.113.9", false, false},
		"two proxies":                     {trusted, "10.0.0.1:80", []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "https, http", "203.0.113.9", true, false},
		"two lines":                       {trusted, "10.0.0.1:80", []string{"198.51.100.1", "203.0.113.9,10.0.0.2"}, "", "203.0.113.9", false, false},
		"a client within":                 {trusted, "10.0.0.1:80", []string{"10.0.0.3"}, "", "10.0.0.3", false, false},
		"a hop that cannot be read":       {trusted, "10.0.0.1:80", []string{"203.0.113.9, unknown"}, "", "10.0.0.1", false, false},
		"a trusted proxy without a word":  {trusted, "10.0.0.1:80", nil, "", "10.0.0.1", false, false},
		"a proxy that is named elsewhere": {trusted, "11.0.0.1:80", []string{"203.0.113.9"}, "", "11.0.0.1", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
			for _, f := range c.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			if c.proto != "" {
				r.Header.Set("X-Forwarded-Proto", c.proto)
			}
			got := c.proxies.Client(r)
			if got.String() != c.want || got.HTTPS != c.https || got.Untrusted != c.untrusted {
				t.Errorf("got %+v, want %s, https %v, untrusted %v", got, c.want, c.https, c.untrusted)
			}
		})
	}
	if c := (Proxies{}).Client(&http.Request{RemoteAddr: "203.0.113.9:1", TLS: &tls.ConnectionState{}}); !c.HTTPS {
		t.Error("an encrypted connection is not https")
	}
}

func TestListsOfProxiesThatCannotBeMeantAreRefused(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.1:80"} {
		if _, err := ParseProxies(list); !errors.Is(err, ErrProxies) {
			t.Errorf("%s: %v", list, err)
		}
	}
	if p, err := ParseProxies(" , "); err != nil || !p.None() {
		t.Errorf("an empty list: %+v, %v", p, err)
	}
}

func TestOneCustomerIsOneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1:5", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"[::ffff:192.0.2.1]:5", "192.0.2.1", true},
		{"[2001:db8:0:1::5]:1", "2001:db8:0:1:ffff::", true},
		{"2001:db8:0:1::5", "2001:db8:0:2::5", false},
		{"[fe80::1%eth0]:80", "fe80::2", true},
	} {
		if got := Key(Parse(c.a)) == Key(Parse(c.b)); got != c.same {
			t.Errorf("%s and %s are one: %v", c.a, c.b, got)
		}
	}
}
