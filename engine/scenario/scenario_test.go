package scenario_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
	"sluice/nodes"
)

// oneSend is a flow that sends one Viber message, all of whose exits but
// "failed" lead to an end of their own.
const oneSend = `{
  "schema": "sluice/v1", "name": "One send",
  "nodes": [
    {"id": "start", "type": "start", "config": {"inputs": [
      {"name": "to", "type": "phone", "required": true}, {"name": "code", "type": "string", "secret": true}, {"name": "n", "type": "number"}]}},
    {"id": "viber", "type": "send_viber", "name": "Viber", "config": {"channel": "viber-main", "to": "{{to}}",
      "message": {"type": "text", "text": "Code {{code}}"}%s}},
    {"id": "late", "type": "end", "config": {"outcome": "late"}},
    {"id": "unread", "type": "end", "config": {"outcome": "unread"}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "viber"},
    {"from": "viber", "port": "not_delivered", "to": "late"}, {"from": "viber", "port": "not_read", "to": "unread"}]
}`

// deadlines are those of most cases: delivered within 30 s, read within 60 s.
const deadlines = `, "delivered_within": "30s", "read_within": "60s"`

func compile(t *testing.T, definition string) *engine.Program {
	t.Helper()
	f, diags := flows.Decode([]byte(definition))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := engine.Compile(f, nodes.Standard())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

func worldOf(t *testing.T, p *engine.Program, text string) []flows.WorldEntry {
	t.Helper()
	world, diags := flows.DecodeWorld([]byte(text))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if diags := scenario.CheckWorld(p, world); len(diags) > 0 {
		t.Fatal(diags)
	}
	return world
}

func runIn(t *testing.T, p *engine.Program, inputs map[string]string, world string) scenario.Result {
	t.Helper()
	values, problems := p.ParseInputs(inputs)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return scenario.Run(p, values, worldOf(t, p, world), scenario.Start())
}

// summary is what most cases compare: the outcome, the time, and each message's
// fate.
func summary(r scenario.Result) string {
	s := fmt.Sprintf("%s %s after %s;", r.Status, r.Outcome, r.Elapsed)
	for _, m := range r.Messages {
		s += fmt.Sprintf(" %s %s %s", m.Node, m.Status, m.Code)
		if m.Attempts != 1 {
			s += fmt.Sprintf("x%d", m.Attempts)
		}
	}
	return strings.TrimSpace(s)
}

func TestWorldsOfOneSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config string
		world  string
		want   string
	}{
		"a world that says nothing delivers after 1 s and reads after 2 s": {
			deadlines, `[]`, "completed next after 2s; viber read",
		},
		"without deadlines the run goes on when the message is accepted": {
			``, `[]`, "completed next after 0s; viber sent",
		},
		"only delivery is asked for": {
			`, "delivered_within": "30s"`, `[]`, "completed next after 1s; viber delivered",
		},
		"no receipts ever": {
			deadlines, `[{"node": "viber", "receipts": []}]`, "completed late after 30s; viber sent",
		},
		"delivered, never read": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "5s", "status": "delivered"}]}]`, "completed unread after 1m; viber delivered",
		},
		"a receipt at the very deadline still counts": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "30s", "status": "delivered"}, {"after": "1m", "status": "read"}]}]`,
			"completed next after 1m; viber read",
		},
		"a receipt just after the deadline does not": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "30001ms", "status": "delivered"}]}]`, "completed late after 30s; viber sent",
		},
		"read implies delivered": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "9s", "status": "read"}]}]`, "completed next after 9s; viber read",
		},
		"receipts out of order and twice": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "20s", "status": "read"}, {"after": "4s", "status": "delivered"}, {"after": "3s", "status": "sent"}, {"after": "5s", "status": "delivered"}, {"after": "6s", "status": "sent"}]}]`,
			"completed next after 20s; viber read",
		},
		"a failed receipt leaves at once, with its code": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "4s", "status": "failed", "code": "X1"}]}]`, "completed late after 4s; viber failed X1",
		},
		"a failed receipt after delivery is ignored": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "4s", "status": "delivered"}, {"after": "5s", "status": "failed"}, {"after": "6s", "status": "read"}]}]`,
			"completed next after 6s; viber read",
		},
		"receipts before the answer of the send call": {
			deadlines, `[{"node": "viber", "send": {"after": "10s"}, "receipts": [{"after": "2s", "status": "delivered"}, {"after": "3s", "status": "read"}]}]`,
			"completed next after 3s; viber read",
		},
		"default receipts wait for a slow send call": {
			deadlines, `[{"node": "viber", "send": {"after": "5s"}}]`, "completed next after 5s; viber read",
		},
		"a send call that never ends misses the deadline": {
			deadlines, `[{"node": "viber", "send": {"after": "2m"}}]`, "completed late after 30s; viber queued",
		},
		"refused for good": {
			deadlines, `[{"node": "viber", "send": {"error": "permanent", "code": "21211", "after": "2s"}}]`, "completed late after 2s; viber failed 21211",
		},
		"wrong credentials": {
			deadlines, `[{"node": "viber", "send": {"error": "auth"}}]`, "completed late after 0s; viber failed",
		},
		"a refused message gets no receipts": {
			deadlines, `[{"node": "viber", "send": {"error": "permanent", "after": "5s"}, "receipts": [{"after": "1s", "status": "read"}]}]`,
			"completed late after 5s; viber failed",
		},
		"retried until the deadline, at 0, 1, 3, 7 and 15 s": {
			deadlines, `[{"node": "viber", "send": {"error": "retryable", "code": "503"}}]`, "completed late after 30s; viber failed 503x5",
		},
		"slow retries take their time": {
			deadlines, `[{"node": "viber", "send": {"error": "retryable", "after": "10s"}}]`, "completed late after 30s; viber queued x3",
		},
		"retried without deadlines until the send is given up": {
			``, `[{"node": "viber", "send": {"error": "retryable", "code": "503"}}]`, "completed late after 10m; viber failed 503x15",
		},
		"an unknown fate is tried again by default": {
			deadlines, `[{"node": "viber", "send": {"error": "unknown"}}]`, "completed late after 30s; viber failed x5",
		},
		"an unknown fate counts as failed where the node says so": {
			deadlines + `, "on_unknown": "treat_as_failed"`, `[{"node": "viber", "send": {"error": "unknown", "code": "timeout"}}]`,
			"completed late after 0s; viber failed timeout",
		},
		"an unknown fate that turns out well by its receipts": {
			deadlines, `[{"node": "viber", "send": {"error": "unknown"}, "receipts": [{"after": "4s", "status": "delivered"}, {"after": "8s", "status": "read"}]}]`,
			"completed next after 8s; viber read x4",
		},
		"what comes at one moment comes in the order listed": {
			deadlines, `[{"node": "viber", "receipts": [{"after": "4s", "status": "failed"}, {"after": "4s", "status": "read"}]}]`,
			"completed late after 4s; viber failed",
		},
		"one answer for every visit, given as a list of one": {
			deadlines, `[{"node": "viber", "visits": [{"receipts": []}]}]`, "completed late after 30s; viber sent",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, fmt.Sprintf(oneSend, c.config))
			r := runIn(t, p, map[string]string{"to": "+639171234567", "code": "c"}, c.world)
			if got := summary(r); got != c.want {
				t.Errorf("got  %s\nwant %s\n%s", got, c.want, transcript(r))
			}
		})
	}
}

func transcript(r scenario.Result) string {
	var b strings.Builder
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "%s %s\n", scenario.Clock(l.At), l.Text)
	}
	return b.String()
}

// loop sends by Viber up to three times, waits in between, then sends an SMS.
const loop = `{
  "schema": "sluice/v1", "name": "Loop",
  "nodes": [
    {"id": "start", "type": "start", "config": {"inputs": [{"name": "to", "type": "phone", "required": true}]}},
    {"id": "viber", "type": "send_viber", "name": "Viber", "config": {"channel": "v", "to": "{{to}}", "message": {"type": "text", "text": "hi"}, "delivered_within": "10s"}},
    {"id": "pause", "type": "wait", "config": {"for": "1h"}},
    {"id": "again", "type": "jump", "config": {"target": "viber", "max_jumps": 2}},
    {"id": "sms", "type": "send_sms", "name": "SMS", "config": {"channel": "s", "to": "{{to}}", "message": {"type": "text", "text": "hi"}}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "not_delivered", "to": "pause"},
    {"from": "pause", "port": "next", "to": "again"}, {"from": "again", "port": "exceeded", "to": "sms"}]
}`

func TestVisitsAnswerOneAfterTheOtherAndTheLastRepeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ world, path, want string }{
		"second visit delivered": {
			`[{"node": "viber", "visits": [{"receipts": []}, {}]}]`,
			"start viber pause again viber", "completed next after 1h11s; viber sent viber delivered",
		},
		"the last answer repeats": {
			`[{"node": "viber", "visits": [{"receipts": []}, {"send": {"error": "permanent", "code": "E"}}]}]`,
			"start viber pause again viber pause again viber pause again sms", "completed next after 3h10s; viber sent viber failed E viber failed E sms sent",
		},
		"the third jump is not taken": {
			`[{"node": "viber", "receipts": []}]`,
			"start viber pause again viber pause again viber pause again sms", "completed next after 3h30s; viber sent viber sent viber sent sms sent",
		},
		"a receipt of a visit that the run has left marks its message only": {
			`[{"node": "viber", "visits": [{"receipts": [{"after": "30m", "status": "read"}]}, {}]}]`,
			"start viber pause again viber", "completed next after 1h11s; viber read viber delivered",
		},
		"a send call that is still tried when the run has left": {
			`[{"node": "viber", "visits": [{"send": {"error": "retryable", "after": "15s"}}, {}]}]`,
			"start viber pause again viber", "completed next after 1h11s; viber failed viber delivered",
		},
		"retries end where the run has left": {
			`[{"node": "viber", "visits": [{"send": {"error": "unknown", "after": "4s"}, "receipts": [{"after": "4500ms", "status": "failed"}]}, {}]}]`,
			"start viber pause again viber", "completed next after 1h5.5s; viber failed viber delivered",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runIn(t, compile(t, loop), map[string]string{"to": "+639171234567"}, c.world)
			got := strings.ReplaceAll(summary(r), "  ", " ")
			if got != c.want || strings.Join(r.Path, " ") != c.path {
				t.Errorf("got  %s by %v\nwant %s by %s\n%s", got, r.Path, c.want, c.path, transcript(r))
			}
		})
	}
}

const waitOnly = `{"schema": "sluice/v1", "name": "Long", "nodes": [{"id": "start", "type": "start"},
  {"id": "w", "type": "wait", "name": "Half a year", "config": {"for": "180d"}}], "edges": [{"from": "start", "port": "next", "to": "w"}]}`

func TestARunThatOnlyItsLifetimeWouldEndIsLeftWaiting(t *testing.T) {
	t.Parallel()
	r := runIn(t, compile(t, waitOnly), nil, `[]`)
	if r.Status != engine.StatusWaiting || r.Outcome != "" || r.Elapsed != 0 {
		t.Errorf("got %s %q after %s", r.Status, r.Outcome, r.Elapsed)
	}
	if text := transcript(r); !strings.Contains(text, "Half a year: still waits") {
		t.Errorf("the transcript does not say what it waits for:\n%s", text)
	}
}

func TestRepliesThatNobodyWaitsForAreIgnored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		definition string
		world      string
		visit      int
		at         time.Duration
	}{
		"after a message": {loop, `[{"node": "viber", "visits": [{"receipts": []}, {}]}]`, 3, 90 * time.Second},
		"without any":     {waitOnly, `[]`, 2, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, c.definition)
			inputs := map[string]any{}
			for _, in := range p.Inputs() {
				inputs[in.Name] = "+639171234567"
			}
			world, diags := flows.DecodeWorld([]byte(c.world))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			r := scenario.Play(p, scenario.Session{
				Inputs: inputs, World: world, Start: scenario.Start(), Until: scenario.Forever,
				Acts: []scenario.Act{{Visit: c.visit, At: c.at, Kind: scenario.ActReply, Text: "YES"}},
			})
			if text := transcript(r.Result); len(r.Replies) != 1 || !strings.Contains(text, "ignored, the node waits for a time only") {
				t.Errorf("the reply left no trace:\n%s", text)
			}
			// A scenario that says so would be wrong.
			for _, entry := range r.World() {
				if len(entry.AllReplies()) > 0 {
					t.Errorf("the reply was recorded: %+v", entry)
				}
			}
		})
	}
}

const askFlow = `{"schema": "sluice/v1", "name": "Ask", "nodes": [{"id": "start", "type": "start"},
  {"id": "ask", "type": "ask", "name": "Coming?", "config": {"channel_type": "whatsapp", "channel": "w", "to": "+639171234567", "message": {"type": "text", "text": "Coming?"},
    "choices": [{"port": "yes", "title": "Yes"}, {"port": "no", "title": "No"}], "reply_within": "10m", "retries": 1, "output": "answer"}}],
  "edges": [{"from": "start", "port": "next", "to": "ask"}]}`

func TestRepliesReachTheQuestionTheyAreFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ world, outcome, elapsed, answer string }{
		"a choice":                    {`[{"node": "ask", "reply": {"after": "5s", "text": "YES"}}]`, "yes", "5s", "YES"},
		"something else, twice":       {`[{"node": "ask", "reply": {"after": "5s", "text": "{{answer}}"}}]`, "else", "10s", "{{answer}}"},
		"first something else":        {`[{"node": "ask", "visits": [{"reply": {"after": "1m", "text": "hm"}}, {"reply": {"after": "9m", "text": " no "}}]}]`, "no", "10m", " no "},
		"none comes by itself":        {`[]`, "no_reply", "10m", ""},
		"at the deadline, still":      {`[{"node": "ask", "reply": {"after": "10m", "text": "yes"}}]`, "yes", "10m", "yes"},
		"after the deadline":          {`[{"node": "ask", "reply": {"after": "10m1s", "text": "yes"}}]`, "no_reply", "10m", ""},
		"before the vendor's answer":  {`[{"node": "ask", "send": {"after": "9s"}, "reply": {"after": "2s", "text": "yes"}}]`, "yes", "2s", "yes"},
		"refused, so nobody answered": {`[{"node": "ask", "send": {"error": "permanent", "code": "1"}, "reply": {"after": "2s", "text": "yes"}}]`, "failed", "0s", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runIn(t, compile(t, askFlow), nil, c.world)
			if r.Outcome != c.outcome || r.Elapsed.String() != c.elapsed || r.Variables["answer"] != c.answer {
				t.Errorf("it ended %q after %s with the answer %q; want %q, %s, %q\n%s", r.Outcome, r.Elapsed, r.Variables["answer"], c.outcome, c.elapsed, c.answer, transcript(r))
			}
			if c.answer != "" && !strings.Contains(transcript(r), "Coming?: replied ") {
				t.Errorf("the transcript hides the answer:\n%s", transcript(r))
			}
		})
	}
}

func TestAFailingRunSaysWhy(t *testing.T) {
	t.Parallel()
	p := compile(t, `{"schema": "sluice/v1", "name": "Broken", "nodes": [
	  {"id": "start", "type": "start", "config": {"inputs": [{"name": "n", "type": "integer", "required": true}]}},
	  {"id": "set", "type": "set_variables", "config": {"variables": [{"name": "x", "value": "{{10 / n}}"}]}}],
	  "edges": [{"from": "start", "port": "next", "to": "set"}]}`)
	r := runIn(t, p, map[string]string{"n": "0"}, `[]`)
	if r.Status != engine.StatusFailed || r.Outcome != "error" || r.Error == nil || r.Error.Node != "set" {
		t.Fatalf("got %s %s %+v", r.Status, r.Outcome, r.Error)
	}
	if !strings.Contains(transcript(r), r.Error.Message) {
		t.Errorf("the transcript hides the reason %q:\n%s", r.Error.Message, transcript(r))
	}
	mismatches := scenario.Check(r, flows.Expect{Status: "completed", Outcome: "next"})
	if len(mismatches) != 2 || !strings.Contains(mismatches[0].Actual, r.Error.Message) {
		t.Errorf("the mismatch hides the reason: %v", mismatches)
	}
}

func TestTheSameRunTellsTheSameStory(t *testing.T) {
	t.Parallel()
	p := compile(t, loop)
	world := `[{"node": "viber", "visits": [{"receipts": [{"after": "2s", "status": "sent"}]}, {"send": {"error": "retryable"}}, {}]}]`
	first := runIn(t, p, map[string]string{"to": "+639171234567"}, world)
	for range 20 {
		if diff := cmp.Diff(first, runIn(t, p, map[string]string{"to": "+639171234567"}, world)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestTranscriptIsForPeopleAndHoldsNoSecret(t *testing.T) {
	t.Parallel()
	p := compile(t, fmt.Sprintf(oneSend, deadlines))
	r := runIn(t, p, map[string]string{"to": "+639171234567", "code": "s3cr3t"}, `[{"node": "viber", "receipts": [{"after": "40s", "status": "read"}]}]`)
	want := `00:00 start: next → Viber
00:00 Viber: sends "Code ••••••" to +639171234567 by viber-main
00:00 Viber: sent
00:30 Viber: not delivered within 30s → late
00:30 Completed (late)
`
	var b strings.Builder
	for _, l := range r.Lines {
		if l.Type == string(engine.TraceSent) || !l.Detail || l.Type == string(engine.TraceStatus) {
			fmt.Fprintf(&b, "%s %s\n", scenario.Clock(l.At), l.Text)
		}
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	lines, err := json.Marshal(r.Lines)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lines), "s3cr3t") {
		t.Errorf("a secret is in the transcript: %s", lines)
	}
	if r.Variables["code"] != "s3cr3t" || r.Masked["code"] != engine.Mask {
		t.Errorf("variables: %v, masked: %v", r.Variables, r.Masked)
	}
	if m := r.Messages[0]; m.Text != "Code s3cr3t" || m.Masked != "Code "+engine.Mask {
		t.Errorf("message: %+v", m)
	}
}

func TestEveryKindOfLineHasItsWords(t *testing.T) {
	t.Parallel()
	p := compile(t, `{"schema": "sluice/v1", "name": "Words", "nodes": [
	  {"id": "start", "type": "start", "config": {"inputs": [{"name": "to", "type": "phone", "required": true}, {"name": "pin", "type": "string", "secret": true}]}},
	  {"id": "set", "type": "set_variables", "name": "Set", "config": {"variables": [{"name": "a", "value": "x < y"}, {"name": "b", "value": "{{pin}}!"}]}},
	  {"id": "pic", "type": "send_whatsapp", "name": "Picture", "config": {"channel": "w", "to": "{{to}}", "message": {"type": "image", "url": "https://example.com/a.jpg", "caption": "Look"}, "delivered_within": "30s"}},
	  {"id": "wa", "type": "send_whatsapp", "name": "Template", "config": {"channel": "w", "to": "{{to}}", "message": {"type": "template", "template": "otp", "language": "en", "parameters": ["{{pin}}", "5"]}, "delivered_within": "90m"}}],
	  "edges": [{"from": "start", "port": "next", "to": "set"}, {"from": "set", "port": "next", "to": "pic"}, {"from": "pic", "port": "not_delivered", "to": "wa"}]}`)
	r := runIn(t, p, map[string]string{"to": "+639171234567", "pin": "9"}, `[
	  {"node": "pic", "send": {"after": "500ms"}, "receipts": [{"after": "1s", "status": "failed", "code": "E"}, {"after": "2s", "status": "read"}]},
	  {"node": "wa", "send": {"error": "retryable", "code": "busy"}}]`)
	text := transcript(r)
	for _, want := range []string{
		`Set: a = "x < y"`, "Set: b = " + engine.Mask,
		`Picture: sends a message of type image "Look" to +639171234567 by w`,
		"00:00.5 Picture: sent", "00:01 Picture: failed (E)", `00:01 Picture: failed (by the exit "not delivered") → Template`,
		"Template: sends the template otp (en) with " + engine.Mask + ", 5 to",
		"00:01 Template: the provider could not take the message now (busy); tries again at 00:02",
		"00:02 ignored, the run has left that visit",
		"Template: waits until 1:30:01", "1:30:01 Template: not delivered within 1h30m → the end", "1:30:01 Failed (not delivered)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the transcript lacks %q:\n%s", want, text)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "00:00", 39 * time.Second: "00:39", 90 * time.Second: "01:30", 1500 * time.Millisecond: "00:01.5",
		time.Hour + 5*time.Minute: "1:05:00", 3*24*time.Hour + 10*time.Second: "3d 00:00:10", 7 * time.Millisecond: "00:00.007",
	} {
		if got := scenario.Clock(flows.Duration(d)); got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
	}
}
