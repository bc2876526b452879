package runtime

import (
	"container/list"

	"sluice/engine"
)

// maxRecent is how many runs are remembered between two of their events: some
// seconds of a busy server, at about 3 KiB each. Runs that wait for longer are
// read again.
const maxRecent = 4096

// recent remembers runs as this process last wrote them, so that events which
// follow soon after each other need not read and decode them every time. An
// entry counts only while the database has the same version. Those that nothing
// happened to for a while are forgotten, so that runs which wait cost no memory.
// It belongs to the batch loop.
type recent struct {
	byID  map[string]*list.Element
	order *list.List
	round int
}

// remembered is a run after its last step.
type remembered struct {
	id      string
	version int64
	program *engine.Program
	state   engine.State
	// secrets is the JSON of the state's secrets.
	secrets []byte
	// live is what the database holds besides.
	workspace, flow, recipient string
	flowVersion                int64
	hasSecrets, reached        bool
	replyKey                   string
	// round is when it was last used.
	round int
}

func newRecent() *recent { return &recent{byID: map[string]*list.Element{}, order: list.New()} }

func (r *recent) get(id string) (remembered, bool) {
	e, ok := r.byID[id]
	if !ok {
		return remembered{}, false
	}
	r.order.MoveToFront(e)
	m := e.Value.(remembered) //nolint:forcetypeassert // the list holds nothing else.
	m.round = r.round
	e.Value = m
	return m, true
}

// pass forgets what was not used since the pass before the last one.
func (r *recent) pass() {
	r.round++
	for e := r.order.Back(); e != nil; e = r.order.Back() {
		m := e.Value.(remembered) //nolint:forcetypeassert // as above.
		if m.round >= r.round-1 {
			return
		}
		r.order.Remove(e)
		delete(r.byID, m.id)
	}
	// A map keeps the room that it once had.
	r.byID = map[string]*list.Element{}
}

func (r *recent) put(m remembered) {
	m.round = r.round
	if e, ok := r.byID[m.id]; ok {
		e.Value = m
		r.order.MoveToFront(e)
		return
	}
	r.byID[m.id] = r.order.PushFront(m)
	for r.order.Len() > maxRecent {
		oldest := r.order.Back()
		r.order.Remove(oldest)
		delete(r.byID, oldest.Value.(remembered).id) //nolint:forcetypeassert // as above.
	}
}

func (r *recent) forget(id string) {
	if e, ok := r.byID[id]; ok {
		r.order.Remove(e)
		delete(r.byID, id)
	}
}
