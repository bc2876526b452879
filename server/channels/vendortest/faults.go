// Package vendortest is what the fakes of vendors over HTTP have in common: a
// queue of faults that hit the next requests, and a client that reaches fakes on
// this machine.
package vendortest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"sluice/server/egress"
	"sluice/server/testhost"
)

// Fault makes one request go wrong.
type Fault struct {
	// Status and Body are the answer, with RetryAfter when it is not zero.
	Status     int
	Body       string
	RetryAfter time.Duration
	// Hang reads the request and never answers.
	Hang bool
	// LoseAnswer takes the message and cuts the connection.
	LoseAnswer bool
}

// Faults is the queue. Close it to end requests that hang.
type Faults struct {
	mu     sync.Mutex
	queue  []Fault
	closed chan struct{}
	close  sync.Once
}

// NewFaults makes an empty queue.
func NewFaults() *Faults { return &Faults{closed: make(chan struct{})} }

// Close lets go of requests that hang. It may be called twice.
func (f *Faults) Close() { f.close.Do(func() { close(f.closed) }) }

// Fail queues faults: each hits one request, in order. Without any the queue is
// emptied.
func (f *Faults) Fail(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(faults) == 0 {
		f.queue = nil
	}
	f.queue = append(f.queue, faults...)
}

// Play plays the next fault and tells whether the request is done with. A fault
// that loses the answer is left for Lose.
func (f *Faults) Play(w http.ResponseWriter, r *http.Request) bool {
	f.mu.Lock()
	if len(f.queue) == 0 || f.queue[0].LoseAnswer {
		f.mu.Unlock()
		return false
	}
	next := f.queue[0]
	f.queue = f.queue[1:]
	f.mu.Unlock()
	if next.Hang {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-f.closed:
		}
		return true
	}
	if next.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(next.RetryAfter.Seconds())))
	}
	w.WriteHeader(next.Status)
	_, _ = io.WriteString(w, next.Body)
	return true
}

// Lose cuts the connection when the next fault says so. A fake calls it after it
// took the message.
func (f *Faults) Lose() {
	f.mu.Lock()
	lose := len(f.queue) > 0 && f.queue[0].LoseAnswer
	if lose {
		f.queue = f.queue[1:]
	}
	f.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler)
	}
}

// Client is the outbound client of a server whose operator allows this machine.
func Client(t testing.TB) *egress.Client {
	t.Helper()
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// Serve serves a fake and returns its base URL.
func Serve(t testing.TB, h http.Handler, f *Faults) string {
	t.Helper()
	server := httptest.NewServer(h)
	// Last in, first out: what hangs is let go of before the server waits for it.
	t.Cleanup(server.Close)
	t.Cleanup(f.Close)
	return server.URL
}

// Unused is an address on this machine where nobody listens, and nobody else will
// while the test runs.
func Unused(t testing.TB) string {
	t.Helper()
	return testhost.Address(t)
}
