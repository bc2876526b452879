package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"sluice/examples"
	"sluice/server/command"
	"sluice/server/store"
)

// serving runs `sluice serve` until stop is called, and returns its address.
func serving(t *testing.T, args ...string) (url string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		code <- command.Main(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--log-level", "error"}, args...), strings.NewReader(""), in, &stderr)
		_ = in.Close()
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "Sluice is running at "); ok {
			url = rest
			break
		}
	}
	if url == "" {
		t.Fatalf("the server ended with %d: %s", <-code, stderr.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return url, func() int { cancel(); return <-code }
}

func sluice(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = command.Main(t.Context(), args, strings.NewReader(""), &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestFlowIsExportedWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "sluice.db")
	url, stop := serving(t, "--demo", "--db", database)
	response, err := http.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	var health struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(response.Body).Decode(&health); err != nil || health.Status != "ok" {
		t.Errorf("the server's health is %+v: %v", health, err)
	}
	_ = response.Body.Close()

	for _, args := range [][]string{{"OTP by country"}, {"OTP by country", "--version", "1"}} {
		code, stdout, stderr := sluice(t, append([]string{"export", "--db", database}, args...)...)
		if code != command.ExitOK || stdout != string(examples.OTP()) {
			t.Errorf("export %v ends with %d %s and is not the example", args, code, stderr)
		}
	}
	for _, f := range []struct {
		words string
		args  []string
	}{
		{"there is no flow", []string{"No such flow"}},
		{"has no version 7: the published one is 1", []string{"OTP by country", "--version", "7"}},
	} {
		if code, stdout, stderr := sluice(t, append([]string{"export", "--db", database}, f.args...)...); code != command.ExitUsage || stdout != "" || !strings.Contains(stderr, f.words) {
			t.Errorf("export %v ends with %d %q %q", f.args, code, stdout, stderr)
		}
	}
	if code := stop(); code != command.ExitOK {
		t.Errorf("the server ended with %d", code)
	}
}

func TestExportAsksForTheIDWhenSeveralFlowsHaveTheName(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "sluice.db")
	s, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.CreateFlow(t.Context(), store.DefaultWorkspaceID, store.NewFlow{Name: "Twice", Definition: "{}"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := sluice(t, "export", "--db", database, "Twice")
	if code != command.ExitUsage || stdout != "" || !strings.Contains(stderr, `several flows are called "Twice": name one by its id`) {
		t.Errorf("export ends with %d %q %q", code, stdout, stderr)
	}
}
