package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sluice/server/command"
)

func run(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errOut bytes.Buffer
	code = command.Main(ctx, args, strings.NewReader(""), &out, &errOut)
	return code, out.String(), errOut.String()
}

// exampleFlow is the id of the flow that the demo has.
func (k *killable) exampleFlow() string {
	k.t.Helper()
	var flows struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	k.call(http.MethodGet, "/flows", nil, &flows)
	return flows.Items[0].ID
}

// startRun may be called on any goroutine.
func (k *killable) startRun(flow string) (id string, err error) {
	r, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.url+"/api/v1/flows/"+flow+"/runs",
		strings.NewReader(`{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": "123456"}}`))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	r.Header.Set("Content-Type", "application/json")
	response, err := k.http.Do(r)
	if err != nil {
		return "", err
	}
	var started runDetail
	if err := errors.Join(json.NewDecoder(response.Body).Decode(&started), response.Body.Close()); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("the answer is %d", response.StatusCode)
	}
	return started.ID, nil
}

func (k *killable) runStatus(id string) string {
	k.t.Helper()
	var detail runDetail
	k.call(http.MethodGet, "/runs/"+id, nil, &detail)
	return detail.Status
}

// starting starts runs one after the other until stop is called, which returns
// those that were acknowledged.
func (k *killable) starting(flow string) (acknowledged func() []string, stop func() []string) {
	ended, wait := context.WithCancel(k.t.Context())
	var mu sync.Mutex
	var ids []string
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for ended.Err() == nil {
				id, err := k.startRun(flow)
				if err != nil {
					k.t.Errorf("start a run: %v", err)
					return
				}
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	acknowledged = func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), ids...)
	}
	return acknowledged, func() []string {
		wait()
		workers.Wait()
		return acknowledged()
	}
}

// TestABackupUnderLoadLosesNothing backs a server up while runs are started on
// it, and serves from the copy: everything that was acknowledged before the
// backup began is in it, goes on and ends.
func TestABackupUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	folder, elsewhere := t.TempDir(), t.TempDir()
	database, copied, restored := "sqlite:"+filepath.Join(folder, "sluice.db"), filepath.Join(elsewhere, "backup.db"), filepath.Join(elsewhere, "new", "sluice.db")
	first := startKillable(t, folder)
	flow := first.exampleFlow()
	acknowledged, stop := first.starting(flow)
	first.until("runs are under way", func() bool { return len(acknowledged()) >= 50 })

	before := acknowledged()
	if code, stdout, stderr := run(t.Context(), "backup", copied, "--with-key", "--db", database); code != command.ExitOK || !strings.Contains(stdout, "checked") {
		t.Fatalf("the backup ends with %d: %s%s", code, stdout, stderr)
	}
	// The load went on meanwhile.
	first.until("runs are started after the backup", func() bool { return len(acknowledged()) > len(before) })
	for _, name := range []string{copied, copied + ".key"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if code, _, stderr := run(t.Context(), "restore", copied, "--force", "--db", database); code != command.ExitUsage || !strings.Contains(stderr, "another process uses this database") {
		t.Errorf("restoring over a running server ends with %d: %s", code, stderr)
	}
	after := stop()
	if code, _, stderr := run(t.Context(), "backup", copied, "--db", database); code != command.ExitUsage || !strings.Contains(stderr, "there is something already") {
		t.Errorf("a backup over another one ends with %d: %s", code, stderr)
	}
	first.kill()
	if len(after) <= len(before) {
		t.Errorf("%d runs before the backup, %d in all", len(before), len(after))
	}

	code, stdout, stderr := run(t.Context(), "restore", copied, "--db", "sqlite:"+restored)
	if code != command.ExitOK || !strings.Contains(stdout, "master key opens what is encrypted") {
		t.Fatalf("the restore ends with %d: %s%s", code, stdout, stderr)
	}
	second := startKillable(t, filepath.Dir(restored))
	for _, id := range before {
		second.until("the run "+id+" ends", func() bool { return second.runStatus(id) == "completed" })
	}
	second.kill()

	// Another time over what is there, which is kept with its key.
	if err := os.WriteFile(filepath.Join(elsewhere, "new", "master.key"), []byte(strings.Repeat("another key ", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t.Context(), "restore", copied, "--db", "sqlite:"+restored); code != command.ExitUsage || !strings.Contains(stderr, "differs") {
		t.Errorf("another key is replaced: %d %s", code, stderr)
	}
	if code, stdout, stderr := run(t.Context(), "restore", copied, "--force", "--db", "sqlite:"+restored); code != command.ExitOK || !strings.Contains(stdout, "is kept as") {
		t.Errorf("the forced restore ends with %d: %s%s", code, stdout, stderr)
	}
	for _, pattern := range []string{"sluice.db.before-*", "master.key.before-*"} {
		if kept, err := filepath.Glob(filepath.Join(elsewhere, "new", pattern)); err != nil || len(kept) == 0 {
			t.Errorf("nothing is kept as %s: %v", pattern, err)
		}
	}
}
