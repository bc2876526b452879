package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"sluice/server"
)

// fetch asks for an address with headers.
func fetch(t *testing.T, address string, header map[string]string) (status int, body, kind string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	if host := header["Host"]; host != "" {
		r.Host = host
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data), response.Header.Get("Content-Type")
}

func TestMetricsAreForWhoMayReadThem(t *testing.T) {
	t.Parallel()
	const token = "a-token-for-metrics"
	for name, f := range map[string]struct {
		token  string
		header map[string]string
		want   int
		code   string
	}{
		"asked directly":               {"", nil, http.StatusForbidden, "metrics_inside"},
		"through a proxy":              {"", map[string]string{"X-Forwarded-For": "127.0.0.1"}, http.StatusForbidden, "metrics_inside"},
		"with a token of one's own":    {"", map[string]string{"Authorization": "Bearer "}, http.StatusForbidden, "metrics_inside"},
		"with the token":               {token, map[string]string{"Authorization": "Bearer " + token}, http.StatusOK, ""},
		"with it, through a proxy":     {token, map[string]string{"Authorization": "bearer " + token, "X-Forwarded-For": "203.0.113.9"}, http.StatusOK, ""},
		"without the token":            {token, nil, http.StatusUnauthorized, "metrics_token"},
		"with the beginning of it":     {token, map[string]string{"Authorization": "Bearer " + token[:10]}, http.StatusUnauthorized, "metrics_token"},
		"with it as another scheme":    {token, map[string]string{"Authorization": "Basic " + token}, http.StatusUnauthorized, "metrics_token"},
		"with an owner's key in place": {token, map[string]string{"Authorization": "Bearer " + testKey}, http.StatusUnauthorized, "metrics_token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quiet(t)
			o.MetricsToken = f.token
			w := startTracing(t, newPublic(t), o)
			status, body, _ := fetch(t, w.url+"/metrics", f.header)
			if status != f.want || f.code != "" && !strings.Contains(body, `"`+f.code+`"`) || f.code == "" && !strings.Contains(body, "sluice_runs_started_total") {
				t.Errorf("the answer is %d %.200s", status, body)
			}
			if f.token != "" && strings.Contains(body, f.token) {
				t.Error("the answer holds the token")
			}
		})
	}
}

// TestMetricsCanHaveAnAddressOfTheirOwn: this machine's own is open to whoever asks for
// it by its name, others only to who has the token.
func TestMetricsCanHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	const token = "a-token-for-metrics"
	for name, f := range map[string]struct {
		addr, token, host, given string
		want                     int
	}{
		"of this machine":                  {"127.0.0.1:0", "", "", "", http.StatusOK},
		"by a name that was led here":      {"127.0.0.1:0", "", "evil.example", "", http.StatusForbidden},
		"of this machine, with a token":    {"127.0.0.1:0", token, "", "", http.StatusUnauthorized},
		"of this machine, which was given": {"127.0.0.1:0", token, "", token, http.StatusOK},
		"of the network":                   {":0", "", "", "", http.StatusForbidden},
		"of the network, with the token":   {":0", token, "", token, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The port is known from the log only, which says it for people.
			lines := make(chan string, 1)
			o := quiet(t)
			o.MetricsAddr, o.MetricsToken, o.Log = f.addr, f.token, logTo(func(line string) {
				if _, at, found := strings.Cut(line, "serving metrics\" url="); found {
					lines <- strings.TrimSpace(at)
				}
			})
			w := startTracing(t, newPublic(t), o)
			header := map[string]string{"X-Forwarded-For": "203.0.113.9"}
			if f.host != "" {
				header["Host"] = f.host
			}
			if f.given != "" {
				header["Authorization"] = "Bearer " + f.given
			}
			status, body, _ := fetch(t, <-lines, header)
			if status != f.want || (status == http.StatusOK) != strings.Contains(body, "sluice_runs_started_total") {
				t.Errorf("the metrics' own address answers %d %.200s", status, body)
			}
			if status, body, _ := fetch(t, w.url+"/metrics", nil); strings.Contains(body, "sluice_runs_started_total") {
				t.Errorf("the other address answers %d with metrics too", status)
			}
		})
	}
}

func TestTimesCarryTheirTraces(t *testing.T) {
	t.Parallel()
	_, config := inMemory()
	o := quiet(t)
	o.Traces, o.MetricsToken = config, testKey
	w := startTracing(t, newPublic(t), o)
	fake, _ := w.vendor()
	id := w.run(w.flow(), nil)
	w.sent(fake, id)
	status, body, kind := fetch(t, w.url+"/metrics", map[string]string{"Accept": "application/openmetrics-text; version=1.0.0", "Authorization": "Bearer " + testKey})
	if status != http.StatusOK || !strings.HasPrefix(kind, "application/openmetrics-text") {
		t.Fatalf("the answer is %d %s", status, kind)
	}
	exemplar := `{trace_id="` + strings.ReplaceAll(id, "-", "") + `"}`
	found := map[string]bool{}
	for line := range strings.Lines(body) {
		if name, _, _ := strings.Cut(line, "{"); strings.Contains(line, exemplar) {
			found[name] = true
		}
	}
	if !found["sluice_start_seconds_bucket"] || !found["sluice_send_seconds_bucket"] {
		t.Errorf("the trace stands at %v", found)
	}
}

func TestOptionsOfMetricsAndStoppingAreChecked(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		change func(*server.Options)
		words  string
	}{
		"a short token":    {func(o *server.Options) { o.MetricsToken = "short" }, "SLUICE_METRICS_TOKEN"},
		"a negative delay": {func(o *server.Options) { o.DrainDelay = -1 }, "drain delay"},
		"no collector":     {func(o *server.Options) { o.Traces.On, o.Traces.Endpoint = true, "localhost:4318" }, "http://localhost:4318"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quiet(t)
			f.change(&o)
			s, err := server.New(context.WithoutCancel(t.Context()), o)
			if err == nil {
				_ = s.Close()
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), f.words) {
				t.Errorf("the error %q does not say %q", err, f.words)
			}
		})
	}
}

// logTo is a log whose lines go to a function.
func logTo(line func(string)) *slog.Logger {
	return slog.New(slog.NewTextHandler(lineWriter(line), nil))
}

type lineWriter func(string)

func (w lineWriter) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}
