package twiliotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/server/channels/twilio"
)

// Callbacks say how status callbacks are posted.
type Callbacks struct {
	// Copies is how often each is posted; zero means once.
	Copies int
	// Reorder shuffles the callbacks of a message and posts them at its end.
	Reorder bool
	// Token signs in place of the account's auth token, to forge.
	Token string
}

// CallbackResult is how the other side took one callback.
type CallbackResult struct {
	SID    string
	Status string
	HTTP   int
	Body   string
	Err    error
}

// SetCallbacks changes how callbacks are posted from now on.
func (s *Server) SetCallbacks(c Callbacks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callbacks = c
}

// CallbackResults lists the callbacks posted so far.
func (s *Server) CallbackResults() []CallbackResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]CallbackResult(nil), s.results...)
}

// ErrNoMessage is returned for a SID that is not in the ledger.
var ErrNoMessage = errors.New("twiliotest: there is no such message")

// Advance sets a message's status and posts its callbacks before it returns.
func (s *Server) Advance(ctx context.Context, sid string, step Step) error {
	m, ok := s.set(sid, step)
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoMessage, sid)
	}
	s.mu.Lock()
	how := s.callbacks
	s.mu.Unlock()
	for range max(how.Copies, 1) {
		s.post(ctx, m, how)
	}
	return nil
}

// Receive posts an inbound message to a webhook, as when a person writes. form
// is completed with the account and a SID.
func (s *Server) Receive(ctx context.Context, hookURL string, form url.Values) CallbackResult {
	s.mu.Lock()
	token := s.token(s.callbacks)
	s.mu.Unlock()
	full := url.Values{
		"AccountSid": {s.options.AccountSID}, "ApiVersion": {"2010-04-01"}, "SmsStatus": {"received"}, "NumMedia": {"0"},
		"MessageSid": {"SM" + strings.Repeat("e", 32)},
	}
	maps.Copy(full, form)
	return s.deliver(ctx, hookURL, token, full)
}

func (s *Server) token(how Callbacks) string {
	if how.Token != "" {
		return how.Token
	}
	return s.options.AuthToken
}

// play runs a message's script.
func (s *Server) play(sid string, steps []Step) {
	ctx := s.ctx
	s.mu.Lock()
	how := s.callbacks
	s.mu.Unlock()
	var posts []Message
	for _, step := range steps {
		if !s.sleep(step.After) {
			return
		}
		m, ok := s.set(sid, step)
		if !ok {
			return
		}
		for range max(how.Copies, 1) {
			if how.Reorder {
				posts = append(posts, m)
			} else {
				s.post(ctx, m, how)
			}
		}
	}
	//nolint:gosec // any order will do
	rand.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
	for _, m := range posts {
		s.post(ctx, m, how)
	}
}

func (s *Server) set(sid string, step Step) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.SID == sid {
			m.Status, m.ErrorCode = step.Status, step.ErrorCode
			return *m, true
		}
	}
	return Message{}, false
}

// post makes one status callback.
func (s *Server) post(ctx context.Context, m Message, how Callbacks) {
	if m.StatusCallback == "" {
		return
	}
	form := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "MessageStatus": {m.Status}, "SmsStatus": {m.Status},
		"To": {m.To}, "From": {m.From}, "AccountSid": {s.options.AccountSID}, "ApiVersion": {"2010-04-01"},
	}
	if m.ServiceSID != "" {
		form.Set("MessagingServiceSid", m.ServiceSID)
	}
	if m.ErrorCode != 0 {
		form.Set("ErrorCode", itoa(m.ErrorCode))
	}
	if channel, _ := channelOf(m.To); channel != "" {
		form.Set("ChannelPrefix", channel)
		form.Set("ChannelToAddress", m.To)
	}
	s.mu.Lock()
	token := s.token(how)
	s.mu.Unlock()
	result := s.deliver(ctx, m.StatusCallback, token, form)
	result.SID, result.Status = m.SID, m.Status
	s.mu.Lock()
	s.results = append(s.results, result)
	s.mu.Unlock()
}

func (s *Server) deliver(ctx context.Context, target, token string, form url.Values) CallbackResult {
	req, err := SignedRequest(ctx, target, token, form)
	if err != nil {
		return CallbackResult{Err: err}
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return CallbackResult{Err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return CallbackResult{HTTP: resp.StatusCode, Body: string(body), Err: err}
}

// SignedRequest is a webhook request as Twilio makes it.
func SignedRequest(ctx context.Context, target, token string, form url.Values) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set(twilio.SignatureHeader, twilio.Sign(token, target, form))
	return req, nil
}

// sleep waits, unless the server closes first.
func (s *Server) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}
