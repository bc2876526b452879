package storetest

import (
	"testing"
	"time"

	"sluice/server/store"
)

func tracesOfCallers(t *testing.T, open Open) {
	s, other, c := fresh(t, open)
	ctx := t.Context()
	with, theirs, without := store.NewID(), store.NewID(), store.NewID()
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	insert := func(b *store.Batch) error {
		return b.InsertRunTraces([]store.RunTrace{{WorkspaceID: mine, RunID: with, Traceparent: parent}, {WorkspaceID: other, RunID: theirs, Traceparent: parent}}, moment)
	}
	batch(t, s, insert)
	found := must[map[string]string](t)(s.RunTraces(ctx, []string{with, theirs, without}))
	if len(found) != 2 || found[with] != parent || found[theirs] != parent {
		t.Errorf("the traces are %v", found)
	}
	ok(t, s.Prune(ctx))
	if found := must[map[string]string](t)(s.RunTraces(ctx, []string{with})); len(found) != 1 {
		t.Error("a young one was pruned")
	}
	c.pass(61 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	if found := must[map[string]string](t)(s.RunTraces(ctx, []string{with, theirs})); len(found) != 0 {
		t.Errorf("old ones are still there: %v", found)
	}
}
