package twiliotest

import (
	"io"
	"net/http"
	"time"
)

// Fault makes the next request to create a message go wrong. Exactly one of
// its fields is set.
type Fault struct {
	// Status answers with this HTTP status and Twilio's code for it.
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
	// Garbage answers 201 with something that is not JSON.
	Garbage bool
}

// Fail queues faults: each hits one request, in order. Without any the queue is
// emptied.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(faults) == 0 {
		s.faults = nil
	}
	s.faults = append(s.faults, faults...)
}

// misbehave plays the next fault, and tells whether the request is done with.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	if len(s.faults) == 0 || s.faults[0].LoseAnswer {
		s.mu.Unlock()
		return false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	s.mu.Unlock()
	switch {
	case f.Delay > 0:
		return !s.sleep(f.Delay)
	case f.Code != 0:
		problem(w, http.StatusBadRequest, f.Code, "The request is refused with code "+itoa(f.Code))
	case f.Garbage:
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "<html>not Twilio</html>")
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
			w.Header().Set("Retry-After", itoa(int(f.RetryAfter.Seconds())))
		}
		problem(w, f.Status, codeOf(f.Status), http.StatusText(f.Status))
	}
	return true
}

// codeOf is the code that Twilio gives with an HTTP status.
func codeOf(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return 20003
	case http.StatusTooManyRequests:
		return 20429
	case http.StatusServiceUnavailable:
		return 20503
	}
	return 20500
}

// cutAfterAccepting plays a LoseAnswer fault.
func (s *Server) cutAfterAccepting() {
	s.mu.Lock()
	lose := len(s.faults) > 0 && s.faults[0].LoseAnswer
	if lose {
		s.faults = s.faults[1:]
	}
	s.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler)
	}
}
