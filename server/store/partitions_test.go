package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"sluice/server/store"
	"sluice/server/store/pgtest"
	"sluice/server/store/storetest"
)

// beforePartitions is the last migration of the tables without partitions.
const beforePartitions = 7

var old = pgtest.New(func(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url, store.UpTo(store.Options{}, beforePartitions))
	if err != nil {
		return err
	}
	return s.Close()
})

// The statements of a server from before, as far as they name these tables.
const (
	oldRun = `INSERT INTO runs (id, workspace_id, flow_id, flow_version, status, version, due_at, state, started_at, updated_at, ended_at)
		SELECT '%s', '` + store.DefaultWorkspaceID + `', 'f', 1, '%s', 1, %s, '{}', 1, 1, %s`
	oldHistory = `INSERT INTO history (run_id, seq, workspace_id, at, event, visit, trace)
		SELECT '%s', 1, '` + store.DefaultWorkspaceID + `', 1, 'start', 1, '[]'`
	//nolint:unqueryvet // unnest has the columns that it is given.
	oldMessage = `INSERT INTO messages (id, workspace_id, run_id, visit, direction, channel_id, channel, channel_type, content, status, queued_at, delivered_at)
		SELECT * FROM unnest(ARRAY['%s'], ARRAY['` + store.DefaultWorkspaceID + `'], ARRAY['%s'], ARRAY[2], ARRAY['%s'], ARRAY['c'], ARRAY['c'], ARRAY['viber'], ARRAY['{}'], ARRAY['sent'], ARRAY[1], ARRAY[NULL::bigint])
		ON CONFLICT (id) DO NOTHING`
)

func TestWhatThereWasIsFoundInPartitions(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	address := old.Database(t)
	before := open(t, address, store.UpTo(store.Options{Vault: storetest.Vault(t)}, beforePartitions))
	live, ended, inbound := store.NewID(), store.NewID(), "in-0123456789abcdef"
	if err := store.SQL(ctx, before,
		fmt.Sprintf(oldRun, live, "waiting", "5", "NULL"), fmt.Sprintf(oldRun, ended, "completed", "NULL", "7"),
		fmt.Sprintf(oldHistory, live), fmt.Sprintf(oldHistory, ended),
		fmt.Sprintf(oldMessage, ended+"-2", ended, "out"), fmt.Sprintf(oldMessage, inbound, live, "in"),
	); err != nil {
		t.Fatal(err)
	}

	after := open(t, address, store.Options{Vault: storetest.Vault(t)})
	for _, id := range []string{live, ended} {
		if r, err := after.Run(ctx, store.DefaultWorkspaceID, id); err != nil || r.EndedAt.IsZero() != (id == live) {
			t.Errorf("the run is %+v, %v", r, err)
		}
		if h, err := after.History(ctx, store.DefaultWorkspaceID, id); err != nil || len(h) != 1 {
			t.Errorf("the history is %+v, %v", h, err)
		}
		if m, err := after.MessagesOf(ctx, store.DefaultWorkspaceID, id); err != nil || len(m) != 1 {
			t.Errorf("the messages are %+v, %v", m, err)
		}
	}
	if list, err := after.ListRuns(ctx, store.DefaultWorkspaceID, store.RunFilter{Limit: 9}); err != nil || len(list) != 2 || list[0].ID != ended {
		t.Errorf("the list is %+v, %v", list, err)
	}
	if n, err := store.Number(ctx, after, "SELECT COUNT(*) FROM runs"); n != 1 || err != nil {
		t.Errorf("%d runs are among the live ones, %v", n, err)
	}

	// The server from before is still there, and so are all of its statements.
	more := store.NewID()
	if err := store.SQL(ctx, before,
		fmt.Sprintf(oldRun, more, "waiting", "5", "NULL"), fmt.Sprintf(oldHistory, more), fmt.Sprintf(oldMessage, more+"-2", more, "out"),
		fmt.Sprintf(oldMessage, inbound, live, "in"), fmt.Sprintf(oldMessage, inbound+"0", live, "in"),
		fmt.Sprintf("UPDATE runs SET status = 'completed', due_at = NULL, ended_at = 9, version = 2 WHERE id = '%s' AND version = 1", more),
		fmt.Sprintf("UPDATE messages SET status = 'read' FROM unnest(ARRAY['%s']) AS v(id) WHERE messages.id = v.id", more+"-2"),
	); err != nil {
		t.Fatal(err)
	}
	if r, err := after.Run(ctx, store.DefaultWorkspaceID, more); err != nil || r.Status != "completed" {
		t.Errorf("what ended on the older server is %+v, %v", r, err)
	}
	if m, err := after.MessagesOf(ctx, store.DefaultWorkspaceID, live); err != nil || len(m) != 2 {
		t.Errorf("the messages from people are %+v, %v", m, err)
	}
	if err := after.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Number(ctx, after, "SELECT COUNT(*) FROM runs"); n != 1 || err != nil {
		t.Errorf("after maintenance %d runs are among the live ones, %v", n, err)
	}
}

func TestRunsLeaveTheHotTableWhenTheyEnd(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, postgres.Database(t), store.Options{Vault: storetest.Vault(t)})
	r := store.RunRow{
		ID: store.NewID(), WorkspaceID: store.DefaultWorkspaceID, FlowID: "f", FlowVersion: 1, Status: "waiting", Version: 1,
		DueAt: time.Now(), State: []byte(`{}`), Inputs: []byte(`{}`), StartedAt: time.Now(), UpdatedAt: time.Now(),
	}
	end := r
	end.Status, end.DueAt, end.EndedAt, end.Version, end.Before = "completed", time.Time{}, time.Now(), 2, 1
	late := end
	late.Version, late.Before, late.Archived, late.Reached = 3, 2, true, true
	for _, step := range []func(b *store.Batch) ([]string, error){
		func(b *store.Batch) ([]string, error) { return nil, b.InsertRuns([]store.RunRow{r}) },
		func(b *store.Batch) ([]string, error) { return b.UpdateRuns([]store.RunRow{end}) },
		func(b *store.Batch) ([]string, error) {
			found, err := b.LockRuns([]string{r.ID})
			if len(found) != 1 || !found[0].Archived || found[0].Version != 2 {
				t.Errorf("found %+v", found)
			}
			changed, err2 := b.TouchRuns([]store.RunRow{late})
			if err == nil {
				err = err2
			}
			return changed, err
		},
	} {
		if err := s.Batch(ctx, func(b *store.Batch) error {
			changed, err := step(b)
			if len(changed) > 0 {
				t.Errorf("not at their version: %v", changed)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]int64{
		"SELECT COUNT(*) FROM runs":                                     0,
		"SELECT COUNT(*) FROM ended_runs":                               1,
		"SELECT COUNT(*) FROM ended_runs_default":                       0,
		"SELECT version FROM ended_runs WHERE reached = 1":              3,
		"SELECT COUNT(*) FROM all_runs WHERE status = 'completed'":      1,
		"SELECT COUNT(*) FROM ended_runs WHERE flow_id = 'f'":           1,
		"SELECT COUNT(*) FROM ended_runs_before":                        0,
		"SELECT COUNT(*) FROM ended_runs WHERE started_at > updated_at": 0,
	} {
		if n, err := store.Number(ctx, s, query); n != want || err != nil {
			t.Errorf("%s: %d, %v, want %d", query, n, err, want)
		}
	}
}

// When nobody made the partition of a week in time its rows are kept all the
// same, and go into it when it is made.
func TestNothingIsRefusedWithoutAPartition(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	address := postgres.Database(t)
	s := open(t, address, store.Options{Vault: storetest.Vault(t)})
	names, err := store.Names(ctx, s, `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relname ~ '_w[0-9]{8}$'`)
	if err != nil || len(names) < 3*5 {
		t.Fatalf("the partitions are %v, %v", names, err)
	}
	for _, name := range names {
		if err := store.SQL(ctx, s, "DROP TABLE "+name); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, address, store.Options{Vault: storetest.Vault(t)})
	run, late := store.NewID(), "an id of another kind"
	write := func(id string) {
		t.Helper()
		if err := s.Batch(ctx, func(b *store.Batch) error {
			return errors.Join(
				b.InsertRuns([]store.RunRow{{ID: id, WorkspaceID: store.DefaultWorkspaceID, FlowID: "f", Status: "completed", State: []byte("{}"), Inputs: []byte("{}"), EndedAt: time.Now()}}),
				b.InsertHistory([]store.HistoryRow{{RunID: id, Seq: 1, WorkspaceID: store.DefaultWorkspaceID, Event: "start", Trace: []byte("[]")}}),
				b.InsertMessages([]store.MessageRow{{ID: id + "-2", RunID: id, WorkspaceID: store.DefaultWorkspaceID, Direction: store.DirectionOut, Channel: "c", ChannelType: "viber", Content: []byte("{}"), Status: "queued"}}))
		}); err != nil {
			t.Fatal(err)
		}
	}
	found := func(id string) {
		t.Helper()
		history, err := s.History(ctx, store.DefaultWorkspaceID, id)
		messages, err2 := s.MessagesOf(ctx, store.DefaultWorkspaceID, id)
		_, err3 := s.Run(ctx, store.DefaultWorkspaceID, id)
		if errors.Join(err, err2, err3) != nil || len(history) != 1 || len(messages) != 1 {
			t.Errorf("of %s there are %d steps and %d messages: %v", id, len(history), len(messages), errors.Join(err, err2, err3))
		}
	}
	write(run)
	write(late)
	found(run)
	found(late)
	if err := s.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	found(run)
	found(late)
	for _, table := range []string{"ended_runs", "history", "messages"} {
		if n, err := store.Number(ctx, s, "SELECT COUNT(*) FROM "+table+"_default"); n != 1 || err != nil {
			t.Errorf("%d rows are in the default partition of %s, %v", n, table, err)
		}
	}
	write(store.NewID())
}

// One process prunes at a time; another returns at once.
func TestOneProcessPrunesAtATime(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, postgres.Database(t), store.Options{Vault: storetest.Vault(t)})
	release, err := store.HoldPruning(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	left := fmt.Sprintf(oldRun, store.NewID(), "completed", "NULL", "9")
	if err := errors.Join(store.SQL(ctx, s, left), s.Prune(ctx)); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Number(ctx, s, "SELECT COUNT(*) FROM runs"); n != 1 || err != nil {
		t.Errorf("two processes pruned at once: %d, %v", n, err)
	}
	release()
	if err := s.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Number(ctx, s, "SELECT COUNT(*) FROM runs"); n != 0 || err != nil {
		t.Errorf("nobody prunes after the other is gone: %d, %v", n, err)
	}
}

// What was there before partitions is pruned too.
func TestWhatIsOlderThanPartitionsIsPruned(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	address := old.Database(t)
	before := open(t, address, store.UpTo(store.Options{Vault: storetest.Vault(t)}, beforePartitions))
	ended, quiet := store.NewID(), slog.New(slog.DiscardHandler)
	if err := store.SQL(ctx, before, fmt.Sprintf(oldRun, ended, "completed", "NULL", "7"), fmt.Sprintf(oldHistory, ended), fmt.Sprintf(oldMessage, ended+"-2", ended, "out")); err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return time.Now().Add(200 * 24 * time.Hour) }
	after := open(t, address, store.Options{Vault: storetest.Vault(t), Now: later, KeepRuns: 90 * 24 * time.Hour, Logger: quiet})
	if err := after.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"ended_runs", "history", "messages"} {
		if n, err := store.Number(ctx, after, "SELECT COUNT(*) FROM "+table); n != 0 || err != nil {
			t.Errorf("%d rows are left in %s, %v", n, table, err)
		}
	}
}
