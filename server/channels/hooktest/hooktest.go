// Package hooktest sends the forged webhooks of every provider through a real
// server: over HTTP, to the address of a channel that was made through the API.
// It takes the fixtures of channeltest, so that a provider has them once.
//
// It is a package of its own, and not a part of channeltest, because it runs the
// server, which providers must not know.
package hooktest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/store/sqlitetest"
)

const (
	ownerKey = "bootstrap-key-of-the-hook-tests-012345"
	// tooLarge is more than the server reads of a webhook.
	tooLarge = 1<<20 + 1
)

// Run checks one channel of the fixture's kind. A provider's test calls it for
// every way in which its webhooks are proven.
func Run(t *testing.T, f channeltest.Fixture) {
	t.Helper()
	s := start(t)
	a := s.channel(t, f.Account)
	check := func(name string, r channeltest.Request, good func(status int) bool) {
		status, body := s.send(t, r)
		if !good(status) {
			t.Errorf("%s: answered with %d %q", name, status, body)
		}
		for _, secret := range f.Secrets {
			if strings.Contains(body, secret) {
				t.Errorf("%s: a credential is in the answer", name)
			}
		}
	}
	refused := func(status int) bool { return status >= 400 && status <= 499 }
	tooLong := func(status int) bool { return status == http.StatusRequestEntityTooLarge }
	if f.Webhooks == nil {
		// Nobody can prove that they are a vendor which calls nobody.
		r := channeltest.Request{URL: a.HookURL, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
		check("a provider without webhooks", r, refused)
		return
	}
	w := f.Webhooks
	check("genuine", w.Genuine(a), func(status int) bool { return status >= 200 && status <= 299 })
	forgeries := w.Forgeries(a)
	if len(forgeries) < 4 {
		t.Errorf("only %d forgeries are tried", len(forgeries))
	}
	for _, name := range slices.Sorted(maps.Keys(forgeries)) {
		check(name, forgeries[name], refused)
	}
	large := w.Genuine(a)
	large.Body = append(bytes.Clone(large.Body), bytes.Repeat([]byte(" "), tooLarge)...)
	if signed := w.Sign(a, large); len(signed.Body) > tooLarge {
		large = signed
	}
	check("oversized", large, tooLong)
	nowhere := w.Genuine(a)
	nowhere.URL = strings.Replace(nowhere.URL, a.HookURL, a.HookURL+"x", 1)
	check("for a channel that is not there", nowhere, func(status int) bool { return status == http.StatusNotFound })
}

// sluice is a running server.
type sluice struct {
	url    string
	client *http.Client
}

func start(t *testing.T) sluice {
	t.Helper()
	ready, done := make(chan string, 1), make(chan error, 1)
	s, err := server.New(t.Context(), server.Options{
		Addr: "127.0.0.1:0", Database: sqlitetest.New(t), BootstrapKey: ownerKey, Version: "test",
		EgressAllow: []string{"127.0.0.0/8"}, Log: slog.New(slog.DiscardHandler), Out: io.Discard, Ready: func(url string) { ready <- url },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { done <- s.Run(ctx) }()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	select {
	case url := <-ready:
		return sluice{url: url, client: &http.Client{Transport: transport}}
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	}
	return sluice{}
}

// channel makes the channel at the server, and returns the account that its
// provider will see.
func (s sluice) channel(t *testing.T, a channels.Account) channels.Account {
	t.Helper()
	fields := map[string]any{"name": "Main", "type": a.Type, "kind": a.Kind, "base_url": a.BaseURL}
	if len(a.Credentials) > 0 {
		fields["credentials"] = a.Credentials
	}
	if len(a.Settings) > 0 {
		fields["settings"] = a.Settings
	}
	content, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + ownerKey}}
	status, body := s.send(t, channeltest.Request{URL: s.url + "/api/v1/channels", Header: header, Body: content})
	var made struct {
		ID      string `json:"id"`
		HookURL string `json:"hook_url"`
	}
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusCreated || made.HookURL == "" {
		t.Fatalf("the channel was not made: %d %s", status, body)
	}
	// The channel's own address, without what proves a callback of some vendors.
	address, _, _ := strings.Cut(made.HookURL, "?")
	a.ID, a.HookURL = made.ID, address
	return a
}

// send makes a request and returns the answer's status and body.
func (s sluice) send(t *testing.T, r channeltest.Request) (status int, body string) {
	t.Helper()
	method := r.Method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = r.Header.Clone()
	answer, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}
