package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"sluice/examples"
	"sluice/server"
	"sluice/server/command"
	"sluice/server/store/sqlitetest"
	"sluice/server/testhost"
)

const (
	// serveFolder makes the test binary a server on that folder's database.
	serveFolder = "SLUICE_TEST_SERVE"
	// commandForTest makes it the sluice command.
	commandForTest = "SLUICE_TEST_COMMAND"
	testKey        = "a-bootstrap-key-for-the-kill-test-0123"
)

// TestMain lets the test binary be the server that a test kills, and finds
// goroutines that a stopped server leaves behind.
func TestMain(m *testing.M) {
	if folder := os.Getenv(serveFolder); folder != "" {
		if err := serveForTest(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if os.Getenv(commandForTest) != "" {
		os.Exit(command.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

func serveForTest(folder string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	// Between the two signals a test sees what a server says that is to stop.
	hurry, calm := signal.NotifyContext(context.Background(), syscall.SIGUSR1)
	defer calm()
	s, err := server.New(ctx, server.Options{
		EgressAllow: []string{"127.0.0.0/8"}, DrainDelay: testhost.Patience, Hurry: hurry.Done(),
		Addr: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(folder, "sluice.db"), Demo: true, BootstrapKey: testKey, MetricsToken: testKey,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Ready: func(url string) { fmt.Println("READY " + url) },
	})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// killable is a server in a process of its own.
type killable struct {
	t       *testing.T
	process *exec.Cmd
	url     string
	http    *http.Client
}

func startKillable(t *testing.T, folder string) *killable {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	k := &killable{t: t, process: exec.CommandContext(t.Context(), self), http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	k.process.Env = append(os.Environ(), serveFolder+"="+folder)
	sqlitetest.In(t, folder)
	var stderr bytes.Buffer
	k.process.Stderr = &stderr
	out, err := k.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "READY "); ok {
			k.url = url
			return k
		}
	}
	_ = k.process.Wait()
	t.Fatalf("the server did not start: %s", stderr.String())
	return nil
}

// kill is SIGKILL: the process gets no chance to tidy up.
func (k *killable) kill() {
	if k.process.ProcessState == nil {
		_ = k.process.Process.Kill()
		_ = k.process.Wait()
	}
}

func (k *killable) call(method, path string, body, answer any) {
	k.t.Helper()
	var raw io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			k.t.Fatal(err)
		}
		raw = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(k.t.Context(), method, k.url+"/api/v1"+path, raw)
	if err != nil {
		k.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	response, err := k.http.Do(r)
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		k.t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, data, err)
	}
	if answer != nil {
		if err := json.Unmarshal(data, answer); err != nil {
			k.t.Fatalf("%s %s: %v: %s", method, path, err, data)
		}
	}
}

// until repeats the question until the answer is yes.
func (k *killable) until(what string, ask func() bool) {
	k.t.Helper()
	testhost.Until(k.t, what, ask)
}

type phoneMessages struct {
	Items []struct {
		ID          string `json:"id"`
		RunID       string `json:"run_id"`
		Visit       int    `json:"visit"`
		ChannelType string `json:"channel_type"`
	} `json:"items"`
}

type runDetail struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Node   string `json:"node"`
	Steps  []struct {
		Node string `json:"node"`
	} `json:"steps"`
	Messages []struct {
		Visit  int    `json:"visit"`
		Status string `json:"status"`
	} `json:"messages"`
}

// patientFlow is the demo's example with deadlines that no machine is too slow
// for.
func (k *killable) patientFlow() string {
	k.t.Helper()
	flow := within.ReplaceAll(examples.OTP(), []byte(`"${1}_within": "1h"`))
	if bytes.Equal(flow, examples.OTP()) {
		k.t.Fatal("the example has no deadlines")
	}
	var made struct {
		ID string `json:"id"`
	}
	k.call(http.MethodPost, "/flows/import", json.RawMessage(flow), &made)
	k.call(http.MethodPost, "/flows/"+made.ID+"/publish", nil, nil)
	return made.ID
}

// within is a deadline in a definition.
var within = regexp.MustCompile(`"(delivered|read)_within": "[^"]*"`)

// TestInvariant05RunsGoOnAfterTheServerIsKilled kills the server with SIGKILL
// while runs wait, twice, and finds each run continued and each message sent
// once.
func TestInvariant05RunsGoOnAfterTheServerIsKilled(t *testing.T) {
	t.Parallel()
	const runs = 20
	folder := t.TempDir()
	k := startKillable(t, folder)
	flow := k.patientFlow()
	// Only people answer, so that every run waits there until they do.
	k.call(http.MethodPut, "/simulator/rules", json.RawMessage(`{"rules": [{"recipient": "*", "manual": true}]}`), nil)
	ids := make([]string, runs)
	for i := range ids {
		var started runDetail
		k.call(http.MethodPost, "/flows/"+flow+"/runs",
			json.RawMessage(fmt.Sprintf(`{"inputs": {"customerPhoneNumber": "+6391712345%02d", "verificationCode": "%d"}}`, i, i)), &started)
		ids[i] = started.ID
	}
	// Killed while messages are handed over: acknowledged runs are all there.
	k.kill()

	k = startKillable(t, folder)
	var phones phoneMessages
	k.until("every message reaches its phone", func() bool {
		k.call(http.MethodGet, "/simulator/messages?limit=500", nil, &phones)
		return len(phones.Items) >= runs
	})
	for _, m := range phones.Items {
		// Half of the people's phones fail, which sends their runs on.
		if m.RunID < ids[runs/2] {
			k.call(http.MethodPost, "/simulator/messages/"+m.ID+"/failed", nil, nil)
		} else {
			k.call(http.MethodPost, "/simulator/messages/"+m.ID+"/delivered", nil, nil)
		}
	}
	var detail runDetail
	// A mark is the person's, and not acknowledged to anybody else: it counts
	// once its run has moved on.
	k.until("the failed ones are at WhatsApp", func() bool {
		for _, id := range ids[:runs/2] {
			k.call(http.MethodGet, "/runs/"+id, nil, &detail)
			if detail.Node != "whatsapp_ph" {
				return false
			}
		}
		return true
	})
	k.kill()

	k = startKillable(t, folder)
	k.until("every run ends", func() bool {
		k.call(http.MethodGet, "/simulator/messages?limit=500", nil, &phones)
		for _, m := range phones.Items {
			k.read(m.ID)
		}
		for _, id := range ids {
			k.call(http.MethodGet, "/runs/"+id, nil, &detail)
			if detail.Status != "completed" {
				return false
			}
		}
		return true
	})
	seen := map[string]int{}
	k.call(http.MethodGet, "/simulator/messages?limit=500", nil, &phones)
	for _, m := range phones.Items {
		seen[fmt.Sprintf("%s-%d", m.RunID, m.Visit)]++
	}
	sent := 0
	for i, id := range ids {
		k.call(http.MethodGet, "/runs/"+id, nil, &detail)
		want := "start country viber_ph"
		if i < runs/2 {
			want += " whatsapp_ph"
		}
		var path []string
		for _, s := range detail.Steps {
			path = append(path, s.Node)
		}
		if strings.Join(path, " ") != want {
			t.Errorf("run %d went %v, want %s", i, path, want)
		}
		for _, m := range detail.Messages {
			sent++
			if n := seen[fmt.Sprintf("%s-%d", id, m.Visit)]; n != 1 {
				t.Errorf("the message of run %d, visit %d, is on the phone %d times", i, m.Visit, n)
			}
		}
	}
	if len(phones.Items) != sent {
		t.Errorf("the phones hold %d messages and the runs sent %d", len(phones.Items), sent)
	}
}

// read marks a message as read; one that is already, or failed, stays as it is.
func (k *killable) read(id string) {
	k.t.Helper()
	r, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.url+"/api/v1/simulator/messages/"+id+"/read", nil)
	if err != nil {
		k.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	response, err := k.http.Do(r)
	if err != nil {
		k.t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusConflict {
		k.t.Fatalf("marking %s as read answers %d", id, response.StatusCode)
	}
}
