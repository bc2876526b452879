// Package twiliotest is a fake Twilio for tests: an http.Handler with the part
// of the Programmable Messaging API that Sluice uses, behaving as Twilio's
// documentation says. It keeps a ledger of every message, posts signed status
// callbacks, and can be told to misbehave.
package twiliotest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sluice/server/channels/vendortest"
)

// Options set up one fake account.
type Options struct {
	AccountSID string
	AuthToken  string
	// KeySID and KeySecret are an API key of the account; empty: it has none.
	KeySID    string
	KeySecret string
	// Senders are the numbers ("+1…", "whatsapp:+1…"), sender IDs and Messaging
	// Services ("MG…") of the account. Empty: every sender is its own.
	Senders []string
	// Templates are the Content SIDs of the account. Empty: every "HX…" is.
	Templates []string
	// Status is the account's; empty means "active".
	Status string
	// Client posts the callbacks; nil means a client of its own.
	Client *http.Client
	// Script says what becomes of a message. Nil: sent, delivered and, on
	// WhatsApp, read, all at once.
	Script func(Message) []Step
}

// Step is one change of a message's status, After counted from the step before.
type Step struct {
	After     time.Duration
	Status    string
	ErrorCode int
}

// Message is one line of the ledger.
type Message struct {
	SID              string
	To               string
	From             string
	ServiceSID       string
	Body             string
	MediaURL         string
	ContentSID       string
	ContentVariables string
	StatusCallback   string
	ValidityPeriod   string
	// ScheduleType and SendAt are of messages that wait at Twilio.
	ScheduleType string
	SendAt       string
	Status       string
	ErrorCode    int
	// User is the name that the request was signed in with.
	User string
}

// Server is the fake. Close it to end its goroutines.
type Server struct {
	// Contents are the account's contents with their approvals, as the Content
	// API lists them.
	Contents *vendortest.Pages

	options Options
	client  *http.Client
	// ctx ends when the server closes, and with it what runs for it.
	ctx     context.Context //nolint:containedctx // it is as long as the server
	stop    context.CancelFunc
	running sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	messages  []*Message
	faults    []Fault
	optedOut  map[string]bool
	callbacks Callbacks
	results   []CallbackResult
}

// New makes a fake account.
func New(o Options) *Server {
	client := o.Client
	if client == nil {
		client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	}
	if o.Status == "" {
		o.Status = "active"
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Server{Contents: vendortest.NewPages(), options: o, client: client, ctx: ctx, stop: stop, optedOut: map[string]bool{}}
}

// Close stops the scripts and hanging requests and waits for them. It may be
// called twice.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.Contents.Close()
	s.running.Wait()
}

// Messages returns the ledger in the order of creation.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Message, len(s.messages))
	for i, m := range s.messages {
		list[i] = *m
	}
	return list
}

// OptOut makes a recipient refuse messages, as after writing STOP.
func (s *Server) OptOut(to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.optedOut[to] = true
}

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && s.misbehave(w, r) {
		return
	}
	user, password, ok := r.BasicAuth()
	key := s.options.KeySID != "" && user == s.options.KeySID && password == s.options.KeySecret
	token := user == s.options.AccountSID && password == s.options.AuthToken
	if !ok || !key && !token {
		problem(w, http.StatusUnauthorized, 20003, "Authenticate")
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/2010-04-01/Accounts/"+s.options.AccountSID)
	switch {
	case r.URL.Path == "/v1/ContentAndApprovals" && r.Method == http.MethodGet:
		s.contents(w, r)
	case ok && rest == ".json" && r.Method == http.MethodGet && key:
		// Standard keys may not read the account.
		problem(w, http.StatusUnauthorized, 20003, "Authenticate")
	case ok && rest == ".json" && r.Method == http.MethodGet:
		answer(w, http.StatusOK, map[string]any{"sid": s.options.AccountSID, "status": s.options.Status, "type": "Full"})
	case ok && rest == "/Messages.json" && r.Method == http.MethodGet:
		answer(w, http.StatusOK, map[string]any{"messages": []any{}, "page": 0, "page_size": 1})
	case ok && rest == "/Messages.json" && r.Method == http.MethodPost:
		s.create(w, r, user)
	case ok && r.Method == http.MethodPost && strings.HasPrefix(rest, "/Messages/SM"):
		s.update(w, r, strings.TrimSuffix(strings.TrimPrefix(rest, "/Messages/"), ".json"))
	default:
		problem(w, http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
	}
}

func (s *Server) owns(list []string, value string) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers as Twilio does when it refuses a request.
func problem(w http.ResponseWriter, status, code int, message string) {
	answer(w, status, map[string]any{
		"code": code, "message": message, "status": status,
		"more_info": "https://www.twilio.com/docs/errors/" + itoa(code),
	})
}
