package alibabatest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault makes the next request to send go wrong. Exactly one field is set,
// RetryAfter aside.
type Fault struct {
	// Status answers with this HTTP status, Gateway with 400 and this code of
	// the gateway, Code with 200 and this code of the service.
	Status  int
	Gateway string
	Code    string
	// RetryAfter goes with Gateway.
	RetryAfter time.Duration
	// Hang reads the request and never answers; no message is created.
	Hang bool
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

// misbehave plays the next fault, and tells whether the request is done with.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	if len(s.faults) == 0 || s.faults[0].LoseAnswer || s.faults[0].Code != "" {
		s.mu.Unlock()
		return false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	s.mu.Unlock()
	switch {
	case f.Garbage:
		_, _ = io.WriteString(w, "<html>not Alibaba Cloud</html>")
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	case f.Gateway != "":
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		problem(w, http.StatusBadRequest, f.Gateway)
	default:
		w.WriteHeader(f.Status)
	}
	return true
}
