// Package messagingtest is a fake Messenger Platform for tests: an http.Handler
// with the part of the Send API that Sluice uses, behaving as Meta's documents
// say. It keeps a ledger of every message, writes webhooks when it is told to,
// and can be told to misbehave.
package messagingtest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options set up one fake account.
type Options struct {
	// AccountID is the Page's or the Instagram account's.
	AccountID string
	Token     string
	// TokenOf is the account that the token is of; empty: AccountID.
	TokenOf string
	// People are the ids that the account knows.
	People []string
}

// Message is one line of the ledger.
type Message struct {
	ID string
	// Body is the request's, as JSON.
	Body map[string]any
}

// Server is the fake. Close it to end requests that hang.
type Server struct {
	options Options
	closed  chan struct{}
	close   sync.Once

	mu       sync.Mutex
	messages []Message
	typed    []string
	faults   []Fault
}

// New makes a fake account.
func New(o Options) *Server { return &Server{options: o, closed: make(chan struct{})} }

// Close lets go of hanging requests. It may be called twice.
func (s *Server) Close() { s.close.Do(func() { close(s.closed) }) }

// Messages returns the ledger in the order of creation.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Fault makes the next request to send go wrong. Exactly one field is set, those
// that go with Code aside.
type Fault struct {
	// Status answers with this HTTP status and no error of the Graph API.
	Status int
	// Code answers 400 with this code, and Subcode; RetryAfter goes with it.
	Code       int
	Subcode    int
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

func (s *Server) next() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f
}

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.options.Token || r.URL.Query().Get("appsecret_proof") == "":
		problem(w, 190, 0, "Invalid OAuth access token.")
	case !strings.HasPrefix(version, "v"):
		problem(w, 2500, 0, "Unknown path components: /"+path)
	case r.Method == http.MethodGet && path == s.options.AccountID:
		answer(w, map[string]string{"id": s.options.AccountID, "name": "My Shop"})
	case r.Method == http.MethodGet && path == "me":
		s.me(w, r)
	case r.Method == http.MethodPost && path == s.options.AccountID+"/messages":
		s.send(w, r)
	default:
		problem(w, 100, 33, "Unsupported request. Object does not exist.")
	}
}

// me is the account of the token: a Page, or an Instagram account by both its ids.
func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	id := s.options.TokenOf
	if id == "" {
		id = s.options.AccountID
	}
	if strings.HasPrefix(r.URL.Query().Get("fields"), "user_id") {
		answer(w, map[string]string{"user_id": id, "username": "my_shop", "id": "9" + id})
		return
	}
	answer(w, map[string]string{"id": id, "name": "My Shop"})
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	fault := s.next()
	switch {
	case fault.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		return
	case fault.Garbage:
		_, _ = io.WriteString(w, "<html>not Meta</html>")
		return
	case fault.Code != 0:
		if fault.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(fault.RetryAfter.Seconds())))
		}
		problem(w, fault.Code, fault.Subcode, "Refused.")
		return
	case fault.Status != 0:
		w.WriteHeader(fault.Status)
		return
	}
	var body map[string]any
	if err := json.Unmarshal(data, &body); err != nil {
		problem(w, 100, 0, "Invalid JSON.")
		return
	}
	recipient, _ := body["recipient"].(map[string]any)
	message, _ := body["message"].(map[string]any)
	person, _ := recipient["id"].(string)
	switch {
	case !slices.Contains(s.options.People, person):
		problem(w, 100, 2018001, "No matching user found.")
	case body["sender_action"] == "typing_on" && message == nil:
		s.mu.Lock()
		s.typed = append(s.typed, person)
		s.mu.Unlock()
		answer(w, map[string]string{"recipient_id": person})
	case body["messaging_type"] != "RESPONSE" && (body["messaging_type"] != "MESSAGE_TAG" || body["tag"] != "HUMAN_AGENT"):
		problem(w, 100, 2018199, "Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG.")
	case message["text"] == "" || message["text"] == nil && message["attachment"] == nil:
		problem(w, 100, 0, "Param message must be non-empty.")
	default:
		s.mu.Lock()
		id := "m_" + strconv.Itoa(1000+len(s.messages))
		s.messages = append(s.messages, Message{ID: id, Body: body})
		s.mu.Unlock()
		if fault.LoseAnswer {
			panic(http.ErrAbortHandler)
		}
		answer(w, map[string]string{"recipient_id": person, "message_id": id})
	}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers as the Graph API does when it refuses a request.
func problem(w http.ResponseWriter, code, subcode int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
		"message": text, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A1",
	}})
}

// Typed are the people who were shown that somebody writes.
func (s *Server) Typed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.typed...)
}
