package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sluice/server/command"
	"sluice/server/runtime"
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

// picture is one that was sent from a phone and acknowledged.
type picture struct {
	message, channel string
	content          []byte
}

// sendingPictures sends pictures from a phone, each another one, until stop is
// called.
func (k *killable) sendingPictures() (acknowledged func() []picture, stop func()) {
	ended, end := context.WithCancel(k.t.Context())
	var mu sync.Mutex
	var sent []picture
	var worker sync.WaitGroup
	worker.Go(func() {
		for n := 0; ended.Err() == nil; n++ {
			p, err := k.sendPicture(fmt.Appendf(nil, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR and picture %d", n))
			if err != nil {
				k.t.Errorf("send a picture: %v", err)
				return
			}
			mu.Lock()
			sent = append(sent, p)
			mu.Unlock()
		}
	})
	acknowledged = func() []picture {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(sent)
	}
	return acknowledged, func() {
		end()
		worker.Wait()
	}
}

// sendPicture may be called on any goroutine.
func (k *killable) sendPicture(content []byte) (picture, error) {
	r, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.url+"/api/v1/simulator/files?recipient=%2B639170000001&channel_type=whatsapp&channel=whatsapp-main&type=image",
		bytes.NewReader(content))
	if err != nil {
		return picture{}, err
	}
	r.Header.Set("Authorization", "Bearer "+testKey)
	r.Header.Set("Content-Type", "application/octet-stream")
	response, err := k.http.Do(r)
	if err != nil {
		return picture{}, err
	}
	var message struct {
		ID      string `json:"id"`
		Channel string `json:"channel_id"`
	}
	if err := errors.Join(json.NewDecoder(response.Body).Decode(&message), response.Body.Close()); err != nil {
		return picture{}, err
	}
	if response.StatusCode != http.StatusCreated {
		return picture{}, fmt.Errorf("the answer is %d", response.StatusCode)
	}
	return picture{message.ID, message.Channel, content}, nil
}

// shows reports whether a picture can be seen on its phone and as the file of the
// message that it became.
func (k *killable) shows(p picture) bool {
	k.t.Helper()
	for _, path := range []string{"/simulator/messages/" + p.message + "/file", "/media/" + runtime.MediaID(runtime.InboundID(p.channel, p.message), 0)} {
		r, err := http.NewRequestWithContext(k.t.Context(), http.MethodGet, k.url+"/api/v1"+path, http.NoBody)
		if err != nil {
			k.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+testKey)
		response, err := k.http.Do(r)
		if err != nil {
			k.t.Fatal(err)
		}
		content, err := io.ReadAll(response.Body)
		if err := errors.Join(err, response.Body.Close()); err != nil {
			k.t.Fatal(err)
		}
		if response.StatusCode != http.StatusOK || !bytes.Equal(content, p.content) {
			return false
		}
	}
	return true
}

// killABackup begins a backup in a process of its own and kills that as soon as it
// writes: then there is none, unless it had just become whole.
func (k *killable) killABackup(database, target string) {
	k.t.Helper()
	self, err := os.Executable()
	if err != nil {
		k.t.Fatal(err)
	}
	process := exec.CommandContext(k.t.Context(), self, "backup", target, "--db", database)
	process.Env = append(os.Environ(), commandForTest+"=1")
	if err := process.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.until("the backup writes", func() bool {
		drafts, err := filepath.Glob(filepath.Join(filepath.Dir(target), ".sluice-backup-*", "*"))
		// It may be whole before anybody has seen it write.
		_, absent := os.Stat(target)
		return err != nil || len(drafts) > 0 || absent == nil
	})
	_ = process.Process.Kill()
	_ = process.Wait()
	if _, err := os.Stat(target); err == nil {
		if err := os.Remove(target); err != nil {
			k.t.Fatal(err)
		}
	}
}

// TestABackupUnderLoadLosesNothing backs a server up while runs are started on
// it, and serves from the copy: everything that was acknowledged before the
// backup began is in it, goes on and ends.
func TestABackupUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	folder, elsewhere := t.TempDir(), t.TempDir()
	database, copied, restored := "sqlite:"+filepath.Join(folder, "sluice.db"), filepath.Join(elsewhere, "backup.tar"), filepath.Join(elsewhere, "new", "sluice.db")
	first := startKillable(t, folder)
	flow := first.exampleFlow()
	acknowledged, stop := first.starting(flow)
	pictures, stopPictures := first.sendingPictures()
	first.until("runs are under way", func() bool { return len(acknowledged()) >= 50 && len(pictures()) >= 20 })
	first.killABackup(database, copied)

	before, seen := acknowledged(), pictures()
	if code, stdout, stderr := run(t.Context(), "backup", copied, "--with-key", "--db", database); code != command.ExitOK || !strings.Contains(stdout, "checked") {
		t.Fatalf("the backup ends with %d: %s%s", code, stdout, stderr)
	}
	// The load went on meanwhile.
	first.until("runs are started after the backup", func() bool { return len(acknowledged()) > len(before) && len(pictures()) > len(seen) })
	for _, name := range []string{copied, copied + ".key"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if code, _, stderr := run(t.Context(), "restore", copied, "--force", "--db", database); code != command.ExitUsage || !strings.Contains(stderr, "another process uses this database") {
		t.Errorf("restoring over a running server ends with %d: %s", code, stderr)
	}
	after := stop()
	stopPictures()
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
	for _, p := range seen {
		second.until("the picture of "+p.message+" is there", func() bool { return second.shows(p) })
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
	for _, pattern := range []string{"sluice.db.before-*", "master.key.before-*", "media.before-*"} {
		if kept, err := filepath.Glob(filepath.Join(elsewhere, "new", pattern)); err != nil || len(kept) == 0 {
			t.Errorf("nothing is kept as %s: %v", pattern, err)
		}
	}
}
