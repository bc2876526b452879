package runtime

import "time"

const (
	// turnWeight is how many events of one workspace are taken before it is the
	// next one's turn: few enough that twenty workspaces get into one batch.
	turnWeight = 25
	// keptShare is the part of a queue that no single workspace can fill.
	keptShare = 4
)

// queue holds items of many workspaces. Each workspace's are taken in the order
// in which they came, and the workspaces by turns, so that one that has many
// waiting keeps nobody else waiting.
type queue struct {
	weight int
	byName map[string]*turn
	// turns are the workspaces that have something waiting, the next one first.
	turns []*turn
}

// turn is what waits of one workspace.
type turn struct {
	workspace string
	items     []*item
	weight    int
}

func newQueue() queue { return queue{byName: map[string]*turn{}} }

// fits reports whether a queue of that length takes the item. An empty one takes
// anything.
func (q *queue) fits(it *item, limit int) bool {
	if q.weight == 0 {
		return true
	}
	if q.weight+it.weight > limit {
		return false
	}
	t := q.byName[it.workspace()]
	return t == nil || t.weight+it.weight <= limit-limit/keptShare
}

func (q *queue) push(items ...*item) {
	for _, it := range items {
		if it.queued.IsZero() {
			it.queued = time.Now()
		}
		name := it.workspace()
		t := q.byName[name]
		if t == nil {
			t = &turn{workspace: name}
			q.byName[name] = t
			q.turns = append(q.turns, t)
		}
		t.items = append(t.items, it)
		t.weight += it.weight
		q.weight += it.weight
	}
}

// take moves items to out until they weigh room. A single heavier item is
// taken when nothing else was.
func (q *queue) take(out []*item, room int) ([]*item, int) {
	for len(q.turns) > 0 {
		t := q.turns[0]
		n, weight := t.next(room, len(out) == 0, len(q.turns) == 1)
		if n == 0 {
			return out, room
		}
		out, room = append(out, t.items[:n]...), room-weight
		clear(t.items[:n])
		t.items = t.items[n:]
		t.weight -= weight
		q.weight -= weight
		q.turns[0] = nil
		q.turns = q.turns[1:]
		if len(t.items) > 0 {
			q.turns = append(q.turns, t)
		} else {
			delete(q.byName, t.workspace)
		}
	}
	q.turns = nil
	return out, room
}

// next is how many items are taken in this turn, and what they weigh. The first
// may be heavier than the room when nothing else was taken, and who is alone
// takes all of the room.
func (t *turn) next(room int, first, alone bool) (n, weight int) {
	for n < len(t.items) && (alone || weight < turnWeight) {
		w := t.items[n].weight
		if weight+w > room && (!first || n > 0) {
			break
		}
		n, weight = n+1, weight+w
	}
	return n, weight
}
