// Package generictest is a fake of a service that nobody has heard of: it takes
// JSON, wants a bearer token, and answers with an id.
package generictest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"sluice/server/channels/vendortest"
)

// Request is one request that it took.
type Request struct {
	Method, URI, Body string
	Header            http.Header
}

// Server is the fake. Close its Faults to end requests that hang.
type Server struct {
	*vendortest.Faults

	token string
	mu    sync.Mutex
	taken []Request
}

// New makes a fake that knows one token.
func New(token string) *Server { return &Server{Faults: vendortest.NewFaults(), token: token} }

// Taken returns the ledger.
func (s *Server) Taken() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.taken)
}

// ServeHTTP is the service.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/balance" {
		if r.Header.Get("Authorization") != "Bearer "+s.token {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	if s.Play(w, r) {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.taken = append(s.taken, Request{r.Method, r.RequestURI, string(body), r.Header})
	id := "vendor-" + strconv.Itoa(len(s.taken))
	s.mu.Unlock()
	s.Lose()
	_ = json.NewEncoder(w).Encode(map[string]any{"messages": []any{map[string]string{"id": id}}, "error": map[string]any{"code": 0}})
}
