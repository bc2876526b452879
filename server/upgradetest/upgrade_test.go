//go:build upgrade

// Package upgradetest runs the server of an older commit beside this one on one
// PostgreSQL, under load. It is run by `make test-upgrade`, because it builds the
// older server from the history of the repository.
package upgradetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sluice/server/store/pgtest"
)

// from is the environment variable that names the older commit.
const from = "SLUICE_UPGRADE_FROM"

const apiKey = "a bootstrap key for the upgrade test"

var postgres = pgtest.New(func(context.Context, string) error { return nil })

func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }

// TestAnOlderServerGoesOnBesideANewerOne: the newer server migrates the database
// while the older one starts runs. Both go on under load, and whatever either of
// them acknowledged is there in the end, and ends.
func TestAnOlderServerGoesOnBesideANewerOne(t *testing.T) {
	folder, address := t.TempDir(), postgres.Database(t)
	root := output(t, ".", "git", "rev-parse", "--show-toplevel")
	older := filepath.Join(folder, "older")
	output(t, root, "git", "worktree", "add", "--detach", older, os.Getenv(from))
	t.Cleanup(func() { output(t, root, "git", "worktree", "remove", "--force", older) })
	output(t, older, "go", "build", "-o", filepath.Join(folder, "sluice-older"), ".")
	output(t, root, "go", "build", "-o", filepath.Join(folder, "sluice-newer"), ".")

	first := serve(t, filepath.Join(folder, "sluice-older"), address)
	flow := first.flow(t)
	var acknowledged sync.Map
	var count atomic.Int64
	var stop atomic.Bool
	var load sync.WaitGroup
	trigger := func(s *server) {
		for range 4 {
			load.Go(func() {
				for !stop.Load() {
					if id := s.start(flow); id != "" {
						acknowledged.Store(id, s.name)
						count.Add(1)
					}
				}
			})
		}
	}
	reach := func(n int64) {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); count.Load() < n; {
			if time.Now().After(deadline) {
				t.Fatalf("only %d runs were acknowledged", count.Load())
			}
			<-time.After(10 * time.Millisecond)
		}
	}
	trigger(first)
	reach(300)
	second := serve(t, filepath.Join(folder, "sluice-newer"), address)
	trigger(second)
	reach(count.Load() + 600)
	stop.Store(true)
	load.Wait()
	if first.failed.Load() > 50 || second.failed.Load() > 50 {
		t.Errorf("the older server refused %d triggers, the newer one %d", first.failed.Load(), second.failed.Load())
	}
	byServer := map[any]int{}
	acknowledged.Range(func(id, name any) bool {
		byServer[name]++
		second.ended(t, id.(string))
		return !t.Failed()
	})
	first.stop(t)
	t.Logf("runs that were acknowledged: %v", byServer)
}

// server is a running process.
type server struct {
	name, url string
	process   *exec.Cmd
	failed    atomic.Int64
}

var serving = regexp.MustCompile(`http://localhost:\d+`)

func serve(t *testing.T, binary, database string) *server {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--addr", "127.0.0.1:0", "--db", database, "--demo")
	cmd.Env = append(os.Environ(), "SLUICE_BOOTSTRAP_KEY="+apiKey, "SLUICE_MASTER_KEY="+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32)))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errors bytes.Buffer
	cmd.Stderr = &errors
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{name: filepath.Base(binary), process: cmd}
	t.Cleanup(func() { s.stop(t) })
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		s.url = serving.FindString(lines.Text())
	}
	if s.url == "" {
		t.Fatalf("%s did not start: %s", s.name, errors.String())
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // it says nothing more that matters.
	return s
}

// stop ends the server as an operator would.
func (s *server) stop(t *testing.T) {
	if s.process.ProcessState != nil {
		return
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("%s: %v", s.name, err)
	}
}

// call calls the API and reads the answer into a value.
func (s *server) call(method, path, body string, into any) (status int, err error) {
	r, err := http.NewRequest(method, s.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+apiKey)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	return answer.StatusCode, json.NewDecoder(answer.Body).Decode(into)
}

func (s *server) flow(t *testing.T) string {
	t.Helper()
	var list struct{ Items []struct{ ID string } }
	if status, err := s.call(http.MethodGet, "/flows", "", &list); err != nil || len(list.Items) == 0 {
		t.Fatalf("the flows: %d, %v, %+v", status, err, list)
	}
	return list.Items[0].ID
}

// start triggers a run and returns its id, or nothing when it was refused.
func (s *server) start(flow string) string {
	var run struct{ ID string }
	status, err := s.call(http.MethodPost, "/flows/"+flow+"/runs", `{"inputs": {"customerPhoneNumber": "+4930123456", "verificationCode": "123456"}}`, &run)
	if err != nil || status != http.StatusCreated {
		s.failed.Add(1)
		return ""
	}
	return run.ID
}

// ended waits until a run has ended.
func (s *server) ended(t *testing.T, id string) {
	t.Helper()
	var run struct {
		Status string
		Steps  []any
	}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		status, err := s.call(http.MethodGet, "/runs/"+id, "", &run)
		if err != nil || status != http.StatusOK {
			t.Errorf("run %s: %d, %v", id, status, err)
			return
		}
		if run.Status != "waiting" && len(run.Steps) > 0 {
			return
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Errorf("run %s has not ended: %+v", id, run)
}

func output(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(fmt.Sprintf("%s", out))
}
