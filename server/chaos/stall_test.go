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
	"sluice/server/testhost"
)

// hook is where no channel is.
const hook = "/hooks/a-key-that-no-channel-has"

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
		Addr: "127.0.0.1:0", Database: database, Demo: true, BootstrapKey: key, MetricsToken: key, MasterKeyFile: t.TempDir() + "/master.key",
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

// trigger starts a run of the demo's flow.
const trigger = `{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": "1"}}`

// runs is the path of the demo's flow's runs, once one could be started there, so
// that what triggers read is in memory.
func (s *site) runs() string {
	s.t.Helper()
	var flows struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	testhost.Until(s.t, "the flows are listed", func() bool {
		return json.Unmarshal([]byte(s.call(http.MethodGet, "/api/v1/flows", "").body), &flows) == nil && len(flows.Items) > 0
	})
	path := "/api/v1/flows/" + flows.Items[0].ID + "/runs"
	testhost.Until(s.t, "a trigger is taken", func() bool { return s.call(http.MethodPost, path, trigger).status == http.StatusCreated })
	return path
}

// TestAStalledPostgreSQLRefusesRequestsInsteadOfPilingThemUp stops the database
// in the middle of what it does. What is in hand stays within the bounds, all
// others are told at once to come back later, health and metrics answer, and
// when the database goes on so does everything else.
func TestAStalledPostgreSQLRefusesRequestsInsteadOfPilingThemUp(t *testing.T) {
	const triggers, webhooks, requests = 8, 4, 4
	s := serve(t, postgres.Database(t), api.Limits{Triggers: triggers, Webhooks: webhooks, Requests: requests, Patience: testhost.Patience})
	runs := s.runs()
	kinds := []struct {
		name, method, path, body string
		limit, status, after     int
	}{
		{"trigger", http.MethodPost, runs, trigger, triggers, http.StatusTooManyRequests, http.StatusCreated},
		{"webhook", http.MethodPost, hook, "{}", webhooks, http.StatusTooManyRequests, http.StatusNotFound},
		{"request", http.MethodGet, "/api/v1/runs", "", requests, http.StatusServiceUnavailable, http.StatusOK},
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
	// Those that come late find that nothing moves, and then even fewer are let in.
	var metrics map[string]string
	inHand := map[string]int{}
	testhost.Until(t, "all have come", func() bool {
		metrics = s.metrics()
		come := true
		for _, k := range kinds {
			in, err := strconv.Atoi(metrics[`sluice_http_in_hand{kind="`+k.name+`"}`])
			refused, err2 := strconv.Atoi(metrics[`sluice_http_refused_total{kind="`+k.name+`"}`])
			if err != nil || err2 != nil || in < 1 || in > k.limit {
				t.Fatalf("%d requests of the kind %s are in hand and %d were refused, want 1 to %d (%v, %v)", in, k.name, refused, k.limit, err, err2)
			}
			come = come && in+refused == each
			inHand[k.name] = in
		}
		return come
	})
	if up := metrics["sluice_database_up"]; up != "0" {
		t.Errorf("sluice_database_up is %s", up)
	}
	if a := s.call(http.MethodGet, "/healthz", ""); a.status != http.StatusOK {
		t.Errorf("/healthz answers %d", a.status)
	}
	if a := s.call(http.MethodGet, "/readyz", ""); a.status != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d", a.status)
	}
	resume()
	// What outlived the stall gets what was asked for.
	for _, k := range kinds {
		served := 0
		for range k.limit {
			switch a := <-answers[k.name]; a.status {
			case k.after:
				served++
			case k.status:
			default:
				t.Errorf("a %s that outlived the stall is answered %d: %s", k.name, a.status, a.body)
			}
		}
		if served != inHand[k.name] {
			t.Errorf("%d requests of the kind %s were in hand, and %d were served", inHand[k.name], k.name, served)
		}
	}
	testhost.Until(t, "a trigger is taken after the stall", func() bool { return s.call(http.MethodPost, runs, trigger).status == http.StatusCreated })
}

// TestWhoWaitsTooLongForAStalledPostgreSQLIsToldSo has the database stall for
// longer than triggers and webhooks may take.
func TestWhoWaitsTooLongForAStalledPostgreSQLIsToldSo(t *testing.T) {
	s := serve(t, postgres.Database(t), api.Limits{Patience: 5 * time.Second})
	runs := s.runs()
	resume := postgres.Stall(t)
	answers := make(chan answer, 2)
	go func() { answers <- s.call(http.MethodPost, runs, trigger) }()
	go func() { answers <- s.call(http.MethodPost, hook, "{}") }()
	for range 2 {
		if a := <-answers; a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || a.problem.Hint == nil {
			t.Errorf("who waits too long is answered %d: %s", a.status, a.body)
		}
	}
	resume()
	testhost.Until(t, "a trigger is taken after the stall", func() bool { return s.call(http.MethodPost, runs, trigger).status == http.StatusCreated })
}
