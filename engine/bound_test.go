package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

func mustCompile(t testing.TB, document string) *engine.Program {
	t.Helper()
	f, diags := flows.Decode([]byte(document))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := engine.Compile(f, nodes.Standard())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

// document makes a flow of nodes after a start without inputs.
func document(nodes string, edges ...string) string {
	var list []string
	for _, e := range edges {
		from, rest, _ := strings.Cut(e, ".")
		port, to, _ := strings.Cut(rest, ">")
		list = append(list, fmt.Sprintf(`{"from":%q,"port":%q,"to":%q}`, from, port, to))
	}
	return `{"schema":"sluice/v1","name":"t","nodes":[{"id":"start","type":"start"},` + nodes + `],"edges":[` + strings.Join(list, ",") + `]}`
}

func sendNode(id, more string) string {
	return `{"id":"` + id + `","type":"send_viber","config":{"channel":"c","to":"1","message":{"type":"text","text":"t"}` + more + `}}`
}

func askNode(id, more string) string {
	return `{"id":"` + id + `","type":"ask","config":{"channel_type":"viber","channel":"c","to":"1","message":{"type":"text","text":"t"}` + more + `}}`
}

func TestBound(t *testing.T) {
	t.Parallel()
	both := `,"delivered_within":"30s","read_within":"60s"`
	tests := []struct {
		name, document, want string
	}{
		{"only a start", document(`{"id":"e","type":"end"}`, "start.next>e"), `{"steps":2,"messages":0,"duration":"0s"}`},
		{"a send without deadlines takes no time of ours", document(sendNode("a", ""), "start.next>a"), `{"steps":2,"messages":1,"duration":"0s"}`},
		{"the latest port counts", document(sendNode("a", both), "start.next>a"), `{"steps":2,"messages":1,"duration":"1m"}`},
		{"not delivered, then not read", document(sendNode("a", both)+","+sendNode("b", both)+","+sendNode("c", ""), "start.next>a", "a.not_delivered>b", "b.not_read>c"), `{"steps":4,"messages":3,"duration":"1m30s"}`},
		{"not read leads on", document(sendNode("a", both)+","+sendNode("b", both), "start.next>a", "a.not_read>b"), `{"steps":3,"messages":2,"duration":"2m"}`},
		{"a port that needs a deadline which is not set cannot be taken", document(sendNode("a", `,"delivered_within":"30s"`)+","+sendNode("b", both), "start.next>a", "a.not_read>b", "a.failed>b", "a.not_delivered>b"), `{"steps":3,"messages":2,"duration":"1m30s"}`},
		{"failed falls back to a port without deadline", document(sendNode("a", "")+","+sendNode("b", ""), "start.next>a", "a.not_delivered>b"), `{"steps":3,"messages":2,"duration":"0s"}`},
		{"a read deadline before the delivery deadline", document(sendNode("a", `,"delivered_within":"60s","read_within":"10s"`)+","+sendNode("b", both), "start.next>a", "a.not_delivered>b"), `{"steps":3,"messages":2,"duration":"1m10s"}`},
		{"a loop", document(sendNode("a", both)+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":3}}`, "start.next>a", "a.not_read>j"), `{"steps":9,"messages":4,"duration":"4m"}`},
		{"what comes after the limit", document(sendNode("a", "")+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":1}},{"id":"w","type":"wait","config":{"for":"7d"}}`, "start.next>a", "a.next>j", "j.exceeded>w"), `{"steps":6,"messages":2,"duration":"7d"}`},
		{"two loops multiply", document(sendNode("a", "")+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":2}},{"id":"k","type":"jump","config":{"target":"a","max_jumps":2}}`, "start.next>a", "a.next>j", "j.exceeded>k"), `{"steps":14,"messages":5,"duration":"0s"}`},
		{"a wait until a moment", document(`{"id":"w","type":"wait","config":{"until":"2026-01-01"}}`, "start.next>w"), `{"steps":2,"messages":0,"duration":"unbounded","reason":"the run waits until a moment that only the run knows"}`},
		{"a large loop is bounded, not searched", document(sendNode("a", both)+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":1000000}}`, "start.next>a", "a.not_read>j"), `{"steps":2000003,"messages":1000001,"duration":"694d10h41m","at_most":true}`},
		{"a question that is asked again", document(askNode("a", `,"choices":[{"port":"yes"}],"reply_within":"10m","delivered_within":"30s","retries":2`)+","+sendNode("b", both), "start.next>a", "a.not_delivered>b"), `{"steps":5,"messages":4,"duration":"30m"}`},
		{"a question without choices is asked once", document(askNode("a", `,"reply_within":"10m","retries":2`), "start.next>a"), `{"steps":2,"messages":1,"duration":"10m"}`},
		{"an answer without a deadline", document(askNode("a", ""), "start.next>a"), `{"steps":2,"messages":1,"duration":"unbounded","reason":"the run waits for a reply without a deadline"}`},
		{"beyond counting", document(`{"id":"w","type":"wait","config":{"for":"30000d"}},{"id":"j","type":"jump","config":{"target":"w","max_jumps":1000000}}`, "start.next>w", "w.next>j"), `{"steps":2000003,"messages":0,"duration":"unbounded","reason":"the jumps can repeat waits 1000000 times, longer than can be counted","at_most":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(mustCompile(t, tt.document).Bound())
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A drawing with a jump at every send has a huge space of counters, of which a
// run can come to a few only.
func TestBoundIsExactForManyJumpsForward(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 7, 40, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			b := mustCompile(t, jumpsForward(n, 3)).Bound()
			if b.AtMost || b.Steps != n+3 || b.Messages != n+1 || time.Duration(b.Duration) != time.Duration(n+1)*30*time.Second {
				t.Errorf("got %+v", b)
			}
		})
	}
}

func TestBoundOfMoreJumpsThanAreSearchedIsSafe(t *testing.T) {
	t.Parallel()
	b := mustCompile(t, jumpsForward(150, 3)).Bound()
	if !b.AtMost || b.Steps < 153 || b.Messages < 151 || time.Duration(b.Duration) < 151*30*time.Second {
		t.Errorf("got %+v", b)
	}
}

// jumpsForward is a row of sends, each of which goes on to the next when not
// delivered in 30 s, and by a jump to the last send when not read in a minute.
func jumpsForward(n, times int) string {
	var list, edges []string
	for i := range n {
		list = append(list, sendNode(fmt.Sprintf("v%d", i), `,"delivered_within":"30s","read_within":"60s"`),
			fmt.Sprintf(`{"id":"j%d","type":"jump","config":{"target":"sms","max_jumps":%d}}`, i, times))
		next := fmt.Sprintf("v%d", i+1)
		if i == n-1 {
			next = "sms"
		}
		edges = append(edges, fmt.Sprintf("v%d.not_delivered>%s", i, next), fmt.Sprintf("v%d.not_read>j%d", i, i))
	}
	return document(strings.Join(append(list, sendNode("sms", "")), ","), append(edges, "start.next>v0")...)
}

func TestARunThatOutlivesItsLifetimeIsWarnedOf(t *testing.T) {
	t.Parallel()
	_, diags := tryCompile([]byte(document(`{"id":"w","type":"wait","config":{"for":"40d"}}`, "start.next>w")))
	if len(diags) != 1 || diags[0].Code != "too_long_run" || diags[0].Message != "A run can take 40d, but is stopped after 30d." {
		t.Errorf("got %v", diags)
	}
}

func TestTheWorstPathIsTheSlowestWay(t *testing.T) {
	t.Parallel()
	both := `,"delivered_within":"30s","read_within":"60s"`
	tests := []struct {
		name, document, want string
	}{
		{"the deadlines of a chain", document(sendNode("a", both)+","+sendNode("b", both)+","+sendNode("c", ""), "start.next>a", "a.not_delivered>b", "b.not_read>c"), "start.next a.not_delivered b.not_read c."},
		{"a refusal can come at the deadline too", document(sendNode("a", `,"read_within":"1h"`)+","+sendNode("b", both), "start.next>a", "a.failed>b"), "start.next a.failed b."},
		{"of ways that take as long, the one with more messages", document(`{"id":"if","type":"condition","config":{"branches":[{"port":"yes","when":{"type":"expression","expression":"true"}}]}},`+sendNode("a", ""), "start.next>if", "if.else>a"), "start.next if.else a."},
		{"a jump and where it gives up", document(sendNode("a", both)+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":1}},`+sendNode("z", ""), "start.next>a", "a.not_read>j", "j.exceeded>z"), "start.next a.not_read j. a.not_read j.exceeded z."},
		{"failed through the port that it falls back to", document(sendNode("a", "")+","+sendNode("b", ""), "start.next>a", "a.not_delivered>b"), "start.next a.not_delivered b."},
		{"a wait without a limit before a longer one with", document(`{"id":"w","type":"wait","config":{"until":"2026-01-01"}},{"id":"x","type":"wait","config":{"for":"7d"}}`, "start.next>x", "x.next>w"), "start.next x.next w."},
		{"an upper bound belongs to no way", document(sendNode("a", both)+`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":1000000}}`, "start.next>a", "a.not_read>j"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range mustCompile(t, tt.document).WorstPath() {
				got = append(got, s.Node+"."+s.Port)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), tt.want)
			}
		})
	}
}
