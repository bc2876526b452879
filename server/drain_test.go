package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"

	"sluice/server/channels/twilio/twiliotest"
)

const drainedFlow = `{"schema": "sluice/v1", "name": "Drained", "nodes": [
	{"id": "start", "type": "start", "config": {"inputs": [{"name": "phone", "type": "phone", "required": true}]}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-real", "to": "{{phone}}", "category": "verification",
		"message": {"type": "text", "text": "Hello"}, "delivered_within": "1h"}}],
	"edges": [{"from": "start", "port": "next", "to": "sms"}]}`

// slowVendor takes messages but answers only when it is let.
type slowVendor struct {
	*twiliotest.Server

	url string
	// asked gets a token when a message comes; answer is closed to let answers out.
	asked  chan struct{}
	answer chan struct{}
}

func newSlowVendor(t *testing.T) *slowVendor {
	t.Helper()
	v := &slowVendor{
		Server: twiliotest.New(twiliotest.Options{AccountSID: tracedSID, AuthToken: tracedToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }}),
		asked:  make(chan struct{}, 1), answer: make(chan struct{}),
	}
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/Messages.json") {
			select {
			case v.asked <- struct{}{}:
			default:
			}
			<-v.answer
		}
		v.ServeHTTP(w, r)
	}))
	v.url = at.URL
	t.Cleanup(func() {
		v.Close()
		at.Close()
	})
	return v
}

// TestSIGTERMDrainsTheServer stops a server, in a process of its own, under load.
func TestSIGTERMDrainsTheServer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	k, vendor := startKillable(t, folder), newSlowVendor(t)
	flow := k.drainedFlow(vendor.url)

	stream := k.stream()
	load := startLoad(t, k, flow)
	<-vendor.asked
	k.until("some triggers are accepted", func() bool { return load.count() >= 20 })
	if err := k.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}

	// It says so while it still takes triggers.
	k.until("/readyz says that the server stops", func() bool { return k.ready() == http.StatusServiceUnavailable })
	if _, status, err := k.trigger(flow, "+639170000000"); err != nil || status != http.StatusCreated {
		t.Errorf("after /readyz said 503 a trigger is answered %d, %v", status, err)
	} else {
		load.more++
	}
	close(vendor.answer)
	if err := k.process.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	if end := <-stream; end != nil {
		t.Errorf("the event stream ended with %v", end)
	}
	accepted := load.stop()
	if err := k.process.Wait(); err != nil {
		t.Fatalf("the server ended with %v", err)
	}

	// Nothing was lost: every accepted run is there, and its message sent once.
	k = startKillable(t, folder)
	for _, id := range accepted {
		k.until("the message of each run is sent", func() bool {
			var detail runDetail
			k.call(http.MethodGet, "/runs/"+id, nil, &detail)
			return len(detail.Messages) == 1 && detail.Messages[0].Status == "sent"
		})
	}
	if got := len(vendor.Messages()); got != len(accepted)+load.more {
		t.Errorf("the vendor got %d messages of %d runs", got, len(accepted)+load.more)
	}
}

// drainedFlow makes a channel at the vendor and a flow that sends by it.
func (k *killable) drainedFlow(vendor string) string {
	k.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	k.call(http.MethodPost, "/channels", map[string]any{
		"slug": "sms-real", "name": "SMS", "type": "sms", "kind": "twilio", "base_url": vendor,
		"credentials": map[string]string{"account_sid": tracedSID, "auth_token": tracedToken}, "settings": map[string]string{"sender": "+14155550100"},
	}, &made)
	k.call(http.MethodPost, "/channels/"+made.ID+"/bind", nil, nil)
	k.call(http.MethodPost, "/flows/import", json.RawMessage(drainedFlow), &made)
	k.call(http.MethodPost, "/flows/"+made.ID+"/publish", nil, nil)
	return made.ID
}

// get asks for an address of the server.
func (k *killable) get(path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(k.t.Context(), http.MethodGet, k.url+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	return k.http.Do(r)
}

// ready is what /readyz answers.
func (k *killable) ready() int {
	k.t.Helper()
	response, err := k.get("/readyz")
	if err != nil {
		k.t.Fatalf("the server takes no requests, and never said that it stops: %v", err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// stream listens to the server's events. The channel gets how they ended; nil is
// an end that the server meant.
func (k *killable) stream() <-chan error {
	k.t.Helper()
	response, err := k.get("/api/v1/events")
	if err != nil || response.StatusCode != http.StatusOK {
		k.t.Fatalf("the event stream does not begin: %v, %v", response, err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, response.Body)
		ended <- errors.Join(err, response.Body.Close())
	}()
	return ended
}

// trigger starts a run.
func (k *killable) trigger(flow, phone string) (id string, status int, err error) {
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, k.url+"/api/v1/flows/"+flow+"/runs", strings.NewReader(`{"inputs": {"phone": "`+phone+`"}}`))
	if err != nil {
		return "", 0, err
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	r.Header.Set("Content-Type", "application/json")
	response, err := k.http.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = response.Body.Close() }()
	var started runDetail
	if err := json.NewDecoder(response.Body).Decode(&started); err != nil {
		return "", response.StatusCode, err
	}
	return started.ID, response.StatusCode, nil
}

// load is who triggers runs until the server takes no more.
type load struct {
	callers sync.WaitGroup
	more    int

	mu       sync.Mutex
	accepted []string
}

func startLoad(t *testing.T, k *killable, flow string) *load {
	t.Helper()
	l := &load{}
	for c := range 4 {
		l.callers.Go(func() {
			for n := 0; ; n++ {
				id, status, err := k.trigger(flow, fmt.Sprintf("+63917%d%06d", c+1, n))
				if err != nil || status == http.StatusServiceUnavailable {
					// Nobody listens any more; a trigger that was cut off was not accepted.
					return
				}
				if status != http.StatusCreated {
					t.Errorf("a trigger is answered %d", status)
					return
				}
				l.mu.Lock()
				l.accepted = append(l.accepted, id)
				l.mu.Unlock()
			}
		})
	}
	return l
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.accepted)
}

// stop waits until all have noticed that nobody listens.
func (l *load) stop() []string {
	l.callers.Wait()
	return l.accepted
}
