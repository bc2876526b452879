// Package viberbottest is a fake of Viber's Bot API for tests: the methods that
// Sluice uses, behaving as Viber's documents say, with a ledger of messages, and
// callbacks in their documented forms. All problems but its faults are answered
// with HTTP 200.
package viberbottest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sluice/server/channels/vendortest"
)

// Options set up one fake bot.
type Options struct {
	Token string
	// People are the ids of those who wrote to the bot.
	People []string
	// Webhook is where the bot's callbacks go already.
	Webhook string
}

// Message is one line of the ledger: the body as it came.
type Message map[string]any

// Server is the fake. Close its Faults to end requests that hang.
type Server struct {
	*vendortest.Faults

	options  Options
	mu       sync.Mutex
	messages []Message
	webhook  Message
}

// New makes a fake with one bot.
func New(o Options) *Server {
	return &Server{Faults: vendortest.NewFaults(), options: o, webhook: Message{"url": o.Webhook}}
}

// Messages returns the ledger in the order of creation.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Webhook is the last set_webhook.
func (s *Server) Webhook() Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.webhook)
}

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/pa/send_message" && s.Play(w, r) {
		return
	}
	var body Message
	switch err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&body); {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusNotFound)
	case r.Header.Get("X-Viber-Auth-Token") != s.options.Token:
		answer(w, 2, "invalidAuthToken", nil)
	case err != nil:
		answer(w, 3, "badData", nil)
	case r.URL.Path == "/pa/get_account_info":
		url, _ := s.Webhook()["url"].(string)
		answer(w, 0, "ok", map[string]any{"id": "pa:75346594275468546724", "name": "My Shop", "webhook": url, "subscribers_count": 1})
	case r.URL.Path == "/pa/set_webhook":
		s.setWebhook(w, body)
	case r.URL.Path == "/pa/send_message":
		s.send(w, body)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *Server) setWebhook(w http.ResponseWriter, body Message) {
	url, _ := body["url"].(string)
	// "Only URLs with valid and official SSL certificate".
	if !strings.HasPrefix(url, "https://") {
		answer(w, 1, "invalidUrl", nil)
		return
	}
	s.mu.Lock()
	s.webhook = body
	s.mu.Unlock()
	answer(w, 0, "ok", map[string]any{"event_types": body["event_types"]})
}

func (s *Server) send(w http.ResponseWriter, body Message) {
	sender, _ := body["sender"].(map[string]any)
	receiver, _ := body["receiver"].(string)
	set, _ := s.Webhook()["url"].(string)
	switch {
	case set == "":
		answer(w, 10, "webhookNotSet", nil)
	case !slices.Contains(s.options.People, receiver):
		answer(w, 6, "notSubscribed", nil)
	case sender["name"] == nil || sender["name"] == "" || !complete(body):
		answer(w, 4, "missingData", nil)
	default:
		s.mu.Lock()
		token := uint64(5741311803571721087) + uint64(len(s.messages))
		s.messages = append(s.messages, body)
		s.mu.Unlock()
		s.Lose()
		answer(w, 0, "ok", map[string]any{"message_token": token, "chat_hostname": "SN-CHAT-04_", "billing_status": 1})
	}
}

// complete tells whether the form has what it needs.
func complete(m Message) bool {
	size, _ := m["size"].(float64)
	switch m["type"] {
	case "text":
		return m["text"] != "" && m["text"] != nil
	case "picture":
		return m["text"] != nil && m["media"] != ""
	case "file":
		return m["media"] != "" && m["file_name"] != "" && size > 0
	}
	return false
}

func answer(w http.ResponseWriter, status int, message string, more map[string]any) {
	body := map[string]any{"status": status, "status_message": message}
	maps.Copy(body, more)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// At is when the callbacks below happened.
func At() time.Time { return time.UnixMilli(1457764197627).UTC() }

// Receipt is the callback of the event "delivered", "seen" or "failed".
func Receipt(event, token, person string) []byte {
	body := map[string]any{"user_id": person}
	if event == "failed" {
		body["desc"] = "failure description"
	}
	return Event(event, token, body)
}

// FromPerson is the callback of a message from a person.
func FromPerson(token, person string, message map[string]any) []byte {
	return Event("message", token, map[string]any{
		"sender":  map[string]any{"id": person, "name": "John McClane", "country": "UK", "language": "en", "api_version": 1},
		"message": message,
	})
}

// Event is the callback of any event. A token that is a number is written as
// one, as Viber does.
func Event(event, token string, more map[string]any) []byte {
	body := map[string]any{"event": event, "timestamp": At().UnixMilli(), "message_token": token}
	if n, err := strconv.ParseUint(token, 10, 64); err == nil {
		body["message_token"] = n
	}
	maps.Copy(body, more)
	data, err := json.Marshal(body)
	if err != nil {
		panic("viberbottest: an event cannot be written as JSON: " + err.Error())
	}
	return data
}
