package scenario_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
)

// inAnHour sends an hour after scenarios begin.
const inAnHour = `, "send_at": "{{now() + duration(\"1h\")}}"`

func TestScheduledMessageLeavesAtItsTime(t *testing.T) {
	t.Parallel()
	p := compile(t, fmt.Sprintf(oneSend, deadlines+inAnHour))
	for _, tt := range []struct {
		name, world, outcome string
		elapsed              time.Duration
	}{
		{"receipts come after it", `[]`, "next", time.Hour + 2*time.Second},
		{"deadlines count from it", `[{"node": "viber", "receipts": [{"after": "29s", "status": "delivered"}]}]`, "unread", time.Hour + time.Minute},
		{"so does a refusal", `[{"node": "viber", "send": {"error": "permanent", "code": "1"}}]`, "late", time.Hour},
	} {
		r := runIn(t, p, map[string]string{"to": "+639171234567", "code": "1"}, tt.world)
		if r.Outcome != tt.outcome || time.Duration(r.Elapsed) != tt.elapsed {
			t.Errorf("%s: it ended with %q after %v, want %q after %v", tt.name, r.Outcome, r.Elapsed, tt.outcome, tt.elapsed)
		}
		if m := r.Messages[0]; m.SendAt == nil || time.Duration(*m.SendAt) != time.Hour {
			t.Errorf("%s: the message is for %v", tt.name, m.SendAt)
		}
		if !slices.ContainsFunc(r.Lines, func(l scenario.Line) bool { return strings.Contains(l.Text, "Viber: at 1:00:00 sends") }) {
			t.Errorf("%s: the transcript does not say when: %+v", tt.name, r.Lines)
		}
	}
}

func TestTryWaitsForTheTimeOfAMessage(t *testing.T) {
	t.Parallel()
	p := compile(t, fmt.Sprintf(oneSend, deadlines+inAnHour))
	before := scenario.Play(p, session(t, p, scenario.Session{ByHand: true}))
	if m := before.Messages[0]; m.Status != "scheduled" || m.Attempts != 0 || before.Next == nil || time.Duration(*before.Next) != time.Hour {
		t.Errorf("at the start the message is %s, and next comes %v", m.Status, before.Next)
	}
	if w := before.Wait; w == nil || len(w.Deadlines) != 2 || time.Duration(w.Deadlines[0].At) != time.Hour+30*time.Second {
		t.Errorf("the run waits for %+v", before.Wait)
	}
	acts := []scenario.Act{{Visit: 2, At: time.Hour + 5*time.Second, Kind: scenario.ActRead}}
	after := scenario.Play(p, session(t, p, scenario.Session{ByHand: true, Acts: acts, Until: 2 * time.Hour}))
	if after.Status != engine.StatusCompleted || after.Outcome != "next" || time.Duration(after.Elapsed) != time.Hour+5*time.Second {
		t.Errorf("it is %s %q after %v", after.Status, after.Outcome, after.Elapsed)
	}
	if r := after.World()[0].Receipts; len(r) != 1 || r[0].After != flows.Duration(5*time.Second) {
		t.Errorf("as a scenario the receipts are %+v", r)
	}
}
