// Package infobiptest is a fake Infobip for tests: an http.Handler with the
// part of the Viber, SMS and account APIs that Sluice uses, behaving as
// Infobip's API reference says. It keeps a ledger of every message, posts
// reports when it is told to, and can be told to misbehave.
package infobiptest

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Options set up one fake account.
type Options struct {
	APIKey string
	// Senders are the registered ones. Empty: every sender is.
	Senders []string
	// WebhookPassword is sent along with reports when it is set.
	WebhookPassword string
}

// Message is one line of the ledger.
type Message struct {
	ID           string
	Channel      string
	Sender       string
	To           string
	Text         string
	Label        string
	Validity     time.Duration
	DeliveryURL  string
	SeenURL      string
	CallbackData string
}

// Server is the fake. Close it to end requests that hang.
type Server struct {
	options Options
	closed  chan struct{}
	close   sync.Once

	mu       sync.Mutex
	messages []Message
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

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && s.misbehave(w, r) {
		return
	}
	authorized := r.Header.Get("Authorization") == "App "+s.options.APIKey
	switch route := r.Method + " " + r.URL.Path; {
	case route == "GET /account/1/balance" && !authorized:
		// The account's methods answer in the older form.
		answer(w, http.StatusUnauthorized, map[string]any{"requestError": map[string]any{
			"serviceException": map[string]string{"messageId": "UNAUTHORIZED", "text": "Invalid login details"},
		}})
	case !authorized:
		problem(w, http.StatusUnauthorized, "E401", "The request lacks valid authentication credentials for the requested resource.")
	case route == "GET /account/1/balance":
		answer(w, http.StatusOK, map[string]any{"balance": 47.79134, "currency": "EUR"})
	case route == "POST /viber/2/messages":
		s.create(w, r, "viber")
	case route == "POST /sms/3/messages":
		s.create(w, r, "sms")
	default:
		problem(w, http.StatusNotFound, "E404", "Requested URL not found: "+r.URL.Path)
	}
}

// payload is the request body; both channels share its shape.
type payload struct {
	Messages []struct {
		Sender       string `json:"sender"`
		Destinations []struct {
			To        string `json:"to"`
			MessageID string `json:"messageId"`
		} `json:"destinations"`
		Content struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"content"`
		Options struct {
			Label    string `json:"label"`
			Validity *struct {
				Amount   int    `json:"amount"`
				TimeUnit string `json:"timeUnit"`
			} `json:"validityPeriod"`
		} `json:"options"`
		Webhooks struct {
			Delivery     address `json:"delivery"`
			Seen         address `json:"seen"`
			ContentType  string  `json:"contentType"`
			CallbackData string  `json:"callbackData"`
		} `json:"webhooks"`
	} `json:"messages"`
	Options struct {
		IncludeSMSCount bool `json:"includeSmsCountInResponse"`
	} `json:"options"`
}

type address struct {
	URL string `json:"url"`
}

var number = regexp.MustCompile(`^[1-9]\d{6,14}$`)

func (s *Server) create(w http.ResponseWriter, r *http.Request, channel string) {
	var p payload
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil || len(p.Messages) != 1 || len(p.Messages[0].Destinations) != 1 {
		problem(w, http.StatusBadRequest, "E400", "Request cannot be processed.")
		return
	}
	in := p.Messages[0]
	m := Message{
		ID: in.Destinations[0].MessageID, Channel: channel, Sender: in.Sender, To: in.Destinations[0].To,
		Text: in.Content.Text, Label: in.Options.Label, DeliveryURL: in.Webhooks.Delivery.URL,
		SeenURL: in.Webhooks.Seen.URL, CallbackData: in.Webhooks.CallbackData,
	}
	if v := in.Options.Validity; v != nil {
		m.Validity = time.Duration(v.Amount) * time.Second
		if v.TimeUnit != "SECONDS" || v.Amount < 1 {
			violation(w, "messages[0].options.validityPeriod", "is not valid")
			return
		}
	}
	switch {
	case channel == "viber" && in.Content.Type != "TEXT":
		violation(w, "messages[0].content.type", "is not valid")
	case m.Text == "" || utf8.RuneCountInString(m.Text) > 1000 && channel == "viber":
		violation(w, "messages[0].content.text", "size must be between 1 and 1000")
	case channel == "sms" && (m.Label != "" || m.SeenURL != ""):
		violation(w, "messages[0]", "has a field that SMS does not have")
	default:
		details := map[string]any{}
		if p.Options.IncludeSMSCount && channel == "sms" {
			details["messageCount"] = 1 + utf8.RuneCountInString(m.Text)/161
		}
		group, id, name := s.take(&m)
		if s.cutAfterAccepting() {
			panic(http.ErrAbortHandler)
		}
		answer(w, http.StatusOK, map[string]any{"bulkId": "bulk-1", "messages": []any{map[string]any{
			"messageId": m.ID, "destination": m.To, "details": details, "status": statusBody(group, id, name),
		}}})
	}
}

// take puts the message into the ledger unless Infobip rejects it.
func (s *Server) take(m *Message) (group string, id int, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case slices.ContainsFunc(s.messages, func(o Message) bool { return m.ID != "" && o.ID == m.ID }):
		return "REJECTED", 23, "REJECTED_DUPLICATE_MESSAGE_ID"
	case len(s.options.Senders) > 0 && !slices.Contains(s.options.Senders, m.Sender):
		return "REJECTED", 13, "REJECTED_SENDER"
	case !number.MatchString(m.To):
		return "REJECTED", 52, "REJECTED_DESTINATION"
	case len(s.faults) > 0 && s.faults[0].Rejected != "":
		name = s.faults[0].Rejected
		s.faults = s.faults[1:]
		return "REJECTED", 99, name
	}
	if m.ID == "" {
		m.ID = "infobip-" + strconv.Itoa(len(s.messages)+1)
	}
	s.messages = append(s.messages, *m)
	return "PENDING", 26, "PENDING_ACCEPTED"
}

func statusBody(group string, id int, name string) map[string]any {
	groups := []string{"", "PENDING", "UNDELIVERABLE", "DELIVERED", "EXPIRED", "REJECTED"}
	return map[string]any{
		"groupId": slices.Index(groups, group), "groupName": group, "id": id, "name": name,
		"description": strings.ReplaceAll(strings.ToLower(name), "_", " "),
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers as Infobip does when it refuses a request.
func problem(w http.ResponseWriter, status int, code, description string) {
	answer(w, status, map[string]any{
		"errorCode": code, "description": description, "action": "Check the request.", "violations": []any{}, "resources": []any{},
	})
}

func violation(w http.ResponseWriter, property, text string) {
	answer(w, http.StatusBadRequest, map[string]any{
		"errorCode": "E400", "description": "Request cannot be processed.",
		"violations": []any{map[string]string{"property": property, "violation": text}},
	})
}

// Fault makes the next request to send go wrong. Exactly one field is set,
// RetryAfter aside.
type Fault struct {
	// Status answers with this HTTP status and Infobip's code for it.
	Status int
	// RetryAfter goes with Status.
	RetryAfter time.Duration
	// Rejected answers 200, with this status of the message.
	Rejected string
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
	if len(s.faults) == 0 || s.faults[0].LoseAnswer || s.faults[0].Rejected != "" {
		s.mu.Unlock()
		return false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	s.mu.Unlock()
	switch {
	case f.Garbage:
		_, _ = io.WriteString(w, "<html>not Infobip</html>")
	case f.Hang:
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	default:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		problem(w, f.Status, "E"+strconv.Itoa(f.Status), http.StatusText(f.Status))
	}
	return true
}

func (s *Server) cutAfterAccepting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	lose := len(s.faults) > 0 && s.faults[0].LoseAnswer
	if lose {
		s.faults = s.faults[1:]
	}
	return lose
}
