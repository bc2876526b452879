package runtime

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"sluice/server/store"
)

const (
	// relayEvery is the shortest time between two rings: what happens meanwhile
	// goes together.
	relayEvery = 100 * time.Millisecond
	// relayMost is how many updates of a workspace are passed on one by one.
	// When there are more, others are told to read again, once per relayResync.
	relayMost   = 20
	relayResync = time.Second
)

// relay passes updates on to the subscribers of other servers on the same
// database. It is best effort: who misses something is told to read again.
type relay struct {
	worker string
	bell   *store.Bell
	wake   chan struct{}

	mu      sync.Mutex
	pending map[string][]Update
	// quiet is until when a workspace that has much going on gets no more than it
	// was told.
	quiet map[string]time.Time
}

// ring is what one notification says.
type ring struct {
	// By is the server that it is from.
	By        string `json:"by"`
	Workspace string `json:"ws"`
	// Updates are empty when there are too many: read again.
	Updates []ringUpdate `json:"u,omitempty"`
}

// ringUpdate is an Update in few bytes.
type ringUpdate struct {
	Kind    UpdateKind `json:"k"`
	Run     string     `json:"r,omitempty"`
	Flow    string     `json:"f,omitempty"`
	Status  string     `json:"s,omitempty"`
	Outcome string     `json:"o,omitempty"`
	Node    string     `json:"n,omitempty"`
	Visit   int        `json:"v,omitempty"`
	Seq     int64      `json:"q,omitempty"`
	Channel string     `json:"c,omitempty"`
	At      int64      `json:"at"`
}

func newRelay(worker string, bell *store.Bell) *relay {
	return &relay{worker: worker, bell: bell, wake: make(chan struct{}, 1), pending: map[string][]Update{}, quiet: map[string]time.Time{}}
}

// add queues updates. It never waits.
func (r *relay) add(workspace string, updates ...Update) {
	if r == nil || r.bell == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.pending[workspace]
	if room := relayMost + 1 - len(list); room > 0 {
		r.pending[workspace] = append(list, updates[:min(room, len(updates))]...)
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take returns what is to be said now, and when there is more to say; zero when
// there is nothing.
func (r *relay) take(now time.Time) (say map[string][]Update, again time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	say = map[string][]Update{}
	for workspace, list := range r.pending {
		until := r.quiet[workspace]
		switch {
		case now.Before(until):
			if again.IsZero() || until.Before(again) {
				again = until
			}
			continue
		case !until.IsZero(), len(list) > relayMost:
			say[workspace], r.quiet[workspace] = nil, now.Add(relayResync)
		default:
			say[workspace] = list
		}
		delete(r.pending, workspace)
	}
	for workspace, until := range r.quiet {
		if _, waits := r.pending[workspace]; !waits && !now.Before(until) {
			delete(r.quiet, workspace)
		}
	}
	return say, again
}

// run rings until ctx ends.
func (r *relay) run(ctx context.Context) {
	defer r.bell.Close() //nolint:errcheck // nothing is left to say.
	var later <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-later:
		}
		say, again := r.take(time.Now())
		for _, workspace := range slices.Sorted(maps.Keys(say)) {
			for _, text := range r.texts(workspace, say[workspace]) {
				// What cannot be said is lost: it was a hint.
				_ = r.bell.Ring(ctx, text)
			}
		}
		later = nil
		if !again.IsZero() {
			later = time.After(time.Until(again))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(relayEvery):
		}
	}
}

// texts writes the rings of a workspace, each short enough.
func (r *relay) texts(workspace string, updates []Update) []string {
	message := ring{By: r.worker, Workspace: workspace}
	for _, u := range updates {
		message.Updates = append(message.Updates, ringUpdate{
			Kind: u.Kind, Run: u.RunID, Flow: u.FlowID, Status: string(u.Status), Outcome: u.Outcome, Node: u.Node, Visit: u.Visit, Seq: u.Seq,
			Channel: u.ChannelID, At: u.At.UnixMicro(),
		})
	}
	data, err := json.Marshal(message)
	switch {
	case err != nil:
		return nil
	case len(data) <= store.MaxRing:
		return []string{string(data)}
	case len(updates) == 1:
		return r.texts(workspace, nil)
	}
	half := len(updates) / 2
	return append(r.texts(workspace, updates[:half]), r.texts(workspace, updates[half:])...)
}
