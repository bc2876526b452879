package chaos_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/server/channels/generichttp"
	"sluice/server/chaos"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

const (
	replicas   = 3
	callers    = 6
	hookSecret = "a-secret-of-the-vendor"
	// again is how long who was refused or not answered waits before the next
	// try.
	again = 50 * time.Millisecond
	// pace is how long a caller waits before its next trigger.
	pace = 150 * time.Millisecond
)

// fleetFlow sends an SMS and, when it is not delivered in time, another one.
const fleetFlow = `{"schema": "sluice/v1", "name": "Fleet", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "n", "type": "string"}]}},
	{"id": "first", "type": "send_sms", "config": {"channel": "sms-chaos", "to": "+639171234567", "message": {"type": "text", "text": "{{n}}"},
		"on_unknown": "%[1]s", "delivered_within": "3s"}},
	{"id": "second", "type": "send_sms", "config": {"channel": "sms-chaos", "to": "+639171234567", "message": {"type": "text", "text": "second"},
		"on_unknown": "%[1]s"}}
], "edges": [{"from": "start", "port": "next", "to": "first"}, {"from": "first", "port": "not_delivered", "to": "second"}, {"from": "first", "port": "failed", "to": "second"}]}`

// fleet are servers in processes of their own, each with a link to the database
// that they share, and a vendor with a ledger behind a link.
type fleet struct {
	t *testing.T
	// store is a connection to the database that nothing happens to.
	store      *store.Store
	links      []*chaos.Link
	vendor     *chaos.Link
	addresses  []string
	hook       string
	once, more string

	mu       sync.Mutex
	servers  []*exec.Cmd
	urls     []string
	ledger   map[string]int
	unstored []string
	started  map[string]string
	receipts sync.WaitGroup
	over     chan struct{}
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	address := postgres.Database(t)
	s, err := store.Open(t.Context(), address, store.Options{Vault: storetest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	f := &fleet{
		t: t, store: s, servers: make([]*exec.Cmd, replicas), urls: make([]string, replicas),
		ledger: map[string]int{}, started: map[string]string{}, over: make(chan struct{}),
	}
	f.once, f.more = runtimetest.Publish(t, s, fmt.Appendf(nil, fleetFlow, "treat_as_failed")), runtimetest.Publish(t, s, fmt.Appendf(nil, fleetFlow, "resend"))
	f.serveVendor()
	f.makeChannel()
	for i := range replicas {
		link := chaos.NewLink(t, postgres.HostPort())
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = link.Address()
		f.links, f.addresses = append(f.links, link), append(f.addresses, u.String())
		f.launch(i)
	}
	t.Cleanup(func() {
		for i := range replicas {
			f.kill(i)
		}
	})
	return f
}

func (f *fleet) makeChannel() {
	f.t.Helper()
	c, err := f.store.CreateChannel(f.t.Context(), store.DefaultWorkspaceID, store.Channel{
		Slug: "sms-chaos", Name: "Chaos", Type: "sms", Kind: generichttp.Name, BaseURL: "http://" + f.vendor.Address(), Settings: map[string]string{
			"path": "/send", "body": `{"text": "{{text}}", "ref": "{{message_id}}"}`,
			"receipt_id": "id", "receipt_status": "status", "delivered_words": "delivered",
		},
	}, map[string]string{"hook_secret": hookSecret}, 10)
	bound := store.ChannelBound
	if err == nil {
		_, err = f.store.UpdateChannel(f.t.Context(), store.DefaultWorkspaceID, c.ID, store.ChannelChange{Status: &bound})
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.hook = "/hooks/" + c.HookKey
}

// launch starts the server of that number and waits until it takes requests.
func (f *fleet) launch(i int) {
	self, err := os.Executable()
	if err != nil {
		f.t.Error(err)
		return
	}
	cmd := exec.CommandContext(f.t.Context(), self)
	cmd.Env = append(os.Environ(), serveEnv+"="+f.addresses[i])
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		f.t.Error(err)
		return
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "READY "); ok {
			f.mu.Lock()
			f.servers[i], f.urls[i] = cmd, address
			f.mu.Unlock()
			// What it says on the way is for nobody.
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	_ = cmd.Wait()
	f.t.Errorf("server %d did not start: %s", i, stderr.String())
}

// kill ends a server with SIGKILL.
func (f *fleet) kill(i int) {
	f.mu.Lock()
	cmd := f.servers[i]
	f.servers[i], f.urls[i] = nil, ""
	f.mu.Unlock()
	if cmd != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// post makes a request to one of the servers that run, and reports whether it
// was answered with a success.
func (f *fleet) post(path, body string, header http.Header) (answer []byte, ok bool) {
	f.mu.Lock()
	base := f.urls[rand.IntN(replicas)]
	f.mu.Unlock()
	if base == "" {
		return nil, false
	}
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		return nil, false
	}
	r.Header = header
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, false
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return answer, err == nil && response.StatusCode < http.StatusMultipleChoices
}

// start insists on a run, as a client does that repeats its trigger.
func (f *fleet) start(n int) {
	flow := f.once
	if n%2 == 0 {
		flow = f.more
	}
	name := fmt.Sprintf("key-%d", n)
	header := http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}, "Idempotency-Key": {name}}
	for f.t.Context().Err() == nil {
		var run struct {
			ID string `json:"id"`
		}
		// The last digit decides whether the phone receives the message.
		answer, ok := f.post("/api/v1/flows/"+flow+"/runs", fmt.Sprintf(`{"inputs": {"n": "%d%d"}}`, n, n/2%2), header)
		if ok && json.Unmarshal(answer, &run) == nil && run.ID != "" {
			f.mu.Lock()
			f.started[name] = run.ID
			f.mu.Unlock()
			return
		}
		f.pause(again)
	}
}

// load starts runs until over is closed, and at least that many.
func (f *fleet) load(atLeast int) (count int) {
	numbers := make(chan int)
	var working sync.WaitGroup
	for range callers {
		working.Go(func() {
			for n := range numbers {
				f.start(n)
				f.pause(pace)
			}
		})
	}
	for ; ; count++ {
		select {
		case <-f.over:
			if count >= atLeast {
				close(numbers)
				working.Wait()
				return count
			}
		default:
		}
		numbers <- count
	}
}

func (f *fleet) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-f.t.Context().Done():
	}
}
