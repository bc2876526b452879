package runtime

import (
	"testing"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// waits15s is a run that waits for 15 seconds.
const waits15s = `{"schema": "sluice/v1", "name": "Wait", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}}},
	{"id": "wait", "type": "wait", "config": {"for": "15s"}}
], "edges": [{"from": "start", "port": "next", "to": "wait"}]}`

// A run is stepped before its transaction. What it waited for that transaction
// must not cost a notable part of its first deadline.
func TestANewRunThatWaitedLongInTheQueueIsSteppedAgain(t *testing.T) {
	t.Parallel()
	flow, diagnostics := flows.Decode([]byte(waits15s))
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	program, diagnostics := engine.Compile(flow, nodes.Standard())
	if program == nil {
		t.Fatal(diagnostics)
	}
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		queued time.Duration
		again  bool
	}{{0, false}, {20 * time.Millisecond, false}, {1500 * time.Millisecond, false}, {1501 * time.Millisecond, true}, {time.Minute, true}} {
		l := &Local{}
		s := &startItem{runID: "run", program: program}
		if err := l.stepFirst(s, began); err != nil {
			t.Fatal(err)
		}
		b := &batch{l: l, now: began.Add(tt.queued), works: map[string]*work{}}
		if err := b.begin(s); err != nil {
			t.Fatal(err)
		}
		want := began
		if tt.again {
			want = b.now
		}
		w := b.works["run"]
		if due, _ := w.state.Due(); !w.state.EnteredAt.Equal(want) || !due.Equal(want.Add(15*time.Second)) || !w.row.DueAt.Equal(due) || w.steps != 1 {
			t.Errorf("after %s in the queue the run entered at %s and is due at %s, in the row %s", tt.queued, w.state.EnteredAt, due, w.row.DueAt)
		}
	}
}
