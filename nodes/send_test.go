package nodes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

const sms = `{"id":"sms","type":"send_sms","config":{"channel":"c","to":"{{phone}}","message":{"type":"text","text":"SMS"}}}`

// viber is a send under test with the given deadlines, whose ports lead to an
// SMS unless the test leaves them open.
func viber(deadlines string) string {
	return `{"id":"viber","type":"send_viber","config":{"channel":"v","to":"{{phone}}","message":{"type":"text","text":"Code {{code}}"}` + deadlines + `}},` + sms +
		`,{"id":"done","type":"end","config":{"outcome":"done"}}`
}

const phoneAndCode = `[{"name":"phone","type":"phone","required":true},{"name":"code","secret":true}]`

func TestSendLeavesByTheRightPort(t *testing.T) {
	t.Parallel()
	both := `,"delivered_within":"30s","read_within":"60s"`
	all := []string{"start.next>viber", "viber.not_delivered>sms", "viber.not_read>sms", "viber.failed>sms", "viber.next>done"}
	without := func(ports ...string) []string {
		edges := []string{"start.next>viber"}
		for _, e := range all[1:] {
			keep := true
			for _, p := range ports {
				keep = keep && !strings.HasPrefix(e, "viber."+p+">")
			}
			if keep {
				edges = append(edges, e)
			}
		}
		return edges
	}
	tests := []struct {
		name      string
		deadlines string
		edges     []string
		do        func(r *runner)
		ports     []string
		// node is where the run then is; empty when it has ended.
		node    string
		status  engine.Status
		outcome string
	}{
		{"not delivered in time", both, all, func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"delivered but not read in time", both, all, func(r *runner) {
			r.accepted()
			r.at(29 * time.Second).receipt("delivered")
			r.at(60 * time.Second).timer()
		}, []string{"next", "not_read"}, "sms", engine.StatusWaiting, ""},
		{"read in time", both, all, func(r *runner) { r.accepted(); r.at(9 * time.Second).receipt("delivered"); r.receipt("read") }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"read implies delivered", both, all, func(r *runner) { r.accepted(); r.at(29 * time.Second).receipt("read") }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"receipts before the send returns", both, all, func(r *runner) { r.receipt("read") }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"the deadline counts while the vendor is slow", both, all, func(r *runner) { r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"refused", both, all, func(r *runner) { r.refused("permanent", "21211") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"a failed receipt", both, all, func(r *runner) { r.accepted(); r.receipt("failed") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"failed, not connected, goes on at not delivered", both, without("failed"), func(r *runner) { r.refused("permanent", "1") }, []string{"next", "failed via not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"failed goes on at not read when that alone is connected", both, without("failed", "not_delivered"), func(r *runner) { r.refused("permanent", "1") }, []string{"next", "failed via not_read"}, "sms", engine.StatusWaiting, ""},
		{"failed without any way on", both, without("failed", "not_delivered", "not_read"), func(r *runner) { r.refused("permanent", "1") }, []string{"next", "failed"}, "viber", engine.StatusFailed, "failed"},
		{"not delivered without an edge", both, without("not_delivered"), func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, "viber", engine.StatusFailed, "not_delivered"},
		{"not read without an edge is no failure", both, without("not_read"), func(r *runner) { r.accepted(); r.receipt("delivered"); r.at(time.Minute).timer() }, []string{"next", "not_read"}, "viber", engine.StatusCompleted, "not_read"},
		{"nothing asked for: next when accepted", "", all, func(r *runner) { r.accepted() }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"nothing asked for, a receipt comes first", "", all, func(r *runner) { r.receipt("delivered") }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"nothing asked for, refused", "", all, func(r *runner) { r.refused("auth", "20003") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"only delivery asked for", `,"delivered_within":"30s"`, all, func(r *runner) { r.accepted(); r.receipt("delivered") }, []string{"next", "next"}, "done", engine.StatusCompleted, "done"},
		{"only reading asked for", `,"read_within":"60s"`, all, func(r *runner) { r.accepted(); r.receipt("delivered"); r.at(time.Minute).timer() }, []string{"next", "not_read"}, "sms", engine.StatusWaiting, ""},
		{"still waiting after delivery", both, all, func(r *runner) { r.accepted(); r.receipt("delivered") }, []string{"next"}, "viber", engine.StatusWaiting, ""},
		{"a late failure does not undo a delivery", both, all, func(r *runner) { r.receipt("delivered"); r.receipt("failed"); r.refused("permanent", "1") }, []string{"next"}, "viber", engine.StatusWaiting, ""},
		{"retries until the deadline count as not delivered", both, all, func(r *runner) { r.at(30*time.Second).refused("retryable", "503") }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"so does what stayed unclear until the deadline", both, all, func(r *runner) { r.at(30*time.Second).refused("unknown", "") }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"a refusal at the deadline is one", both, all, func(r *runner) { r.at(30*time.Second).refused("permanent", "1") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"an unclear send before the deadline has failed", both, all, func(r *runner) { r.at(29*time.Second).refused("unknown", "") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"a timer before its time does nothing", both, all, func(r *runner) { r.at(29 * time.Second).timer() }, []string{"next"}, "viber", engine.StatusWaiting, ""},
		{"replies do nothing", both, all, func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "{{code}}"}})
		}, []string{"next"}, "viber", engine.StatusWaiting, ""},
		{"reading deadline before the delivery deadline", `,"delivered_within":"60s","read_within":"30s"`, all, func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_read"}, "sms", engine.StatusWaiting, ""},
		{"both deadlines at once", `,"delivered_within":"30s","read_within":"30s"`, all, func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, phoneAndCode, viber(tt.deadlines), tt.edges...)), `{"phone":"+639171234567","code":"123"}`)
			tt.do(r)
			if diff := cmp.Diff(tt.ports, r.ports()); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if r.state.Node != tt.node || r.state.Status != tt.status || r.state.Outcome != tt.outcome {
				t.Errorf("the run is in %q, %s %q; want %q, %s %q", r.state.Node, r.state.Status, r.state.Outcome, tt.node, tt.status, tt.outcome)
			}
		})
	}
}

func TestReceiptOfALeftVisitNeverChangesTheRun(t *testing.T) {
	t.Parallel()
	r := begin(t, compile(t, flow(t, phoneAndCode, viber(`,"delivered_within":"30s"`), "start.next>viber", "viber.not_delivered>sms")), `{"phone":"639171234567"}`)
	left := r.state.Visit
	r.at(30 * time.Second).timer()
	before := mustJSON(t, r.state)
	r.step(engine.Event{Kind: engine.EventReceipt, Visit: left, Receipt: &engine.Receipt{Status: engine.ReceiptRead}})
	if after := mustJSON(t, r.state); after != before {
		t.Errorf("the run changed:\n%s\n%s", before, after)
	}
	if diff := cmp.Diff([]string{"the run has left that visit"}, r.ignored()); diff != "" {
		t.Error(diff)
	}
}

func TestSendAsksForOneRenderedMessage(t *testing.T) {
	t.Parallel()
	r := begin(t, compile(t, flow(t, phoneAndCode, viber(`,"category":"promotional","delivered_within":"30s","read_within":"60s"`), "start.next>viber")), `{"phone":"63 917 123 4567","code":"{{phone}}"}`)
	if len(r.effects) != 1 {
		t.Fatalf("%d effects, want 1", len(r.effects))
	}
	s := r.effects[0].Send
	if s.To != "+639171234567" || s.MaskedTo != s.To || s.Channel != "v" || s.ChannelType != "viber" || s.Category != "promotional" {
		t.Errorf("addressed wrongly: %+v", s)
	}
	if s.Message.Text != "Code {{phone}}" {
		t.Errorf("the text is %q; what a variable holds must not be evaluated", s.Message.Text)
	}
	if s.Masked.Text != "Code "+engine.Mask {
		t.Errorf("the masked text is %q", s.Masked.Text)
	}
	if s.OnUnknown != engine.OnUnknownFail {
		t.Errorf("a promotional message has the policy %q", s.OnUnknown)
	}
	if want := epoch.Add(30 * time.Second); !s.GiveUpAt.Equal(want) {
		t.Errorf("retries end at %v, want %v", s.GiveUpAt, want)
	}
	if trace := mustJSON(t, r.trace); strings.Contains(trace, "{{phone}}") {
		t.Errorf("the secret shows in the history: %s", trace)
	}
}

func TestMessageFormsRender(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, message, want string }{
		{"template", `{"type":"template","template":"otp","language":"en","parameters":["{{code}}","x"]}`, `{"type":"template","template":"otp","language":"en","parameters":["42","x"]}`},
		{"image", `{"type":"image","url":"https://x/{{code}}.png","caption":"C {{code}}","filename":"f{{code}}"}`, `{"type":"image","url":"https://x/42.png","caption":"C 42","filename":"f42"}`},
		{"buttons", `{"type":"buttons","text":"T","buttons":[{"id":"a","title":"A{{code}}"},{"title":"L","url":"https://x/{{code}}"}]}`, `{"type":"buttons","text":"T","buttons":[{"id":"a","title":"A42"},{"title":"L","url":"https://x/42"}]}`},
		{"list", `{"type":"list","text":"T","button":"B{{code}}","rows":[{"id":"1","title":"{{code}}","description":"d{{code}}"}]}`, `{"type":"list","text":"T","button":"B42","rows":[{"id":"1","title":"42","description":"d42"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			node := `{"id":"wa","type":"send_whatsapp","config":{"channel":"w","to":"1","message":` + tt.message + `}}`
			p := compile(t, flow(t, `[{"name":"code"}]`, node, "start.next>wa"))
			for range 2 {
				r := begin(t, p, `{"code":"42"}`)
				if got := mustJSON(t, r.effects[0].Send.Message); got != tt.want {
					t.Errorf("rendered %s, want %s", got, tt.want)
				}
			}
		})
	}
}
