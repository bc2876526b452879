package runtime_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// Flows whose sends are repeated or not when nobody knows their outcome. Phones
// answer half of the messages; the other runs go on by their deadlines.
const killFlow = `{"schema": "sluice/v1", "name": "Kill", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "n", "type": "string"}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "+639171234567", "message": {"type": "text", "text": "{{n}}"},
		"on_unknown": "%[1]s", "read_within": "300ms"}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "+639171234567", "message": {"type": "text", "text": "{{n}}"},
		"on_unknown": "%[1]s"}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "not_read", "to": "sms"}, {"from": "viber", "port": "failed", "to": "sms"}]}`

// TestKilledServersLoseNothing kills a server with SIGKILL again and again in
// the middle of its work. INVARIANTS 4, 5, 7: every acknowledged run is there
// and ends, no message is sent without a stored intent, and none more often
// than its node allows.
func TestKilledServersLoseNothing(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"SQLite": file, "PostgreSQL": postgres.Database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killAndRecover(t, address(t))
		})
	}
}

const (
	kills       = 8
	runsPerLife = 60
)

func killAndRecover(t *testing.T, address string) {
	s, err := store.Open(t.Context(), address, store.Options{Vault: storetest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	runtimetest.SetUp(t, s, map[string]string{})
	resend := runtimetest.Publish(t, s, fmt.Appendf(nil, killFlow, "resend"))
	once := runtimetest.Publish(t, s, fmt.Appendf(nil, killFlow, "treat_as_failed"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ledger := t.TempDir() + "/ledger"
	acknowledged := map[string]string{}
	for life := range kills {
		maps.Copy(acknowledged, child(t, address, ledger, resend+","+once, life*runsPerLife, runsPerLife, true))
	}
	// The last life starts nothing and ends when everything has ended.
	child(t, address, ledger, resend+","+once, 0, 0, false)

	checkIntegrity(t, address)
	s = open(t, address, store.Options{Vault: storetest.Vault(t)})
	if len(acknowledged) < kills {
		t.Fatalf("only %d runs were acknowledged in %d lives", len(acknowledged), kills)
	}
	for run := range acknowledged {
		r, err := s.Run(t.Context(), store.DefaultWorkspaceID, run)
		if err != nil {
			t.Errorf("an acknowledged run is lost: %v", err)
		} else if r.EndedAt.IsZero() {
			t.Errorf("run %s has not ended: %+v", run, r)
		}
	}
	sent := readLedger(t, ledger)
	for id, n := range sent {
		r, err := s.Run(t.Context(), store.DefaultWorkspaceID, id[:36])
		if err != nil {
			t.Errorf("message %s was sent for a run that is not stored: %v", id, err)
			continue
		}
		if r.FlowID == once && n != 1 {
			t.Errorf("message %s is to be sent at most once and was sent %d times", id, n)
		}
		if r.FlowID == resend && n > kills+1 {
			t.Errorf("message %s was sent %d times in %d lives", id, n, kills+1)
		}
	}
	for run, flow := range acknowledged {
		// A first message whose deadline passed before the worker was taken for
		// dead is not sent any more; then the second one is.
		if flow == resend && sent[run+"-2"]+sent[run+"-3"] == 0 {
			t.Errorf("run %s sent nothing", run)
		}
	}
	t.Logf("%d runs acknowledged, %d messages sent", len(acknowledged), len(sent))
}

// child runs a server in a process of its own and returns the runs that it
// acknowledged, with their flows. It is killed after a random number of them,
// or, when kill is false, ends by itself.
func child(t *testing.T, address, ledger, flows string, from, runs int, kill bool) map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*testhost.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), envChild+"="+address, envLedger+"="+ledger, envFlows+"="+flows,
		envFrom+"="+strconv.Itoa(from), envRuns+"="+strconv.Itoa(runs))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errOut strings.Builder
	cmd.Stderr = &errOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{}
	last := rand.IntN(runs + 1)
	lines := bufio.NewScanner(out)
	finished := false
	for lines.Scan() {
		flow, run, isRun := strings.Cut(strings.TrimPrefix(lines.Text(), "started "), " ")
		finished = finished || lines.Text() == "finished"
		if !isRun || !strings.HasPrefix(lines.Text(), "started ") {
			continue
		}
		acknowledged[run] = flow
		if kill && len(acknowledged) >= last {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	// What it had acknowledged before it died counts too.
	for lines.Scan() {
		if flow, run, isRun := strings.Cut(strings.TrimPrefix(lines.Text(), "started "), " "); isRun && strings.HasPrefix(lines.Text(), "started ") {
			acknowledged[run] = flow
		}
	}
	err = cmd.Wait()
	if !kill && (err != nil || !finished) {
		t.Fatalf("the last server: %v: %s", err, errOut.String())
	}
	return acknowledged
}

// checkIntegrity has SQLite check all pages and indexes of its file.
func checkIntegrity(t *testing.T, address string) {
	t.Helper()
	path, isFile := strings.CutPrefix(address, "sqlite:")
	if !isFile {
		return
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var result string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&result); err != nil || result != "ok" {
		t.Errorf("the database is damaged: %s, %v", result, err)
	}
}

func readLedger(t *testing.T, path string) map[string]int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]int{}
	for id := range strings.FieldsSeq(string(data)) {
		sent[id]++
	}
	return sent
}
