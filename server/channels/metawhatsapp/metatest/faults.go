package metatest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault makes the next request to create a message go wrong. Exactly one of
// its fields is set, RetryAfter aside.
type Fault struct {
	// Status answers with this HTTP status and Meta's code for it.
	Status int
	// RetryAfter goes with Status.
	RetryAfter time.Duration
	// Code refuses the message with this error code and status 400.
	Code int
	// Delay answers late, but normally.
	Delay time.Duration
	// Hang reads the request and never answers; no message is created.
	Hang bool
	// Reset reads the request and cuts the connection; no message is created.
	Reset bool
	// LoseAnswer creates the message and cuts the connection.
	LoseAnswer bool
	// Garbage answers 200 with something that is not JSON.
	Garbage bool
}

// Fail queues faults: each hits one request, in order.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// next takes the next fault from the queue, if it is to be played before the
// message is created, or after.
func (s *Server) next(afterCreating bool) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 || s.faults[0].LoseAnswer != afterCreating {
		return Fault{}, false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f, true
}

// misbehave plays the next fault, and tells whether the request is done with.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request) bool {
	f, ok := s.next(false)
	if !ok {
		return false
	}
	switch {
	case f.Delay > 0:
		return !s.sleep(f.Delay)
	case f.Code != 0:
		refuse(w, http.StatusBadRequest, f.Code, "(#"+strconv.Itoa(f.Code)+") The request is refused")
	case f.Garbage:
		_, _ = io.WriteString(w, "<html>not Meta</html>")
	case f.Hang:
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	case f.Reset:
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	default:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		refuse(w, f.Status, codeOf(f.Status), http.StatusText(f.Status))
	}
	return true
}

// codeOf is the code that Meta gives with an HTTP status.
func codeOf(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return 190
	case http.StatusForbidden:
		return 10
	case http.StatusTooManyRequests:
		return 130429
	case http.StatusServiceUnavailable:
		return 2
	}
	return 131000
}

// cutAfterCreating plays a LoseAnswer fault.
func (s *Server) cutAfterCreating() {
	if _, ok := s.next(true); ok {
		panic(http.ErrAbortHandler)
	}
}

// sleep waits, unless the server closes first.
func (s *Server) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}
