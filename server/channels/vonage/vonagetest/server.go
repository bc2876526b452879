// Package vonagetest is a fake Vonage for tests: an http.Handler with the part
// of the Messages API that Sluice uses, behaving as Vonage's documentation says.
// It keeps a ledger of every message, makes signed webhooks, and can be told to
// misbehave.
package vonagetest

import (
	"cmp"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"sluice/server/channels/vendortest"
)

// Options set up one fake account.
type Options struct {
	// ApplicationID and PublicKey are the application's.
	ApplicationID string
	PublicKey     *rsa.PublicKey
	APIKey        string
	APISecret     string
	// Business is the account's WhatsApp Business Account.
	Business string
	// Senders are the account's. Empty: every sender is.
	Senders []string
}

// Message is one line of the ledger.
type Message struct {
	UUID string `json:"-"`
	// SignedIn is "application" or "key".
	SignedIn    string   `json:"-"`
	Channel     string   `json:"channel"`
	MessageType string   `json:"message_type"`
	To          string   `json:"to"`
	From        string   `json:"from"`
	ClientRef   string   `json:"client_ref"`
	WebhookURL  string   `json:"webhook_url"`
	TTL         int      `json:"ttl"`
	Text        string   `json:"text"`
	Image       Media    `json:"image"`
	Video       Media    `json:"video"`
	Audio       Media    `json:"audio"`
	File        Media    `json:"file"`
	Template    Template `json:"template"`
	// Custom is in the form of the channel behind Vonage.
	Custom   json.RawMessage `json:"custom"`
	WhatsApp struct {
		Policy string `json:"policy"`
		Locale string `json:"locale"`
	} `json:"whatsapp"`
	Viber struct {
		Category string `json:"category"`
		TTL      int    `json:"ttl"`
	} `json:"viber_service"`
	Messenger struct {
		Category string `json:"category"`
		Tag      string `json:"tag"`
	} `json:"messenger"`
}

// Media is a file in a message.
type Media struct {
	URL     string `json:"url"`
	Caption string `json:"caption"`
	Name    string `json:"name"`
}

// Template is an approved message of WhatsApp's.
type Template struct {
	Name       string   `json:"name"`
	Parameters []string `json:"parameters"`
}

// Server is the fake. Close it to end requests that hang.
type Server struct {
	// Templates are those of the Business Account, as the API lists them.
	Templates *vendortest.Pages

	options Options
	closed  chan struct{}
	close   sync.Once

	mu       sync.Mutex
	messages []Message
	faults   []Fault
}

// New makes a fake account.
func New(o Options) *Server {
	return &Server{Templates: vendortest.NewPages(), options: o, closed: make(chan struct{})}
}

// Close lets go of hanging requests. It may be called twice.
func (s *Server) Close() { s.close.Do(func() { close(s.closed); s.Templates.Close() }) }

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
	signedIn := s.signedIn(r)
	switch route := r.Method + " " + r.URL.Path; {
	case signedIn == "":
		refuse(w, http.StatusUnauthorized, "#unauthorized", "You did not provide correct credentials.")
	case route == "GET /v1/users" && signedIn == "application":
		answer(w, http.StatusOK, map[string]any{"page_size": 1, "_embedded": map[string]any{"users": []any{}}})
	case route == "GET /v2/applications" && signedIn == "key":
		answer(w, http.StatusOK, map[string]any{"page_size": 1, "_embedded": map[string]any{"applications": []any{}}})
	case strings.HasPrefix(route, "GET /v2/whatsapp-manager/") && signedIn == "application":
		s.templates(w, r)
	case route == "POST /v1/messages":
		s.create(w, r, signedIn)
	default:
		refuse(w, http.StatusNotFound, "#not-found", "The requested resource does not exist, or you do not have access to it")
	}
}

// signedIn checks key and secret, or the token of the application.
func (s *Server) signedIn(r *http.Request) string {
	if user, password, ok := r.BasicAuth(); ok {
		if s.options.APIKey != "" && user == s.options.APIKey && password == s.options.APISecret {
			return "key"
		}
		return ""
	}
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || s.options.PublicKey == nil {
		return ""
	}
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(bearer, claims, func(*jwt.Token) (any, error) { return s.options.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	if err != nil || claims["application_id"] != s.options.ApplicationID || claims["jti"] == nil || claims["iat"] == nil {
		return ""
	}
	return "application"
}

var number = regexp.MustCompile(`^[1-9]\d{6,14}$`)

func (s *Server) create(w http.ResponseWriter, r *http.Request, signedIn string) {
	m := Message{SignedIn: signedIn}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		refuse(w, http.StatusUnprocessableEntity, "/messages#1150", "Invalid params: the body is not a message.")
		return
	}
	if code, detail := s.check(m); code != "" {
		refuse(w, http.StatusUnprocessableEntity, "/messages#"+code, detail)
		return
	}
	uuid := s.add(m)
	if s.cutAfterAccepting() {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusAccepted, map[string]string{"message_uuid": uuid})
}

// check finds the first thing that Vonage would refuse.
func (s *Server) check(m Message) (code, detail string) {
	v := m.Viber
	switch {
	case !slices.Contains([]string{"sms", "whatsapp", "viber_service", "messenger"}, m.Channel):
		return "1400", "Unsupported channel"
	case !number.MatchString(m.To):
		return "1430", "Invalid recipient - The `to` parameter is invalid for the given channel."
	case len(s.options.Senders) > 0 && !slices.Contains(s.options.Senders, m.From):
		return "1420", "Invalid sender - The `from` parameter is invalid for the given channel."
	case len(m.ClientRef) > 100:
		return "1450", "Invalid client reference"
	case m.MessageType == "text" && (m.Text == "" || utf8.RuneCountInString(m.Text) > 1000 && m.Channel != "whatsapp"):
		return "1150", "Invalid params: text"
	case m.MessageType != "text" && m.Channel != "whatsapp" && m.Channel != "messenger":
		return "1440", "Invalid message type"
	case m.MessageType == "template" && (m.Template.Name == "" || m.WhatsApp.Locale == "" || m.WhatsApp.Policy != "deterministic"):
		return "1022", "Invalid template"
	case m.MessageType == "custom" && len(m.Custom) == 0:
		return "1150", "Invalid params: custom"
	case m.Channel == "messenger" && m.Messenger.Category != "response" && (m.Messenger.Category != "message_tag" || m.Messenger.Tag != "HUMAN_AGENT"):
		return "1150", "Invalid params: messenger"
	case m.Channel == "viber_service" && v.Category != "transaction" && v.Category != "promotion":
		return "1021", "Invalid tag: category"
	case v.TTL != 0 && (v.TTL < 30 || v.TTL > 259200):
		return "1130", "Invalid TTL"
	case m.TTL != 0 && (m.TTL < 20 || m.TTL > 604800 || m.Channel != "sms"):
		return "1130", "Invalid TTL"
	}
	return "", ""
}

func (s *Server) add(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.UUID = fmt.Sprintf("aaaaaaaa-bbbb-4ccc-8ddd-%012d", len(s.messages)+1)
	s.messages = append(s.messages, m)
	return m.UUID
}

func answer(w http.ResponseWriter, status int, body any) {
	if status >= http.StatusBadRequest {
		w.Header().Set("Content-Type", "application/problem+json")
	} else {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// refuse answers as Vonage does when it refuses a request (RFC 7807).
func refuse(w http.ResponseWriter, status int, kind, detail string) {
	answer(w, status, map[string]string{
		"type": "https://developer.vonage.com/api-errors" + kind, "title": http.StatusText(status), "detail": detail, "instance": "trace-1",
	})
}

// Fault makes the next request to send go wrong. Exactly one field is set,
// RetryAfter aside.
type Fault struct {
	// Status answers with this HTTP status and Vonage's problem for it.
	Status int
	// RetryAfter goes with Status.
	RetryAfter time.Duration
	// Code refuses the message with this code and status 422, or CodeStatus.
	Code       string
	CodeStatus int
	// Hang reads the request and never answers; no message is created.
	Hang bool
	// LoseAnswer creates the message and cuts the connection.
	LoseAnswer bool
	// Garbage answers 202 with something that is not JSON.
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
	if len(s.faults) == 0 || s.faults[0].LoseAnswer {
		s.mu.Unlock()
		return false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	s.mu.Unlock()
	switch {
	case f.Garbage:
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "<html>not Vonage</html>")
	case f.Hang:
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	case f.Code != "":
		refuse(w, cmp.Or(f.CodeStatus, http.StatusUnprocessableEntity), "/messages#"+f.Code, "Refused with code "+f.Code)
	default:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		kinds := map[int]string{
			http.StatusUnauthorized: "#unauthorized", http.StatusPaymentRequired: "#low-balance", http.StatusTooManyRequests: "#throttled",
		}
		refuse(w, f.Status, kinds[f.Status], http.StatusText(f.Status))
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
