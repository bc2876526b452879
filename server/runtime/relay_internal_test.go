package runtime

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/server/store"
)

func TestARelayTellsToReadAgainWhenThereIsMuch(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	r := newRelay("me", &store.Bell{})
	r.add("calm", Update{Kind: UpdateRun, RunID: "1"}, Update{Kind: UpdateRun, RunID: "2"})
	for i := range 10 * relayMost {
		r.add("busy", Update{Kind: UpdateRun, RunID: fmt.Sprint(i)})
	}
	if n := len(r.pending["busy"]); n != relayMost+1 {
		t.Errorf("%d updates of a busy workspace are kept", n)
	}
	say, again := r.take(now)
	if busy, told := say["busy"]; len(say["calm"]) != 2 || !told || len(busy) != 0 || !again.IsZero() {
		t.Errorf("it says %v, and again at %v", say, again)
	}
	r.add("busy", Update{Kind: UpdateRun, RunID: "1"})
	if say, again = r.take(now.Add(relayResync / 2)); len(say) != 0 || !again.Equal(now.Add(relayResync)) {
		t.Errorf("too early it says %v, and again at %v", say, again)
	}
	if say, _ = r.take(now.Add(relayResync)); len(say) != 1 || len(say["busy"]) != 0 {
		t.Errorf("in time it says %v", say)
	}
	if r.take(now.Add(3 * relayResync)); len(r.quiet) != 0 {
		t.Errorf("it remembers %v", r.quiet)
	}
	r.add("busy", Update{Kind: UpdateRun, RunID: "1"})
	if say, _ = r.take(now.Add(4 * relayResync)); len(say["busy"]) != 1 {
		t.Errorf("when it is calm again it says %v", say)
	}
}

func TestRingsAreShortEnoughAndReadBack(t *testing.T) {
	t.Parallel()
	r := newRelay("me", &store.Bell{})
	var updates []Update
	for i := range relayMost {
		updates = append(updates, Update{Kind: UpdateRun, RunID: fmt.Sprint(i), Node: strings.Repeat("n", 1500), At: time.UnixMicro(1).UTC()})
	}
	updates = append(updates, Update{Kind: UpdateChannel, ChannelID: "c", At: time.UnixMicro(2).UTC()}, Update{Kind: UpdateRun, Node: strings.Repeat("n", 2*store.MaxRing)})
	h := newHub(nil)
	heard, cancel := h.subscribe("mine")
	defer cancel()
	for _, text := range r.texts("mine", updates) {
		if len(text) > store.MaxRing {
			t.Errorf("a ring has %d bytes", len(text))
		}
		h.hear("me", text)
		h.hear("another", "no JSON")
		h.hear("another", text)
	}
	if len(heard) != len(updates) {
		t.Fatalf("%d of %d updates were heard", len(heard), len(updates))
	}
	for _, want := range updates[:len(updates)-1] {
		if got := <-heard; got != want {
			t.Errorf("heard %+v, want %+v", got, want)
		}
	}
	if last := <-heard; last.Kind != UpdateResync {
		t.Errorf("in place of what is too long %+v was heard", last)
	}
}
