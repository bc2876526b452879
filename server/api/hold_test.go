package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/peer"
)

// slow is a request whose body does not come.
type slow struct {
	conn    net.Conn
	answers *bufio.Reader
}

// hold begins a request and sends no body, from an address of this machine.
func (w *world) hold(from, head string) *slow {
	w.t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.DialContext(w.t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, head); err != nil {
		w.t.Fatal(err)
	}
	return &slow{conn, bufio.NewReader(conn)}
}

// status waits for the answer.
func (s *slow) status(t *testing.T) int {
	t.Helper()
	response, err := http.ReadResponse(s.answers, nil) //nolint:bodyclose // closing reads to the end
	if err != nil {
		t.Fatal(err)
	}
	// A stream has no end to read to.
	return response.StatusCode
}

// post is the head of a request with a body that is not there.
func post(path, header string, length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n", path, length, header)
}

const oneAddress = "127.0.0.1"

// TestInvariant31SlowBodiesHoldNoPlaceThatOthersNeed begins more requests than there
// are places, each of which has a body that never comes.
func TestInvariant31SlowBodiesHoldNoPlaceThatOthersNeed(t *testing.T) {
	t.Parallel()
	w, _ := newSetUpWorld(t, func(o *server.Options) {
		o.Requests = api.Limits{Triggers: 4, Webhooks: 4, Requests: 4, Public: 4, SignIns: 4, Files: 4, Streams: 4}
	})
	ch := w.channelFor(t)
	key := "Authorization: Bearer " + bootstrapKey + "\r\n"
	const many = 40
	for name, f := range map[string]struct {
		head string
		// answered are those that are told at once that they get nothing.
		answered int
	}{
		"by nobody":                {post("/api/v1/flows", "", 1_000), http.StatusUnauthorized},
		"by nobody, in pieces":     {"POST /api/v1/flows HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", http.StatusUnauthorized},
		"with a wrong key":         {post("/api/v1/flows", "Authorization: Bearer slu_wrong\r\n", 1_000), http.StatusUnauthorized},
		"triggers by nobody":       {post("/api/v1/flows/1/runs", "", 1_000), http.StatusUnauthorized},
		"files by nobody":          {post("/api/v1/simulator/files", "", 1_000), http.StatusUnauthorized},
		"of no channel":            {post("/hooks/a-key-that-no-channel-has", "", 1_000), http.StatusNotFound},
		"of another method":        {strings.Replace(post("/api/v1/openapi.json", "", 1_000), "POST", "DELETE", 1), http.StatusMethodNotAllowed},
		"of a page":                {post("/no/such/page", "", 1_000), http.StatusMethodNotAllowed},
		"of a question":            {strings.Replace(post("/api/v1/session", "", 1_000), "POST", "GET", 1), http.StatusOK},
		"of what takes no body":    {strings.Replace(post("/api/v1/openapi.json", "", 1_000), "POST", "GET", 1), http.StatusOK},
		"that are too large":       {post("/api/v1/session", "", 17<<10), http.StatusRequestEntityTooLarge},
		"to sign in":               {post("/api/v1/session", "", 1_000), 0},
		"with a good key":          {post("/api/v1/flows", key, 1_000), 0},
		"of triggers":              {post("/api/v1/flows/1/runs", key, 1_000), 0},
		"of a channel's webhook":   {post("/hooks/"+ch, "", 1_000), 0},
		"of large flows":           {post("/api/v1/flows/import", key, 2<<20), 0},
		"that expect to be called": {post("/api/v1/flows", key+"Expect: 100-continue\r\n", 1_000), 0},
	} {
		t.Run(name, func(t *testing.T) {
			held := make([]*slow, 0, many)
			for range many {
				held = append(held, w.hold(oneAddress, f.head))
			}
			if f.answered != 0 {
				for _, s := range held {
					// Finding out who asks has places too, and gives them back.
					if got := s.status(t); got != f.answered && got != http.StatusServiceUnavailable {
						t.Fatalf("the answer is %d, want %d", got, f.answered)
					}
				}
			}
			w.serves(ch)
			for _, s := range held {
				_ = s.conn.Close()
			}
		})
	}
}

// serves ends the test unless everybody is served.
func (w *world) serves(hook string) {
	w.t.Helper()
	w.owner().get("/flows").want(http.StatusOK)
	w.owner().post("/flows", map[string]string{"name": "served"}).want(http.StatusCreated)
	w.owner().post("/flows/none/runs", map[string]any{}).problem(http.StatusNotFound, "not_found")
	w.nobody().get("/session").want(http.StatusOK)
	w.nobody().get("/openapi.json").want(http.StatusOK)
	w.nobody().post("//hooks/"+hook, "{}").want(http.StatusForbidden)
	w.browser().post("/session", map[string]string{"email": ownerEmail, "password": ownerPassword}).want(http.StatusOK)
}

// channelFor is the hook key of a channel whose provider signs its webhooks.
func (w *world) channelFor(t *testing.T) string {
	t.Helper()
	made := into[api.Channel](w.owner().post("/channels", map[string]any{
		"name": "T", "type": "sms", "kind": "twilio", "credentials": map[string]string{"account_sid": "AC0123456789abcdef0123456789abcdef", "auth_token": "0123456789abcdef0123456789abcdef"},
		"settings": map[string]string{"sender": "+15005550006"},
	}).want(http.StatusCreated))
	return made.HookUrl[strings.LastIndex(made.HookUrl, "/")+1:]
}

// TestInvariant31IdleConnectionsGiveWay opens as many connections as there may be,
// from several addresses, and sends nothing or half a head.
func TestInvariant31IdleConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{"that say nothing": "", "that say half of it": "GET / HTTP/1.1\r\nHost: loc", "that asked once": "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const total, each = 12, 4
			w := newWorld(t, func(o *server.Options) { o.Requests = api.Limits{Connections: total, PerAddress: each} })
			for address := 2; address < 9; address++ {
				for range each + 2 {
					s := w.hold(fmt.Sprintf("127.0.0.%d", address), head)
					if strings.HasSuffix(head, "\r\n\r\n") && s.status(t) != http.StatusOK {
						t.Fatal("a first question is not answered")
					}
				}
			}
			for range 3 {
				c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/api/v1/flows", http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				r.Header = w.owner().header
				response, err := c.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = response.Body.Close()
				if response.StatusCode != http.StatusOK {
					t.Errorf("the answer is %d", response.StatusCode)
				}
			}
		})
	}
}

// TestInvariant31OneAddressCannotTakeAllConnections: those that are busy do not give way,
// and one address has so many of them only.
func TestInvariant31OneAddressCannotTakeAllConnections(t *testing.T) {
	t.Parallel()
	const total, each = 16, 4
	w := newWorld(t, func(o *server.Options) { o.Requests = api.Limits{Connections: total, PerAddress: each, Streams: 400} })
	head := "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + bootstrapKey + "\r\n\r\n"
	for range each {
		if got := w.hold("127.0.0.2", head).status(t); got != http.StatusOK {
			t.Fatalf("a stream is answered %d", got)
		}
	}
	one := w.hold("127.0.0.2", head)
	if _, err := one.answers.ReadByte(); err == nil {
		t.Error("one connection too many of an address is answered")
	}
	w.owner().get("/flows").want(http.StatusOK)
	if got := w.hold("127.0.0.3", head).status(t); got != http.StatusOK {
		t.Errorf("another address is answered %d", got)
	}
}

// TestBehindATrustedProxyEachClientCountsByItself: the proxy's connections are not those
// of one client, and its word counts; nobody else's does.
func TestBehindATrustedProxyEachClientCountsByItself(t *testing.T) {
	t.Parallel()
	const each = 3
	w := newWorld(t, func(o *server.Options) {
		o.Requests = api.Limits{PerAddress: each}
		o.TrustedProxies = proxies(t, "127.0.0.2")
	})
	stream := func(from, client string) *slow {
		return w.hold(from, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: "+client+"\r\nAuthorization: Bearer "+bootstrapKey+"\r\n\r\n")
	}
	for client := range 3 {
		for range each {
			if got := stream("127.0.0.2", fmt.Sprintf("203.0.113.%d", client)).status(t); got != http.StatusOK {
				t.Fatalf("a stream of client %d is answered %d", client, got)
			}
		}
	}
	if got := stream("127.0.0.2", "203.0.113.1").status(t); got != http.StatusTooManyRequests {
		t.Errorf("one stream too many of a client is answered %d", got)
	}
	for client := range each {
		if got := stream("127.0.0.3", fmt.Sprintf("203.0.113.%d", 10+client)).status(t); got != http.StatusOK {
			t.Fatalf("a stream of who is no proxy is answered %d", got)
		}
	}
	if _, err := stream("127.0.0.3", "203.0.113.99").answers.ReadByte(); err == nil {
		t.Error("who is no proxy gets more connections by claiming to be one")
	}
	if !strings.Contains(w.log.String(), "proxy=127.0.0.3") || strings.Contains(w.log.String(), "proxy=127.0.0.2") {
		t.Error("the log does not name the proxy that is not trusted, or names one that is")
	}
}

// TestOneCallerCannotTakeAllStreamsOfItsWorkspace: a window left open many times.
func TestOneCallerCannotTakeAllStreamsOfItsWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := into[api.CreatedAPIKey](w.owner().post("/api-keys", map[string]string{"name": "other", "role": "viewer"}).want(http.StatusCreated))
	ask := func(key string) int {
		return w.hold(oneAddress, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+key+"\r\n\r\n").status(t)
	}
	open := 0
	for range 30 {
		if ask(bootstrapKey) == http.StatusOK {
			open++
		}
	}
	if open != 24 {
		t.Errorf("one key has %d streams, want 24", open)
	}
	if got := ask(other.Key); got != http.StatusOK {
		t.Errorf("another key is answered %d", got)
	}
}

func proxies(t *testing.T, list string) peer.Proxies {
	t.Helper()
	p, err := peer.ParseProxies(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
