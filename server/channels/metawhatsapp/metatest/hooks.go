package metatest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"sluice/server/channels/graph"
)

// Hooks say how webhooks are posted.
type Hooks struct {
	// Copies is how often each is posted; zero means once.
	Copies int
	// Reorder shuffles the statuses of a message and posts them at its end.
	Reorder bool
	// Batch posts the statuses of a message in one request at its end.
	Batch bool
	// Secret signs in place of the app secret, to forge.
	Secret string
}

// HookResult is how the other side took one request.
type HookResult struct {
	HTTP int
	Body string
	Err  error
}

// SetHooks changes how webhooks are posted from now on.
func (s *Server) SetHooks(h Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = h
}

// HookResults lists the statuses posted so far.
func (s *Server) HookResults() []HookResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]HookResult(nil), s.results...)
}

// ErrNotValidated is returned for a callback URL that does not pass the check.
var ErrNotValidated = errors.New("metatest: the callback URL or verify token couldn't be validated")

// ErrNoMessage is returned for an id that is not in the ledger.
var ErrNoMessage = errors.New("metatest: there is no such message")

// Subscribe makes the callback URL that of the app when it answers Meta's
// check, as entering it in the App Dashboard does.
func (s *Server) Subscribe(ctx context.Context, hookURL, verifyToken string) error {
	challenge := fmt.Sprint(1_000_000_000 + rand.IntN(1_000_000_000)) //nolint:gosec // any number will do
	query := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {verifyToken}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, hookURL+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	got := s.do(req)
	if got.Err != nil {
		return got.Err
	}
	if got.HTTP != http.StatusOK || got.Body != challenge {
		return fmt.Errorf("%w: it answers %d %q", ErrNotValidated, got.HTTP, got.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.HookURL = hookURL
	return nil
}

// Advance sets a message's status and posts it before it returns.
func (s *Server) Advance(ctx context.Context, id string, step Step) error {
	m, ok := s.set(id, step)
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoMessage, id)
	}
	s.post(ctx, []Message{m})
	return nil
}

// Receive posts an inbound message, as when a person writes. message is an
// entry of "messages"; an id and a time are added when it has none.
func (s *Server) Receive(ctx context.Context, message map[string]any) HookResult {
	full := map[string]any{"id": "wamid.inbound", "timestamp": "1749416383"}
	maps.Copy(full, message)
	return s.deliver(ctx, Notification(s.options.PhoneNumberID, s.options.DisplayPhoneNumber, map[string]any{
		"contacts": []any{map[string]any{"profile": map[string]any{"name": "Ana"}, "wa_id": full["from"]}},
		"messages": []any{full},
	}))
}

// play runs a message's script.
func (s *Server) play(id string, steps []Step) {
	s.mu.Lock()
	how := s.hooks
	s.mu.Unlock()
	var kept []Message
	for _, step := range steps {
		if !s.sleep(step.After) {
			return
		}
		m, ok := s.set(id, step)
		if !ok {
			return
		}
		if how.Reorder || how.Batch {
			kept = append(kept, m)
		} else {
			s.post(s.ctx, []Message{m})
		}
	}
	if how.Reorder {
		//nolint:gosec // any order will do
		rand.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	}
	if how.Batch && len(kept) > 0 {
		s.post(s.ctx, kept)
		return
	}
	for _, m := range kept {
		s.post(s.ctx, []Message{m})
	}
}

func (s *Server) set(id string, step Step) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.ID == id {
			m.Status, m.ErrorCode = step.Status, step.ErrorCode
			return *m, true
		}
	}
	return Message{}, false
}

// post makes one request with the messages' statuses, or copies of it.
func (s *Server) post(ctx context.Context, messages []Message) {
	statuses := make([]any, len(messages))
	for i, m := range messages {
		statuses[i] = Status(m)
	}
	s.mu.Lock()
	copies, subscribed := max(s.hooks.Copies, 1), s.options.HookURL != ""
	s.mu.Unlock()
	if !subscribed {
		return
	}
	for range copies {
		result := s.deliver(ctx, Notification(s.options.PhoneNumberID, s.options.DisplayPhoneNumber, map[string]any{"statuses": statuses}))
		s.mu.Lock()
		s.results = append(s.results, result)
		s.mu.Unlock()
	}
}

// Status is a message's status as an entry of "statuses".
func Status(m Message) map[string]any {
	status := map[string]any{"id": m.ID, "status": m.Status, "timestamp": "1750030073", "recipient_id": strings.TrimPrefix(m.To, "+")}
	if m.Opaque != "" {
		status["biz_opaque_callback_data"] = m.Opaque
	}
	if m.ErrorCode != 0 {
		status["errors"] = []any{map[string]any{
			"code": m.ErrorCode, "title": "Meta's title", "message": "Meta's message", "error_data": map[string]any{"details": "Meta's details"},
		}}
	}
	return status
}

// Notification is the body of a webhook request about one phone number. value
// holds its "statuses" or "messages".
func Notification(phoneNumberID, display string, value map[string]any) []byte {
	full := map[string]any{
		"messaging_product": "whatsapp",
		"metadata":          map[string]any{"display_phone_number": strings.NewReplacer("+", "", " ", "", "-", "").Replace(display), "phone_number_id": phoneNumberID},
	}
	maps.Copy(full, value)
	body, err := json.Marshal(map[string]any{
		"object": "whatsapp_business_account",
		"entry": []any{map[string]any{
			"id": "102290129340398", "changes": []any{map[string]any{"field": "messages", "value": full}},
		}},
	})
	if err != nil {
		panic("metatest: the notification cannot be written: " + err.Error())
	}
	return body
}

func (s *Server) deliver(ctx context.Context, body []byte) HookResult {
	s.mu.Lock()
	target, secret := s.options.HookURL, s.hooks.Secret
	if secret == "" {
		secret = s.options.AppSecret
	}
	s.mu.Unlock()
	req, err := SignedRequest(ctx, target, secret, body)
	if err != nil {
		return HookResult{Err: err}
	}
	return s.do(req)
}

func (s *Server) do(req *http.Request) HookResult {
	resp, err := s.client.Do(req)
	if err != nil {
		return HookResult{Err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return HookResult{HTTP: resp.StatusCode, Body: string(body), Err: err}
}

// SignedRequest is a webhook request as Meta makes it.
func SignedRequest(ctx context.Context, target, secret string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set(graph.SignatureHeader, graph.Sign(secret, body))
	return req, nil
}
