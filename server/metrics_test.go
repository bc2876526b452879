package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// metricName is a metric of ours in a query or a text.
var metricName = regexp.MustCompile(`\bsluice_[a-z_]+`)

// metrics are the families that the server has at /metrics.
func (k *killable) metrics() map[string]bool {
	k.t.Helper()
	r, err := http.NewRequestWithContext(k.t.Context(), http.MethodGet, k.url+"/metrics", nil)
	if err != nil {
		k.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	response, err := k.http.Do(r)
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	families := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "# TYPE sluice_"); ok {
			name, _, _ := strings.Cut(rest, " ")
			families["sluice_"+name] = true
		}
	}
	return families
}

// TestDashboardAndAlertsAskForMetricsThatExist runs one run through a server,
// so that every metric has a value, and compares: what the dashboard and the
// alerts ask for exists, and what exists is documented.
func TestDashboardAndAlertsAskForMetricsThatExist(t *testing.T) {
	t.Parallel()
	k := startKillable(t, t.TempDir())
	id, err := k.startRun(k.exampleFlow())
	if err != nil {
		t.Fatal(err)
	}
	k.until("the run ends", func() bool { return k.runStatus(id) == "completed" })
	families := k.metrics()
	if len(families) < 20 {
		t.Errorf("there are %d metrics: %v", len(families), families)
	}
	deploy := filepath.Join("..", "examples", "deploy")
	for _, file := range []string{filepath.Join(deploy, "grafana-dashboard.json"), filepath.Join(deploy, "prometheus-alerts.yaml"), filepath.Join("..", "docs", "operations.md")} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]bool{}
		for _, name := range metricName.FindAllString(string(text), -1) {
			family := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
			if !families[name] && !families[family] {
				t.Errorf("%s names the metric %s, which does not exist", file, name)
			}
			asked[family] = true
		}
		if filepath.Ext(file) != ".md" {
			continue
		}
		for name := range families {
			if !asked[name] {
				t.Errorf("%s does not describe the metric %s", file, name)
			}
		}
	}
	var dashboard struct {
		UID    string `json:"uid"`
		Panels []struct {
			ID      int    `json:"id"`
			Title   string `json:"title"`
			Type    string `json:"type"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	text, err := os.ReadFile(filepath.Join(deploy, "grafana-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, p := range dashboard.Panels {
		if seen[p.ID] || p.Title == "" || p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("the panel %+v has no id or title of its own, or shows nothing", p)
		}
		seen[p.ID] = true
	}
}
