// Package metatest is a fake of Meta's WhatsApp Cloud API for tests: an
// http.Handler with the part that Sluice uses, behaving as Meta's documentation
// says. It keeps a ledger of every message, posts signed webhooks, and can be
// told to misbehave.
package metatest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sluice/server/channels/vendortest"
)

// Options set up one fake phone number.
type Options struct {
	PhoneNumberID string
	// DisplayPhoneNumber is the number as people see it; empty means
	// "+1 415-555-0100".
	DisplayPhoneNumber string
	AccessToken        string
	AppSecret          string
	// Version is the API version that is served; empty means "v26.0".
	Version string
	// Templates are the "name/language" of the approved templates. Empty:
	// every one is.
	Templates []string
	// Business is the WhatsApp Business Account of the number.
	Business string
	// Status is the phone number's; empty means "CONNECTED".
	Status string
	// HookURL is the app's callback URL; empty: none is subscribed.
	HookURL string
	// Client posts the webhooks; nil means a client of its own.
	Client *http.Client
	// Script says what becomes of a message. Nil: sent, delivered and read,
	// all at once.
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
	ID string
	// To is a number, Recipient a user id; a message has one of them.
	To        string
	Recipient string
	Type      string
	// Content is the part of the request that Type names, as JSON.
	Content   string
	Opaque    string
	Status    string
	ErrorCode int
}

// Server is the fake. Close it to end its goroutines.
type Server struct {
	// Templates are those of the Business Account, as the API lists them.
	Templates *vendortest.Pages

	options Options
	client  *http.Client
	// ctx ends when the server closes, and with it what runs for it.
	ctx     context.Context //nolint:containedctx // it is as long as the server
	stop    context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	messages []*Message
	seen     []Seen
	faults   []Fault
	absent   map[string]bool
	media    map[string]*File
	hooks    Hooks
	results  []HookResult
}

// New makes a fake phone number.
func New(o Options) *Server {
	client := o.Client
	if client == nil {
		client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	}
	if o.Status == "" {
		o.Status = "CONNECTED"
	}
	if o.Version == "" {
		o.Version = "v26.0"
	}
	if o.DisplayPhoneNumber == "" {
		o.DisplayPhoneNumber = "+1 415-555-0100"
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Server{Templates: vendortest.NewPages(), options: o, client: client, ctx: ctx, stop: stop, absent: map[string]bool{}}
}

// Close stops the scripts and hanging requests and waits for them. It may be
// called twice.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.Templates.Close()
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

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && s.misbehave(w, r) {
		return
	}
	if strings.HasPrefix(r.URL.Path, downloads) {
		s.download(w, r)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/"+s.options.Version+"/")
	if !ok {
		refuse(w, http.StatusBadRequest, 2635, "You are calling a deprecated version of the Ads API.")
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+s.options.AccessToken {
		refuse(w, http.StatusUnauthorized, 190, "Invalid OAuth access token - Cannot parse access token")
		return
	}
	// The proof may be left out, but not be wrong.
	if proof := r.URL.Query().Get("appsecret_proof"); proof != "" && proof != s.proof() {
		refuse(w, http.StatusBadRequest, 100, "Invalid appsecret_proof provided in the API argument")
		return
	}
	id, edge, _ := strings.Cut(rest, "/")
	if f, known := s.file(id); known && edge == "" && r.Method == http.MethodGet {
		s.object(w, r, id, f)
		return
	}
	switch {
	case s.options.Business != "" && id == s.options.Business && edge == "message_templates" && r.Method == http.MethodGet:
		s.templates(w, r)
	case id != s.options.PhoneNumberID:
		answer(w, http.StatusBadRequest, map[string]any{"error": map[string]any{
			"message": "Unsupported get request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, " +
				"or does not support this operation.",
			"type": "GraphMethodException", "code": 100, "error_subcode": 33, "fbtrace_id": "Az",
		}})
	case edge == "" && r.Method == http.MethodGet:
		s.number(w, r)
	case edge == "messages" && r.Method == http.MethodPost:
		s.create(w, r)
	default:
		refuse(w, http.StatusBadRequest, 2500, "Unknown path components: /"+edge)
	}
}

// number answers with the fields of the phone number that were asked for.
func (s *Server) number(w http.ResponseWriter, r *http.Request) {
	all := map[string]any{
		"id": s.options.PhoneNumberID, "display_phone_number": s.options.DisplayPhoneNumber,
		"verified_name": "Test Business", "status": s.options.Status, "quality_rating": "GREEN",
		"health_status": map[string]any{"can_send_message": "AVAILABLE", "entities": []any{
			map[string]string{"entity_type": "PHONE_NUMBER", "id": s.options.PhoneNumberID}, map[string]string{"entity_type": "WABA", "id": s.options.Business},
		}},
	}
	got := map[string]any{"id": s.options.PhoneNumberID}
	for field := range strings.SplitSeq(r.URL.Query().Get("fields"), ",") {
		v, ok := all[field]
		if !ok {
			refuse(w, http.StatusBadRequest, 100, "(#100) Tried accessing nonexisting field ("+field+") on node type (WhatsAppBusinessPhoneNumber)")
			return
		}
		got[field] = v
	}
	answer(w, http.StatusOK, got)
}

// proof is computed here and not by the provider, to check it.
func (s *Server) proof() string {
	mac := hmac.New(sha256.New, []byte(s.options.AppSecret))
	mac.Write([]byte(s.options.AccessToken))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) approved(template string) bool {
	return len(s.options.Templates) == 0 || slices.Contains(s.options.Templates, template)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// refuse answers as the Graph API does when it refuses a request.
func refuse(w http.ResponseWriter, status, code int, message string) {
	answer(w, status, map[string]any{"error": map[string]any{
		"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Az",
		"error_data": map[string]any{"messaging_product": "whatsapp", "details": message},
	}})
}
