package peer

import (
	"net/http"
	"testing"
)

func TestOnlyThisMachineIsThisMachine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		peer, host string
		header     http.Header
		want       bool
	}{
		"IPv4":                    {"127.0.0.1:5000", "localhost:8080", nil, true},
		"IPv4 by address":         {"127.0.0.1:5000", "127.0.0.1", nil, true},
		"IPv6":                    {"[::1]:5000", "[::1]:8080", nil, true},
		"IPv6 without port":       {"[::1]:5000", "[::1]", nil, true},
		"mapped":                  {"[::ffff:127.0.0.1]:5000", "LOCALHOST:8080", nil, true},
		"from the network":        {"192.0.2.7:5000", "localhost:8080", nil, false},
		"a rebound name":          {"127.0.0.1:5000", "evil.example:8080", nil, false},
		"a name that begins so":   {"127.0.0.1:5000", "localhost.evil.example", nil, false},
		"no host":                 {"127.0.0.1:5000", "", nil, false},
		"behind a proxy":          {"127.0.0.1:5000", "localhost", http.Header{"X-Forwarded-For": {"192.0.2.7"}}, false},
		"an empty proxy header":   {"127.0.0.1:5000", "localhost", http.Header{"X-Forwarded-For": {""}}, false},
		"behind a standard proxy": {"127.0.0.1:5000", "localhost", http.Header{"Forwarded": {"for=192.0.2.7"}}, false},
		"behind another proxy":    {"127.0.0.1:5000", "localhost", http.Header{"X-Real-Ip": {"127.0.0.1"}}, false},
		"no peer":                 {"", "localhost", nil, false},
		"a socket":                {"@", "localhost", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: c.peer, Host: c.host, Header: c.header}
			if got := FromThisMachine(r); got != c.want {
				t.Errorf("FromThisMachine = %v; want %v", got, c.want)
			}
		})
	}
}
