package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"sluice/server/store"
	"sluice/server/vault"
)

const (
	// serverTTL is how long after its last beat a server is taken for alive. It
	// beats every 5 seconds.
	serverTTL = 20 * time.Second
	// skew is how far clocks may be apart: receipts and deadlines are compared
	// to the second.
	skew = 2 * time.Second
	// late and stuck are how long work may be overdue before it is a warning,
	// and an error.
	late  = time.Minute
	stuck = 10 * time.Minute
	// keptFor is how long an upgrade may take before events that wait for the
	// newer version are worth a warning.
	keptFor = time.Hour
	// examined bounds how long the database may take to answer.
	examined = 20 * time.Second
)

// database looks into the database, beside a server that may be running.
func (e *exam) database(ctx context.Context, keys *vault.Vault) {
	inFile := ""
	if path, ok := e.sqlitePath(); ok {
		// Opening a file that is not there would be an error, and was told of.
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return
		}
		var err error
		if inFile, err = journalInFile(path); err != nil {
			e.add("database", Error, fmt.Sprintf("The file %s is not a database: %v.", path, cause(err)), "Restore a backup with `sluice restore`.")
			return
		}
		if inFile == "" {
			e.add("database", Note, fmt.Sprintf("The file %s is empty.", path), "`sluice serve` fills it.")
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, examined)
	defer cancel()
	s, err := e.Open(ctx, e.Database, store.Options{ReadOnly: true, Vault: keys, Logger: slog.New(slog.DiscardHandler), Now: e.Now})
	if err != nil {
		e.unopened(err)
		return
	}
	defer s.Close() //nolint:errcheck // it was only read
	v, err := s.Vitals(ctx, serverTTL)
	if err != nil {
		e.add("database", Error, fmt.Sprintf("The database cannot be read: %v.", err), "If it does not answer at all, see whether its disk or its server is overloaded.")
		return
	}
	e.schema(v, inFile)
	e.clock(s.Dialect(), v)
	e.sealed(ctx, s, keys)
	e.executor(v)
	e.work(v)
}

func (e *exam) unopened(err error) {
	switch {
	case errors.Is(err, store.ErrOlderSchema):
		e.add("database", Note, sentence(err), "Make a backup first, with the version of Sluice that ran so far.")
	case errors.Is(err, store.ErrNewerSchema):
		e.add("database", Error, sentence(err), "")
	default:
		e.add("database", Error, sentence(err), "")
	}
}

// schema looks at the software, its settings and the migrations.
func (e *exam) schema(v store.Vitals, inFile string) {
	if v.ReadOnly != "" {
		e.add("database", Error, fmt.Sprintf("The database (%s) can be read but not written to: %s.", v.Software, v.ReadOnly), "Name the primary server in --db, or give the user its rights.")
	} else {
		e.add("database", OK, fmt.Sprintf("%s answers; its tables are up to date (migration %d).", v.Software, v.Schema), "")
	}
	if v.JournalMode == "" {
		return
	}
	if v.JournalMode != "wal" || inFile != "wal" {
		e.add("durability", Warning, "The SQLite file does not use a write-ahead log (WAL) now, so that backups and exports would hold up a running server.",
			"Starting `sluice serve` turns it on. If this stays, another program changes it, or the disk cannot do it.")
		return
	}
	if v.Synchronous != "full" && v.Synchronous != "extra" {
		e.add("durability", Error, fmt.Sprintf("SQLite's synchronous is %s: a power cut could lose what was acknowledged.", v.Synchronous), "Report this: Sluice sets it to full on every connection.")
		return
	}
	e.add("durability", OK, "Every commit is on the disk before it is acknowledged (WAL, synchronous=FULL).", "")
}

// clock compares this machine's clock with the database's, and with what was
// written already.
func (e *exam) clock(dialect string, v store.Vitals) {
	now := e.Now()
	if apart := now.Sub(v.Clock); dialect == "postgres" && apart.Abs() > skew {
		e.add("clock", Error, fmt.Sprintf("This machine's clock is %s %s that of the database.", apart.Abs().Round(time.Millisecond), aheadOrBehind(apart)),
			"Keep both machines' clocks by NTP (chrony or systemd-timesyncd): deadlines go by the database's, but ids, signatures with a time in them and tokens by the machine's.")
		return
	}
	if ahead := v.LastBeat.Sub(v.Clock); ahead > skew {
		e.add("clock", Error, fmt.Sprintf("A server wrote to this database %s in the future: a clock was set back.", ahead.Round(time.Second)),
			"Set this machine's clock right, and keep it by NTP (chrony or systemd-timesyncd).")
		return
	}
	message := "The clock agrees with what was written to the database."
	if dialect == "postgres" {
		message = "The clock agrees with that of the database."
	}
	e.add("clock", OK, message, "")
}

func aheadOrBehind(d time.Duration) string {
	if d > 0 {
		return "ahead of"
	}
	return "behind"
}

// sealed tries the master key on what it sealed.
func (e *exam) sealed(ctx context.Context, s *store.Store, keys *vault.Vault) {
	check, err := s.CheckKey(ctx)
	switch {
	case err != nil:
		e.add("secrets", Error, fmt.Sprintf("What is encrypted in the database cannot be read: %v.", err), "")
	case check.Sealed == 0:
		e.add("secrets", OK, "Nothing is encrypted in the database yet.", "")
	case keys == nil:
		e.add("secrets", Error, fmt.Sprintf("The database holds encrypted values (%d were looked at), and there is no master key to read them with.", check.Sealed),
			"Put the key that they were written with into "+e.KeyFile+" (mode 0600), or set SLUICE_MASTER_KEY. A new key would not read them.")
	case check.Opened < check.Sealed:
		e.add("secrets", Error, fmt.Sprintf("The master key opens %d of %d encrypted values: %v.", check.Opened, check.Sealed, check.Err),
			"If the key is another one than before, put the old one back. If single values are damaged, enter the credentials of those channels again.")
	default:
		e.add("secrets", OK, fmt.Sprintf("The master key opens what is encrypted in the database (%s tried).", plural(check.Sealed, "value")), "")
	}
}

// executor looks at whose the runs are.
func (e *exam) executor(v store.Vitals) {
	const check = "executor"
	has, mine := v.Executor, e.Executor
	switch {
	case has == store.Executor{}:
		e.add(check, OK, fmt.Sprintf("No runs belong to any executor yet; `sluice serve` would use %s.", mine), "")
	case has == mine:
		e.add(check, OK, fmt.Sprintf("Runs are executed by %s, which is what the server is to use.", has), "")
	case v.Waiting+v.Unsent > 0:
		because := isAre(v.Waiting, "run waits", "runs wait")
		if v.Waiting == 0 {
			because = isAre(v.Unsent, "message is still to be sent", "messages are still to be sent")
		}
		e.add(check, Error, fmt.Sprintf("Runs are executed by %s, and the server is to use %s: it refuses to start, because %s.", has, mine, because),
			"Start it with the executor that has them and let them end, or cancel them; then change.")
	default:
		e.add(check, Note, fmt.Sprintf("Runs were executed by %s so far; none waits, so `sluice serve` would take over with %s.", has, mine), "Stop the servers that use the other executor first.")
	}
}

// work looks at who runs, and at what waits.
func (e *exam) work(v store.Vitals) {
	running := v.ServersSince > 0
	switch {
	case running:
		e.add("servers", OK, fmt.Sprintf("%s at work in the last %.0f seconds; the last sign of life was %s ago.", isAre(v.ServersSince, "server was", "servers were"), serverTTL.Seconds(), ago(v.Clock.Sub(v.LastBeat))), "")
	case v.LastBeat.IsZero():
		e.add("servers", Note, "No server ran on this database so far.", "Start one with `sluice serve`.")
	default:
		e.add("servers", Note, fmt.Sprintf("No server is at work on this database; the last one was heard of %s ago.", ago(v.Clock.Sub(v.LastBeat))), "What waits goes on when one starts.")
	}
	e.overdue("timers", v.Clock.Sub(v.OldestTimer), v.OldestTimer, running, isAre(v.Waiting, "run waits", "runs wait")+".", "The oldest deadline of a run passed",
		"See the server's log for a database that is slow or away, and /metrics for sluice_batch_seconds.")
	e.overdue("messages", v.Clock.Sub(v.OldestUnsent), v.OldestUnsent, running, isAre(v.Unsent, "message waits", "messages wait")+" to be sent.", "The oldest message that waits was to be sent",
		"A vendor may be slow, or its rate be used up: /metrics shows sluice_sends_total by result. Messages that no running server can decrypt wait too.")
	switch {
	case v.Kept == 0:
	case v.Clock.Sub(v.OldestKept) > keptFor:
		e.add("kept events", Warning, fmt.Sprintf("%s for a server that can go on with their runs, the oldest for %s.", isAre(v.Kept, "event waits", "events wait"), ago(v.Clock.Sub(v.OldestKept))),
			"Their runs were written by a newer version of Sluice or with another master key: finish the upgrade, or start a server with that key.")
	default:
		e.add("kept events", Note, isAre(v.Kept, "event waits", "events wait")+" for a server that can go on with their runs.", "That is usual while versions are changed one server after the other.")
	}
}

// overdue judges work that is due since a time, which is far in the past when
// nobody runs.
func (e *exam) overdue(check string, since time.Duration, first time.Time, running bool, fine, sentence, hint string) {
	var level Level
	switch {
	case first.IsZero() || since < late:
		e.add(check, OK, fine, "")
		return
	case !running:
		level, hint = Note, "It is done as soon as a server starts."
	case since < stuck:
		level = Warning
	default:
		level = Error
	}
	e.add(check, level, fmt.Sprintf("%s %s ago.", sentence, ago(since)), hint)
}

// ago is a time span as people say it.
func ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 2*time.Minute:
		return plural(int(d/time.Second), "second")
	case d < 2*time.Hour:
		return plural(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return plural(int(d/time.Hour), "hour")
	}
	return plural(int(d/(24*time.Hour)), "day")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func isAre(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// sentence is an error as a sentence of its own.
func sentence(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
