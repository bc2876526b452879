package store

import (
	"database/sql"
	"slices"
	"time"
)

// The statements of the execution path on runs and their history.

// LiveRun is what the execution path needs of a run. Secrets are sealed.
type LiveRun struct {
	ID, WorkspaceID, FlowID string
	FlowVersion             int64
	Version                 int64
	State                   []byte
	Secrets                 []byte
	Recipient               string
	// Reached tells that a message of the run was delivered or read.
	Reached bool
	// ReplyKey is what replies find the run by while it waits for one.
	ReplyKey string
	// Archived is true when the run is among those that have ended, which on
	// PostgreSQL are in tables of their own.
	Archived bool
}

// RunRow is a run to insert or, with the Version that it has then, to update.
// Updates leave alone what a run never changes.
type RunRow struct {
	ID, WorkspaceID, FlowID string
	FlowVersion             int64
	Status, Outcome         string
	Error                   string
	Node                    string
	Visit                   int
	// Version is the version after this write. An update happens only to a row
	// whose version is Before.
	Version, Before int64
	DueAt           time.Time
	State           []byte
	// KeepSecrets leaves the sealed secrets of an updated run as they are.
	KeepSecrets bool
	Secrets     []byte
	Recipient   string
	ReplyKey    string
	Inputs      []byte
	StartedBy   string
	StartedAt   time.Time
	UpdatedAt   time.Time
	EndedAt     time.Time
	Reached     bool
	// Archived is that of the LiveRun that is updated.
	Archived bool
}

// liveColumns are those of a LiveRun among the live ones.
const liveColumns = `id, workspace_id, flow_id, flow_version, version, state, secrets, recipient, reached, COALESCE(reply_key, ''), 0`

var (
	insertRuns = insertInto("runs", "", runColumns...)

	runColumns = []column{
		text("id"), text("workspace_id"), text("flow_id"), number("flow_version"), text("status"), text("outcome"), text("error"),
		text("node"), number("visit"), number("version"), nullNum("due_at"), text("state"), bytes("secrets"), text("recipient"),
		nullText("reply_key"), text("inputs"), text("started_by"), number("started_at"), number("updated_at"), nullNum("ended_at"),
	}

	updateRuns = updateOf("runs", 2, "runs.version = v.before",
		map[string]string{"before": "", "keep": "", "secrets": "CASE WHEN v.keep = 1 THEN runs.secrets ELSE v.secrets END"}, changedColumns...)

	changedColumns = []column{
		text("id"), text("workspace_id"), text("status"), text("outcome"), text("error"), text("node"), number("visit"), number("version"),
		nullNum("due_at"), text("state"), bytes("secrets"), text("recipient"), nullText("reply_key"), number("updated_at"), nullNum("ended_at"), number("reached"),
		number("before"), number("keep"),
	}

	touchRuns = updateOf("runs", 2, "runs.version = v.before", map[string]string{"before": ""}, touchedColumns...)

	touchedColumns = []column{text("id"), text("workspace_id"), number("version"), number("updated_at"), number("reached"), number("before")}

	postponeRuns = updateOf("runs", 2, "runs.version = v.before AND runs.due_at IS NOT NULL", map[string]string{"before": ""},
		text("id"), text("workspace_id"), number("due_at"), number("before"))

	insertHistory = insertInto("history", "",
		text("run_id"), number("seq"), text("workspace_id"), number("at"), text("event"), number("visit"), text("trace"))

	lockRuns = selecting(`SELECT ` + liveColumns + ` FROM runs WHERE id @in ? ORDER BY id @lock`)

	claimDue = selecting(`SELECT ` + liveColumns + ` FROM runs WHERE due_at <= ? ORDER BY due_at LIMIT ? @skip`)

	nextDue = selecting(`SELECT due_at FROM runs WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`)

	waitingFor = selecting(`SELECT r.workspace_id, r.recipient, MAX(r.id) FROM runs r
		WHERE r.workspace_id = ? AND r.recipient @in ? AND r.due_at IS NOT NULL
		AND EXISTS (SELECT 1 FROM messages m WHERE m.run_id = r.id AND m.channel_id = ?)
		GROUP BY r.workspace_id, r.recipient`)

	askedBy = selecting(`SELECT reply_key, id, visit FROM (
			SELECT reply_key, id, visit, ROW_NUMBER() OVER (PARTITION BY reply_key ORDER BY id DESC) AS place FROM runs WHERE workspace_id = ? AND reply_key @in ?
		) AS found WHERE place <= ? ORDER BY id DESC`)
)

// InsertRuns adds runs, among them such as have ended already.
func (b *Batch) InsertRuns(runs []RunRow) error {
	var live, ended [][]any
	for _, r := range runs {
		row := []any{
			r.ID, r.WorkspaceID, r.FlowID, r.FlowVersion, r.Status, r.Outcome, r.Error, r.Node, int64(r.Visit), r.Version,
			due(r.DueAt), string(r.State), orNullBytes(r.Secrets), r.Recipient, orNull(r.ReplyKey), string(r.Inputs), r.StartedBy,
			r.StartedAt.UnixMicro(), r.UpdatedAt.UnixMicro(), micros(r.EndedAt),
		}
		if b.archives() && !r.EndedAt.IsZero() {
			ended = append(ended, row)
		} else {
			live = append(live, row)
		}
	}
	if err := b.write(&insertRuns, live, nil); err != nil {
		return err
	}
	return b.write(&insertEnded, ended, nil)
}

// UpdateRuns writes runs that are still at the version they were read at, and
// returns the ids of those that are not.
func (b *Batch) UpdateRuns(runs []RunRow) (changed []string, err error) {
	return b.guarded(runs, func(r *RunRow) (*statement, []any) {
		st := &updateRuns
		switch {
		case !b.archives():
		case r.Archived && r.EndedAt.IsZero():
			st = &reviveRuns
		case r.Archived:
			st = &updateEnded
		case !r.EndedAt.IsZero():
			st = &endRuns
		}
		return st, []any{
			r.ID, r.WorkspaceID, r.Status, r.Outcome, r.Error, r.Node, int64(r.Visit), r.Version, due(r.DueAt), string(r.State), orNullBytes(r.Secrets),
			r.Recipient, orNull(r.ReplyKey), r.UpdatedAt.UnixMicro(), micros(r.EndedAt), flag(r.Reached), r.Before, flag(r.KeepSecrets),
		}
	})
}

// TouchRuns is UpdateRuns for runs of which nothing changed but the version:
// their history grew.
func (b *Batch) TouchRuns(runs []RunRow) (changed []string, err error) {
	return b.guarded(runs, func(r *RunRow) (*statement, []any) {
		st := &touchRuns
		if b.archives() && r.Archived {
			st = &touchEnded
		}
		return st, []any{r.ID, r.WorkspaceID, r.Version, r.UpdatedAt.UnixMicro(), flag(r.Reached), r.Before}
	})
}

// guarded writes each run by the statement that is right for it, and returns the
// ids of those that were not found at the version they were read at.
func (b *Batch) guarded(runs []RunRow, as func(r *RunRow) (*statement, []any)) (changed []string, err error) {
	found := make([]bool, len(runs))
	rows, places := map[*statement][][]any{}, map[*statement][]int{}
	for i := range runs {
		st, row := as(&runs[i])
		rows[st], places[st] = append(rows[st], row), append(places[st], i)
	}
	// Always in the same order: what waits for a row must not hold one that
	// comes later elsewhere.
	for _, st := range []*statement{&updateRuns, &touchRuns, &endRuns, &reviveRuns, &updateEnded, &touchEnded} {
		if err := b.write(st, rows[st], func(i int) { found[places[st][i]] = true }); err != nil {
			return nil, err
		}
	}
	for i, ok := range found {
		if !ok {
			changed = append(changed, runs[i].ID)
		}
	}
	return changed, nil
}

// Postpone moves the deadlines of runs that cannot be stepped by this process,
// so that they do not keep others from being stepped.
func (b *Batch) Postpone(runs []LiveRun, until time.Time) error {
	rows := make([][]any, len(runs))
	for i, r := range runs {
		rows[i] = []any{r.ID, r.WorkspaceID, dueMicros(until), r.Version}
	}
	return b.write(&postponeRuns, rows, nil)
}

// LockRuns reads runs by id, whatever their workspace: the callers' keys name
// both, and compare. Until the end of the transaction nobody else writes them.
func (b *Batch) LockRuns(ids []string) ([]LiveRun, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	// The IN of SQLite sorts; PostgreSQL locks in the order of the result.
	slices.Sort(ids)
	var runs []LiveRun
	ids = slices.Compact(ids)
	err := b.read(&lockRuns, func(rows *sql.Rows) error { return scanLive(rows, &runs) }, ids)
	if err != nil || len(runs) == len(ids) || !b.archives() {
		return runs, err
	}
	// A run that ended while this waited for it has left the table by now.
	live := make(map[string]bool, len(runs))
	for i := range runs {
		live[runs[i].ID] = true
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return live[id] })
	err = b.readByID(&lockEnded, func(rows *sql.Rows) error { return scanLive(rows, &runs) }, ids)
	return runs, err
}

// ClaimDue reads the runs whose deadline has passed, the longest overdue
// first, without those that another process has in hand.
func (b *Batch) ClaimDue(now time.Time, limit int) ([]LiveRun, error) {
	var runs []LiveRun
	err := b.read(&claimDue, func(rows *sql.Rows) error { return scanLive(rows, &runs) }, now.UnixMicro(), limit)
	return runs, err
}

func scanLive(rows *sql.Rows, runs *[]LiveRun) error {
	var r LiveRun
	err := rows.Scan(&r.ID, &r.WorkspaceID, &r.FlowID, &r.FlowVersion, &r.Version, &r.State, &r.Secrets, &r.Recipient, &r.Reached, &r.ReplyKey, &r.Archived)
	*runs = append(*runs, r)
	return err
}

// NextDue is when the next deadline of any run passes; zero when there is none.
func (b *Batch) NextDue() (time.Time, error) {
	var t Time
	err := b.read(&nextDue, func(rows *sql.Rows) error { return rows.Scan(&t) })
	return t.Time, err
}

// WaitingFor finds, for each address, the newest run that waits and has
// exchanged messages with it over the channel.
func (b *Batch) WaitingFor(workspace, channelID string, addresses []string) (map[string]string, error) {
	runs := map[string]string{}
	if len(addresses) == 0 {
		return runs, nil
	}
	err := b.read(&waitingFor, func(rows *sql.Rows) error {
		var ws, address, run string
		err := rows.Scan(&ws, &address, &run)
		runs[address] = run
		return err
	}, workspace, addresses, channelID)
	return runs, err
}

// MaxAsked bounds the runs that are looked at for one reply. When more wait for
// one person, older ones get their turn when newer ones were answered.
const MaxAsked = 8

// AskedRun is a run that waits for a reply, and the visit that it is in.
type AskedRun struct {
	ID    string
	Visit int
}

// AskedBy finds, for each key, the newest runs that wait for a reply under it, the
// newest first.
func (b *Batch) AskedBy(workspace string, keys []string) (map[string][]AskedRun, error) {
	runs := map[string][]AskedRun{}
	if len(keys) == 0 {
		return runs, nil
	}
	err := b.read(&askedBy, func(rows *sql.Rows) error {
		var key string
		var run AskedRun
		err := rows.Scan(&key, &run.ID, &run.Visit)
		runs[key] = append(runs[key], run)
		return err
	}, workspace, keys, MaxAsked)
	return runs, err
}

// HistoryRow is one entry of a run's history.
type HistoryRow struct {
	RunID       string
	Seq         int64
	WorkspaceID string
	At          time.Time
	Event       string
	Visit       int
	Trace       []byte
}

// InsertHistory appends to histories.
func (b *Batch) InsertHistory(entries []HistoryRow) error {
	rows := make([][]any, len(entries))
	for i, h := range entries {
		rows[i] = []any{h.RunID, h.Seq, h.WorkspaceID, h.At.UnixMicro(), h.Event, int64(h.Visit), string(h.Trace)}
	}
	return b.write(&insertHistory, rows, nil)
}

// flag is a truth for a column of zero and one.
func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}

// due is a deadline for due_at.
func due(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return dueMicros(t)
}

// lane is the queue of a channel: see the outbox.
func lane(workspace, channel string) string { return workspace + "/" + channel }
