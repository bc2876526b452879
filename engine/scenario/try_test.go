package scenario_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/examples"
	"sluice/flows"
)

// tryFlow sends by Viber, then by SMS when that was not delivered in 30 s or not
// read in 60 s, at most three times round.
const tryFlow = `{
  "schema": "sluice/v1", "name": "Try",
  "nodes": [
    {"id": "start", "type": "start", "config": {"inputs": [
      {"name": "to", "type": "phone", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
    {"id": "tier", "type": "set_variables", "config": {"variables": [{"name": "tier", "value": "basic"}]}},
    {"id": "viber", "type": "send_viber", "name": "Viber", "config": {"channel": "viber-main", "to": "{{to}}",
      "message": {"type": "text", "text": "Code {{code}} for {{tier}}"}, "delivered_within": "30s", "read_within": "60s"}},
    {"id": "sms", "type": "send_sms", "name": "SMS", "config": {"channel": "sms-main", "to": "{{to}}",
      "message": {"type": "text", "text": "Code {{code}}"}, "delivered_within": "10s"}},
    {"id": "again", "type": "jump", "config": {"target": "viber", "max_jumps": 2}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "tier"}, {"from": "tier", "port": "next", "to": "viber"},
    {"from": "viber", "port": "not_delivered", "to": "sms"}, {"from": "viber", "port": "not_read", "to": "sms"},
    {"from": "sms", "port": "not_delivered", "to": "again"}]
}`

func session(t testing.TB, p *engine.Program, s scenario.Session) scenario.Session {
	t.Helper()
	inputs, problems := p.ParseInputs(map[string]string{"to": "+639171234567", "code": "1234"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s.Inputs, s.Start = inputs, scenario.Start()
	return s
}

// stand is a replay in short: where the run is, by which ports it got there and
// what became of its messages.
func stand(r scenario.Replay) string {
	s := string(r.Status) + " in " + r.Node
	for _, p := range r.Ports {
		s += " " + p.Node + ":" + p.Port
	}
	for _, m := range r.Messages {
		s += " [" + m.Node + " " + m.Status + m.Code + "]"
	}
	if r.Next != nil {
		s += " next " + r.Next.String()
	}
	return s
}

func TestAPersonDecidesWhatHappens(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		session scenario.Session
		want    string
	}{
		"by hand nothing comes by itself": {
			scenario.Session{ByHand: true, Until: 29 * time.Second},
			"waiting in viber start:next tier:next [viber sent] next 30s",
		},
		"by themselves phones answer": {
			scenario.Session{Until: 1500 * time.Millisecond},
			"waiting in viber start:next tier:next [viber delivered] next 2s",
		},
		"delivered, then not read": {
			scenario.Session{ByHand: true, Until: time.Minute, Acts: []scenario.Act{{Visit: 3, At: 5 * time.Second, Kind: scenario.ActDelivered}}},
			"waiting in sms start:next tier:next viber:not_read [viber delivered] [sms sent] next 1m10s",
		},
		"an act that is later has not happened yet": {
			scenario.Session{ByHand: true, Until: 4 * time.Second, Acts: []scenario.Act{{Visit: 3, At: 5 * time.Second, Kind: scenario.ActRead}}},
			"waiting in viber start:next tier:next [viber sent] next 5s",
		},
		"a failure takes over from what would have come": {
			scenario.Session{Until: 3 * time.Second, Acts: []scenario.Act{{Visit: 3, At: 500 * time.Millisecond, Kind: scenario.ActFailed, Code: "SRVC_NOT_VIBER_USER"}}},
			"completed in sms start:next tier:next viber:failed sms:next [viber failedSRVC_NOT_VIBER_USER] [sms read]",
		},
		"a timeout keeps receipts from coming": {
			scenario.Session{Until: 30 * time.Second, Acts: []scenario.Act{{Visit: 3, At: 500 * time.Millisecond, Kind: scenario.ActTimeout}}},
			"waiting in sms start:next tier:next viber:not_delivered [viber sent] [sms sent] next 31s",
		},
		"the provider refuses": {
			scenario.Session{ByHand: true, Until: 10 * time.Second, Acts: []scenario.Act{{Visit: 3, At: 2 * time.Second, Kind: scenario.ActRefused, Class: engine.ClassPermanent, Code: "6"}}},
			"waiting in sms start:next tier:next viber:failed [viber failed6] [sms sent] next 12s",
		},
		"a given result stands in for the node's work": {
			scenario.Session{ByHand: true, Until: time.Second, World: []flows.WorldEntry{{Node: "viber", WorldAnswer: flows.WorldAnswer{Leave: &flows.WorldLeave{Port: "not_read"}}}}},
			"waiting in sms start:next tier:next viber:not_read [sms sent] next 10s",
		},
		"a late receipt changes the message only": {
			scenario.Session{ByHand: true, Until: 35 * time.Second, Acts: []scenario.Act{{Visit: 3, At: 31 * time.Second, Kind: scenario.ActDelivered}}},
			"waiting in sms start:next tier:next viber:not_delivered [viber delivered] [sms sent] next 40s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, tryFlow)
			if got := stand(scenario.Play(p, session(t, p, c.session))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAReplayTellsWhatTheRunWaitsFor(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	r := scenario.Play(p, session(t, p, scenario.Session{ByHand: true, Until: 10 * time.Second}))
	due := flows.Duration(30 * time.Second)
	want := &scenario.Wait{Due: &due, Deadlines: []scenario.Deadline{{Port: "not_delivered", At: due}, {Port: "not_read", At: flows.Duration(time.Minute)}}}
	if diff := cmp.Diff(want, r.Wait); diff != "" {
		t.Error(diff)
	}
	if len(r.Visits) != 3 || r.Visits[2].Outputs["status"] != "sent" || r.Visits[1].Values["tier"] != "basic" {
		t.Errorf("the visits are %+v", r.Visits)
	}
	delivered := session(t, p, scenario.Session{ByHand: true, Until: 10 * time.Second, Acts: []scenario.Act{{Visit: 3, At: time.Second, Kind: scenario.ActDelivered}}})
	if r := scenario.Play(p, delivered); len(r.Wait.Deadlines) != 1 || r.Wait.Deadlines[0].Port != "not_read" {
		t.Errorf("delivered, it waits for %+v", r.Wait)
	}
}

func TestActsOfAnotherDrawingAreNamed(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	r := scenario.Play(p, session(t, p, scenario.Session{ByHand: true, Until: time.Second, Acts: []scenario.Act{
		{Visit: 3, Kind: scenario.ActDelivered}, {Visit: 9, Kind: scenario.ActRead},
	}}))
	if !slices.Equal(r.Stray, []int{1}) {
		t.Errorf("stray are %v", r.Stray)
	}
}

func TestRepliesReachThePhoneThatWasWrittenTo(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	r := scenario.Play(p, session(t, p, scenario.Session{ByHand: true, Until: 9 * time.Second, Acts: []scenario.Act{
		{Visit: 3, At: 2 * time.Second, Kind: scenario.ActReply, Text: "Who is this?"}, {Visit: 3, At: 3 * time.Second, Kind: scenario.ActReply, Text: "Hello?"},
	}}))
	if len(r.Replies) != 2 || r.Replies[0].ChannelType != "viber" || r.Replies[0].Channel != "viber-main" || r.Replies[1].At != flows.Duration(3*time.Second) {
		t.Errorf("the replies are %+v", r.Replies)
	}
	// Nobody asked, so no scenario has them.
	world := r.World()
	if len(world) != 1 || len(world[0].AllReplies()) != 0 {
		t.Errorf("the world is %+v", world)
	}
}

func TestARepliedFileReachesTheRunAndTheRecording(t *testing.T) {
	t.Parallel()
	p := compile(t, `{"schema": "sluice/v1", "name": "Ask", "nodes": [{"id": "start", "type": "start"},
	  {"id": "ask", "type": "ask", "config": {"channel_type": "whatsapp", "channel": "w", "to": "+639171234567", "message": {"type": "text", "text": "Your receipt?"}, "reply_within": "10m"}},
	  {"id": "keep", "type": "set_variables", "config": {"variables": [{"name": "kind", "value": "{{steps.ask.reply_type}}"}, {"name": "file", "value": "{{steps.ask.media_id}}"}, {"name": "text", "value": "{{steps.ask.reply}}"}]}}],
	  "edges": [{"from": "start", "port": "next", "to": "ask"}, {"from": "ask", "port": "replied", "to": "keep"}]}`)
	tried := scenario.Play(p, scenario.Session{Start: scenario.Start(), ByHand: true, Until: time.Minute, Acts: []scenario.Act{
		{Visit: 2, At: 2 * time.Second, Kind: scenario.ActReply, Text: "Here", Type: flows.MessageImage, Filename: "receipt.png"},
	}})
	again := scenario.Play(p, scenario.Session{Start: scenario.Start(), World: tried.World(), Until: time.Minute})
	for name, r := range map[string]scenario.Replay{"the try": tried, "its recording": again} {
		if v := r.Variables; v["kind"] != "image" || v["file"] == "" || v["text"] != "Here" {
			t.Errorf("%s has %v", name, v)
		}
		if len(r.Replies) != 1 || r.Replies[0].Type != flows.MessageImage || r.Replies[0].Filename != "receipt.png" {
			t.Errorf("%s shows %+v", name, r.Replies)
		}
	}
}

func TestAReplayCanBeStopped(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	if r := scenario.Play(p, session(t, p, scenario.Session{Until: time.Hour, Stop: func() bool { return true }})); !r.Stopped || r.Status != engine.StatusWaiting {
		t.Errorf("the replay is %+v", r)
	}
}

// drawActs draws acts at any visits and times, sensible or not.
func drawActs(t *rapid.T, visits int) []scenario.Act {
	kinds := []scenario.ActKind{scenario.ActDelivered, scenario.ActRead, scenario.ActFailed, scenario.ActReply, scenario.ActRefused, scenario.ActTimeout}
	classes := []engine.ErrorClass{engine.ClassPermanent, engine.ClassRetryable, engine.ClassAuth, engine.ClassUnknown}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) scenario.Act {
		return scenario.Act{
			Visit: rapid.IntRange(0, visits).Draw(t, "visit"),
			At:    time.Duration(rapid.IntRange(0, 200_000).Draw(t, "ms")) * time.Millisecond,
			Kind:  rapid.SampledFrom(kinds).Draw(t, "kind"),
			Class: rapid.SampledFrom(classes).Draw(t, "class"),
			Code:  rapid.SampledFrom([]string{"", "21211"}).Draw(t, "code"),
			Text:  rapid.SampledFrom([]string{"hello", "yes", "No", "5", "STOP"}).Draw(t, "text"),
		}
	}), 0, 8).Draw(t, "acts")
}

// TestAnyActsEndAndReplayAlike: whatever people do, a replay ends, and another
// one of the same acts is the same.
func TestAnyActsEndAndReplayAlike(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	rapid.Check(t, func(rt *rapid.T) {
		s := session(t, p, scenario.Session{
			Acts: drawActs(rt, 12), ByHand: rapid.Bool().Draw(rt, "by hand"),
			Until: time.Duration(rapid.IntRange(0, 400_000).Draw(rt, "until")) * time.Millisecond,
		})
		if a, b := scenario.Play(p, s), scenario.Play(p, s); !reflect.DeepEqual(a, b) {
			rt.Fatalf("two replays differ: %+v and %+v", a, b)
		}
	})
}

// TestARecordedScenarioGoesAsTheSession: what is recorded of a session that has
// come to rest runs as the session did, also after it was written and read.
func TestARecordedScenarioGoesAsTheSession(t *testing.T) {
	t.Parallel()
	definitions := map[string]string{"try": tryFlow}
	for _, example := range examples.All() {
		definitions[example.Name] = string(example.Definition)
	}
	for name, definition := range definitions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, definition)
			raw := map[string]json.RawMessage{"to": json.RawMessage(`"+639171234567"`)}
			if scenarios := p.Flow().Scenarios; len(scenarios) > 0 {
				raw = scenarios[0].Inputs
			}
			inputs, problems := p.CheckInputs(raw)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			rapid.Check(t, func(rt *rapid.T) {
				recordedAsPlayed(rt, p, scenario.Session{
					Inputs: inputs, Start: scenario.Start(), Until: scenario.Forever,
					Acts: drawActs(rt, 12), ByHand: rapid.Bool().Draw(rt, "by hand"),
				})
			})
		})
	}
}

func recordedAsPlayed(t *rapid.T, p *engine.Program, s scenario.Session) {
	played := scenario.Play(p, s)
	data, err := json.Marshal(played.World())
	if err != nil {
		t.Fatal(err)
	}
	world, diags := flows.DecodeWorld(data)
	if diags = append(diags, scenario.CheckWorld(p, world)...); diags.HasErrors() {
		t.Fatalf("%s: %v", data, diags)
	}
	again := scenario.Run(p, s.Inputs, world, s.Start)
	if mismatches := scenario.Check(again, scenario.ExpectationOf(played.Result)); len(mismatches) > 0 {
		t.Fatalf("in the world %s: %v", data, mismatches)
	}
	if diff := cmp.Diff(played.Ports, again.Ports); diff != "" {
		t.Fatalf("in the world %s: %s", data, diff)
	}
}

func TestAcceptKeepsTheKeysThatAreGiven(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	r := runIn(t, p, map[string]string{"to": "+639171234567"}, `[{"node": "viber", "receipts": []}]`)
	var want flows.Expect
	if err := json.Unmarshal([]byte(`{"path": ["start"], "elapsed": "1s", "variables": {"tier": "gold", "gone": 1},
		"messages": [{"to": "+1"}]}`), &want); err != nil {
		t.Fatal(err)
	}
	accepted := scenario.Accept(r, want)
	data, err := json.Marshal(accepted)
	if err != nil {
		t.Fatal(err)
	}
	const expected = `{"path":["start","tier","viber","sms"],"elapsed":"31s","variables":{"tier":"basic"},` +
		`"messages":[{"to":"+639171234567"},{"to":"+639171234567"}]}`
	if string(data) != expected {
		t.Errorf("got  %s\nwant %s", data, expected)
	}
	if left := scenario.Check(r, accepted); len(left) > 0 {
		t.Errorf("what was accepted does not pass: %v", left)
	}
}

func TestCoverageCountsWhatIsTakenAtLeastOnce(t *testing.T) {
	t.Parallel()
	p := compile(t, tryFlow)
	late := runIn(t, p, map[string]string{"to": "+639171234567"}, `[{"node": "viber", "receipts": []}]`)
	read := runIn(t, p, map[string]string{"to": "+639171234567"}, `[]`)
	c := scenario.Cover(p, late.Ports, read.Ports)
	runs := map[scenario.Port]int{}
	for _, port := range c.Ports {
		runs[port.Port] = port.Runs
	}
	want := map[scenario.Port]int{
		{Node: "start", Port: "next"}: 2, {Node: "tier", Port: "next"}: 2, {Node: "viber", Port: "not_delivered"}: 1, {Node: "viber", Port: "not_read"}: 0,
		{Node: "viber", Port: "failed"}: 0, {Node: "viber", Port: "next"}: 1, {Node: "sms", Port: "not_delivered"}: 0, {Node: "sms", Port: "failed"}: 0,
		{Node: "sms", Port: "next"}: 1, {Node: "again", Port: "exceeded"}: 0,
	}
	if diff := cmp.Diff(want, runs); diff != "" || c.Taken != 5 {
		t.Errorf("%d taken; %s", c.Taken, diff)
	}
}
