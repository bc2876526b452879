package runtimetest

import (
	"context"
	"encoding/json"
	"slices"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/examples"
	"sluice/flows"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/store"
)

func flowTests() []test {
	return []test{
		{"a run goes as its scenario says: OTP by country", agreesWithScenarios},
		{"what is shown of a run holds no secret", shownRunsAreMasked},
	}
}

// agreesWithScenarios plays every scenario of the OTP example against the
// executor and compares with what the scenario runner says: one engine, two
// worlds.
func agreesWithScenarios(t *testing.T, open Open) {
	flow, diagnostics := flows.Decode(examples.OTP())
	program, more := engine.Compile(flow, nodes.Standard())
	if program == nil {
		t.Fatal(diagnostics, more)
	}
	w := world(t, open)
	id := w.Publish(examples.OTP())
	played := 0
	for _, sc := range flow.Scenarios {
		if takesTime(sc) {
			// The vendor of this suite answers at once.
			continue
		}
		inputs, problems := program.CheckInputs(sc.Inputs)
		if len(problems) > 0 {
			continue
		}
		played++
		// A scenario with refused credentials suspends its channel.
		bind(w)
		want := scenario.Run(program, inputs, sc.World, w.Clock.Now())
		got := play(w, id, sc)
		if diff := cmp.Diff(summary(want), got); diff != "" {
			t.Errorf("scenario %q: %s", sc.Name, diff)
		}
	}
	if played < 12 {
		t.Errorf("only %d scenarios were played", played)
	}
}

func bind(w *World) {
	w.t.Helper()
	bound := store.ChannelBound
	for _, id := range w.Channels {
		if _, err := w.Store.UpdateChannel(context.Background(), workspace, id, store.ChannelChange{Status: &bound}); err != nil {
			w.t.Fatal(err)
		}
	}
}

func takesTime(sc flows.Scenario) bool {
	for _, entry := range sc.World {
		for _, a := range append([]flows.WorldAnswer{entry.WorldAnswer}, entry.Visits...) {
			if a.Send != nil && a.Send.After > 0 {
				return true
			}
		}
	}
	return false
}

// told is what both tell of a run.
type told struct {
	Status, Outcome string
	Path            []string
	Elapsed         time.Duration
	Variables       string
	Messages        []toldMessage
}

type toldMessage struct {
	Node, ChannelType, To, Text, Status string
	Attempts                            int
}

func summary(r scenario.Result) told {
	s := told{Status: string(r.Status), Outcome: r.Outcome, Path: r.Path, Elapsed: time.Duration(r.Elapsed), Variables: text(r.Masked)}
	for _, m := range r.Messages {
		s.Messages = append(s.Messages, toldMessage{m.Node, m.ChannelType, m.MaskedTo, m.Masked, m.Status, m.Attempts})
	}
	return s
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// coming is what the world will do.
type coming struct {
	at      time.Time
	channel string
	event   channels.Inbound
}

// scripted is a vendor that does what a scenario's world says. It is asked while
// the test hands over what it brought about before.
type scripted struct {
	w     *World
	world []flows.WorldEntry

	mu      sync.Mutex
	visits  map[string]int
	answers map[string]flows.WorldAnswer
	// comes is ordered by time.
	comes []coming
}

func (v *scripted) answer(ctx context.Context, a channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
	node := nodeOf(ctx, v.w, o)
	v.mu.Lock()
	defer v.mu.Unlock()
	if attempt == 1 {
		v.answers[o.MessageID] = answer(v.world, node, v.visits[node])
		v.visits[node]++
		for _, r := range receiptsOf(v.answers[o.MessageID]) {
			v.comes = append(v.comes, coming{v.w.Clock.Now().Add(time.Duration(r.After)), a.Slug, channels.Inbound{
				Receipt: &channels.Receipt{MessageID: o.MessageID, Status: channels.Status(r.Status), Code: r.Code},
			}})
		}
		sort.SliceStable(v.comes, func(i, j int) bool { return v.comes[i].at.Before(v.comes[j].at) })
	}
	if s := v.answers[o.MessageID].Send; s != nil && s.Error != "" {
		return channels.Accepted{}, &channels.SendError{Class: channels.Class(s.Error), Code: s.Code, Message: s.Error}
	}
	return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
}

// take takes out the first of what comes, unless that is after the moment.
func (v *scripted) take(moment time.Time) (c coming, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.comes) == 0 || v.comes[0].at.After(moment) {
		return coming{}, false
	}
	c, v.comes = v.comes[0], v.comes[1:]
	return c, true
}

// next is when something happens: a deadline at that moment, or what comes before.
func (v *scripted) next(deadline time.Time) time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.comes) > 0 && !v.comes[0].at.After(deadline) {
		return v.comes[0].at
	}
	return deadline
}

// play runs a scenario in a world that does what it says.
func play(w *World, flow string, sc flows.Scenario) told {
	w.t.Helper()
	vendor := &scripted{w: w, world: sc.World, visits: map[string]int{}, answers: map[string]flows.WorldAnswer{}}
	w.Vendor.Answer(vendor.answer)
	started := w.Clock.Now()
	s, err := w.Executor.Start(context.Background(), request(flow, inputsOf(sc)))
	if err != nil {
		w.t.Fatal(err)
	}
	for w.Settle(); w.Query(s.RunID).Run.EndedAt.IsZero(); w.Settle() {
		deadline, ok := w.Clock.Next()
		if !ok {
			break
		}
		next := vendor.next(deadline)
		w.Clock.Set(next)
		// What comes at the same moment as a deadline was in time.
		for e, due := vendor.take(next); due; e, due = vendor.take(next) {
			if err := w.Executor.DeliverInbound(context.Background(), workspace, w.Channels[e.channel], []channels.Inbound{e.event}); err != nil {
				w.t.Fatal(err)
			}
		}
		w.Clock.Ring()
	}
	return tell(w, s.RunID, started)
}

func tell(w *World, runID string, started time.Time) told {
	w.t.Helper()
	d := w.Query(runID)
	r := told{Status: d.Run.Status, Outcome: d.Run.Outcome, Path: path(d), Elapsed: d.Run.EndedAt.Sub(started), Variables: text(d.Variables)}
	for _, m := range d.Messages {
		r.Messages = append(r.Messages, toldMessage{m.Node, m.ChannelType, m.ToAddress, m.Form.Preview(), m.Status, w.Vendor.Calls(m.ID)})
	}
	return r
}

func nodeOf(ctx context.Context, w *World, o channels.Outbound) string {
	messages, err := w.Store.MessagesOf(ctx, workspace, o.RunID)
	if err != nil {
		w.t.Error(err)
	}
	i := slices.IndexFunc(messages, func(m storeMessage) bool { return m.ID == o.MessageID })
	if i < 0 {
		// INVARIANTS 4: no send without a committed intent.
		w.t.Errorf("message %s was sent before it was stored", o.MessageID)
		return ""
	}
	return messages[i].Node
}

func answer(world []flows.WorldEntry, node string, visit int) flows.WorldAnswer {
	for _, entry := range world {
		if entry.Node != node {
			continue
		}
		if n := len(entry.Visits); n > 0 {
			return entry.Visits[min(visit, n-1)]
		}
		return entry.WorldAnswer
	}
	return flows.WorldAnswer{}
}

func receiptsOf(a flows.WorldAnswer) []flows.WorldReceipt {
	class := ""
	if a.Send != nil {
		class = a.Send.Error
	}
	switch {
	case class != "" && class != string(channels.ClassUnknown):
		return nil
	case class == string(channels.ClassUnknown) || a.Receipts != nil:
		return a.Receipts
	}
	return []flows.WorldReceipt{
		{After: scenario.DefaultDelivered, Status: string(channels.StatusDelivered)}, {After: scenario.DefaultRead, Status: string(channels.StatusRead)},
	}
}

func inputsOf(sc flows.Scenario) Inputs {
	in := Inputs{}
	for name, raw := range sc.Inputs {
		var value string
		if err := json.Unmarshal(raw, &value); err == nil {
			in[name] = value
		}
	}
	return in
}

func shownRunsAreMasked(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone, "code": canary})
	if sent := w.Vendor.Ledger(); len(sent) != 1 || sent[0].Message.Text != "Your code is "+canary {
		t.Fatalf("the vendor got %+v", sent)
	}
	check := func(when string) {
		t.Helper()
		d := w.Query(run)
		if shown := text(d); containsCanary(shown) {
			t.Errorf("%s the run shows its secret: %s", when, shown)
		}
		if d.Variables["code"] != engine.Mask || d.Variables["to"] != phone || d.Inputs["code"] != engine.Mask {
			t.Errorf("%s variables are %v, inputs %v", when, d.Variables, d.Inputs)
		}
	}
	check("while it waits")
	w.Receipt("viber-main", run, 2, channels.StatusRead)
	check("when it has ended")
	if d := w.Query(run); d.Run.Outcome != "reached" || !slices.Equal(path(d), []string{"start", "viber", "done"}) {
		t.Errorf("it ended with %q by %v", d.Run.Outcome, path(d))
	}
}
