package chaos_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/server"
	"sluice/server/api"
)

const key = "bootstrap-key-of-the-tests-0123456789"

// site is a whole server, reached over HTTP.
type site struct {
	t   *testing.T
	url string
}

func serve(t *testing.T, database string, limits api.Limits) *site {
	t.Helper()
	ready := make(chan string, 1)
	s, err := server.New(t.Context(), server.Options{
		Addr: "127.0.0.1:0", Database: database, Demo: true, BootstrapKey: key, MasterKeyFile: t.TempDir() + "/master.key",
		Log: slog.New(slog.DiscardHandler), Requests: limits, Ready: func(url string) { ready <- url },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case url := <-ready:
		return &site{t, url}
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	}
	return nil
}

// answer is what a client sees.
type answer struct {
	status  int
	header  http.Header
	body    string
	problem api.Problem
}

// call makes a request. It may be used by several goroutines.
func (s *site) call(method, path, body string) answer {
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return answer{}
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Error(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(content)}
	if a.status >= http.StatusBadRequest {
		if err := json.Unmarshal(content, &a.problem); err != nil {
			s.t.Errorf("%s %s answers %d with %q", method, path, a.status, content)
		}
	}
	return a
}

// metrics are the values by name and labels.
func (s *site) metrics() map[string]string {
	s.t.Helper()
	values := map[string]string{}
	for line := range strings.Lines(s.call(http.MethodGet, "/metrics", "").body) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			values[name] = value
		}
	}
	return values
}

// TestAStalledPostgreSQLRefusesRequestsInsteadOfPilingThemUp stops the database
// in the middle of what it does. What is in hand stays within the bounds, all
// others are told at once to come back later, health and metrics answer, and
// when the database goes on so does everything else.
func TestAStalledPostgreSQLRefusesRequestsInsteadOfPilingThemUp(t *testing.T) {
	const triggers, webhooks, requests = 8, 4, 4
	s := serve(t, postgres.Database(t), api.Limits{Triggers: triggers, Webhooks: webhooks, Requests: requests, Patience: 6 * time.Second})
	var flows struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(s.call(http.MethodGet, "/api/v1/flows", "").body), &flows); err != nil {
		t.Fatal(err)
	}
	runs, trigger := "/api/v1/flows/"+flows.Items[0].ID+"/runs", `{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": "1"}}`
	if a := s.call(http.MethodPost, runs, trigger); a.status != http.StatusCreated {
		t.Fatalf("a trigger is answered %d: %s", a.status, a.body)
	}
	kinds := []struct {
		name, method, path, body string
		limit, status            int
	}{
		{"trigger", http.MethodPost, runs, trigger, triggers, http.StatusTooManyRequests},
		{"webhook", http.MethodPost, "/hooks/a-key-that-no-channel-has", "{}", webhooks, http.StatusTooManyRequests},
		{"request", http.MethodGet, "/api/v1/runs", "", requests, http.StatusServiceUnavailable},
	}
	resume := postgres.Stall(t)
	answers := map[string]chan answer{}
	const each = 40
	for _, k := range kinds {
		got := make(chan answer, each)
		answers[k.name] = got
		for range each {
			go func() { got <- s.call(k.method, k.path, k.body) }()
		}
	}
	for _, k := range kinds {
		// All but those in hand are answered while nothing moves.
		for range each - k.limit {
			a := <-answers[k.name]
			after, err := strconv.Atoi(a.header.Get("Retry-After"))
			if a.status != k.status || a.problem.Code != "busy" || err != nil || after < 1 || a.problem.Hint == nil || a.header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("a %s is answered %d: %s", k.name, a.status, a.body)
			}
		}
	}
	metrics := s.metrics()
	for _, k := range kinds {
		if n := metrics[`sluice_http_in_hand{kind="`+k.name+`"}`]; n != strconv.Itoa(k.limit) {
			t.Errorf("%s requests of the kind %s are in hand, want %d", n, k.name, k.limit)
		}
		if n := metrics[`sluice_http_refused_total{kind="`+k.name+`"}`]; n != strconv.Itoa(each-k.limit) {
			t.Errorf("%s requests of the kind %s are counted as refused, want %d", n, k.name, each-k.limit)
		}
	}
	if up := metrics["sluice_database_up"]; up != "0" {
		t.Errorf("sluice_database_up is %s", up)
	}
	if a := s.call(http.MethodGet, "/healthz", ""); a.status != http.StatusOK {
		t.Errorf("/healthz answers %d", a.status)
	}
	if a := s.call(http.MethodGet, "/readyz", ""); a.status != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d", a.status)
	}
	// Who waits for too long is told so, and what to do.
	for _, k := range kinds[:2] {
		for range k.limit {
			if a := <-answers[k.name]; a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || a.problem.Hint == nil {
				t.Errorf("a %s in hand is answered %d: %s", k.name, a.status, a.body)
			}
		}
	}
	resume()
	// Who was more patient gets what was asked for.
	for range requests {
		if a := <-answers["request"]; a.status != http.StatusOK {
			t.Errorf("a request that outlived the stall is answered %d: %s", a.status, a.body)
		}
	}
	for deadline := time.Now().Add(time.Minute); ; {
		a := s.call(http.MethodPost, runs, trigger)
		if a.status == http.StatusCreated {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the stall a trigger is answered %d: %s", a.status, a.body)
		}
	}
}
