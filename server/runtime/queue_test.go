package runtime

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// trigger is a start of a workspace.
func trigger(workspace string) *item {
	return &item{start: &startItem{request: StartRequest{Workspace: workspace}}, weight: 1, done: make(chan error, 1)}
}

func count(items []*item, workspace string) (n int) {
	for _, it := range items {
		if it.workspace() == workspace {
			n++
		}
	}
	return n
}

func TestAWorkspaceThatFloodsKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	const limit, batch = 2_000, 500
	b := newInbox(limit, limit)
	var busy *BusyError
	taken := 0
	for err := error(nil); err == nil; taken++ {
		err = b.submit(trigger("flood"))
		if err != nil && (!errors.As(err, &busy) || busy.RetryAfter <= 0) {
			t.Fatalf("a trigger too many is answered with %v", err)
		}
	}
	if want := limit - limit/keptShare; taken-1 != want {
		t.Errorf("one workspace fills %d of %d places, want %d", taken-1, limit, want)
	}
	for _, workspace := range []string{"quiet", "calm"} {
		for range 10 {
			if err := b.submit(trigger(workspace)); err != nil {
				t.Fatalf("another workspace's trigger is refused: %v", err)
			}
		}
	}
	items := b.take(batch)
	if count(items, "quiet") != 10 || count(items, "calm") != 10 || len(items) != batch {
		t.Errorf("the next %d events hold %d and %d of those who came last, want 10 of each", len(items), count(items, "quiet"), count(items, "calm"))
	}
	for range 10 {
		if err := b.submit(trigger("flood")); err != nil {
			t.Fatalf("with room again a trigger is refused: %v", err)
		}
	}
}

// TestQueuesKeepOrderAndWeight compares queues with lists: nothing is lost or
// doubled, each workspace's items come in their order, a batch is not heavier
// than asked for unless it is one item, and who waits is in every batch that has
// room for a turn of everybody.
func TestQueuesKeepOrderAndWeight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue()
		want := map[string][]*item{}
		weight := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				it := &item{inbound: &inboundItem{workspace: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "workspace")}, weight: rapid.IntRange(0, 40).Draw(t, "weight")}
				q.push(it)
				want[it.workspace()] = append(want[it.workspace()], it)
				weight += it.weight
			},
			"take": func(t *rapid.T) {
				room := rapid.IntRange(0, 200).Draw(t, "room")
				waiting := 0
				for _, list := range want {
					waiting += min(1, len(list))
				}
				items, left := q.take(nil, room)
				took, seen := 0, map[string]bool{}
				for _, it := range items {
					took += it.weight
					name := it.workspace()
					if len(want[name]) == 0 || want[name][0] != it {
						t.Fatalf("an item of %s comes out of order", name)
					}
					want[name], seen[name] = want[name][1:], true
				}
				weight -= took
				if took > room && len(items) != 1 || left != room-took {
					t.Fatalf("%d items of weight %d were taken, and %d is left of %d", len(items), took, left, room)
				}
				// A turn is one item too heavy at most.
				if room >= 3*(turnWeight+40) && len(seen) != waiting {
					t.Fatalf("of %d workspaces that waited %d had a turn", waiting, len(seen))
				}
			},
			"": func(t *rapid.T) {
				if q.weight != weight {
					t.Fatalf("the queue weighs %d, its items %d", q.weight, weight)
				}
			},
		})
	})
}
