// Package storetest is the conformance suite of the store: the same tests for
// every database.
package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"sluice/server/store"
	"sluice/server/vault"
)

// Open opens a fresh, empty database for one test.
type Open func(t *testing.T, o store.Options) *store.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Open){
		"flows: drafts are guarded by their version":                draftsAreGuarded,
		"flows: publishing makes numbered versions":                 publishing,
		"flows: pages of a list neither repeat nor leave out":       flowPages,
		"flows: deleting hides, and runs keep their version":        deletedFlows,
		"channels: a life from creation to deletion":                channelLife,
		"channels: two changes at once are both kept":               channelChangesMeet,
		"channels: limits and names":                                channelLimits,
		"channels: one for each account and sender":                 channelsAreOneAtATime,
		"templates: an import is all or nothing":                    templateImport,
		"templates: a life":                                         templateLife,
		"users: set-up, sessions, password":                         userLife,
		"keys: a life":                                              keyLife,
		"runs: a batch writes and reads back":                       batchRoundTrip,
		"runs: an update of an old version changes nothing":         staleUpdates,
		"runs: due ones are claimed in order":                       dueRuns,
		"runs: lists filter and page":                               runPages,
		"runs: those that wait for a message's time say which":      sendTimes,
		"outbox: leases and fencing":                                leases,
		"outbox: a dead worker's leases are adopted":                adoption,
		"outbox, runs: any history of claims has one order":         historyIsLinear,
		"outbox, runs: a wrong history of claims is found":          brokenHistoryIsFound,
		"messages: found by the provider's name":                    providerNames,
		"receipts: early ones are kept once and taken once":         earlyReceipts,
		"messages: replies find the run that waits for them":        repliesFindTheirRun,
		"messages: of many runs that wait the newest are looked at": askedRunsAreBounded,
		"messages: what vendors call people links their addresses":  aliasesLinkAddresses,
		"messages: those of a run follow from one another":          messagesOfARunAreInOrder,
		"runs: what was kept for them is taken once, in order":      keptEvents,
		"messages: any text can be kept":                            strangeTexts,
		"idempotency: a key belongs to the first run":               idempotencyKeys,
		"pruning: only what is old goes":                            pruning,
		"retention: old runs go whole, and others stay whole":       retention,
		"secrets: nothing readable and nothing without the key":     secrets,
		"counts: they add up over processes, periods, versions":     countsAddUp,
		"counts: every list of a flow's activity is by the hour":    activityByTheHour,
		"vitals: they tell what waits and who works":                vitals,
		"executor: one has the runs until none is left":             oneExecutor,
		"executor: of many that claim at once one kind gets it":     executorsMeet,
		"executor: who lost the database is told at its next beat":  lostDatabase,
		"vitals: a key is tried on what is sealed":                  keyChecked,
		"simulator: the journal keeps phones":                       simulatorJournal,
		"traces: those of callers are kept for a time":              tracesOfCallers,
		"isolation: no query crosses workspaces":                    isolation,
		"webhooks: kept, listed, finished":                          webhooksAreKept,
		"webhooks: those of dead workers are taken over":            webhooksOfDeadWorkers,
		"media: one worker fetches, and what is kept can be read":   mediaLife,
		"media: a shared file goes with the last that has it":       mediaShared,
		"answers: each address is claimed once, while it is good":   answersAreClaimedOnce,
		"webhooks: pruning spares what waits and what is young":     webhooksArePruned,
		"receipts: those up to a time find what a person was sent":  messagesUpTo,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// Vault makes a vault for tests.
func Vault(tb testing.TB) *vault.Vault {
	tb.Helper()
	v, err := NewVault()
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// NewVault is Vault for programs of tests. Its key is always the same.
func NewVault() (*vault.Vault, error) {
	key, err := vault.ParseKey(strings.Repeat("a key for tests ", 3))
	if err != nil {
		return nil, err
	}
	return vault.New(key)
}

// moment is the time that tests begin at.
var moment = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

// fresh opens a database with a clock and a second workspace.
func fresh(t *testing.T, open Open) (s *store.Store, other string, c *clock) {
	t.Helper()
	c = &clock{now: moment}
	s = open(t, store.Options{Vault: Vault(t), Now: c.Now})
	w, err := s.CreateWorkspace(t.Context(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	return s, w.ID, c
}

// mine is the workspace of tests.
const mine = store.DefaultWorkspaceID

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// batch runs fn in a batch that has to succeed.
func batch(t *testing.T, s *store.Store, fn func(b *store.Batch) error) {
	t.Helper()
	ok(t, s.Batch(context.Background(), fn))
}
