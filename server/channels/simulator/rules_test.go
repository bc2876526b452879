package simulator

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

func TestTheMostSpecificRuleWins(t *testing.T) {
	t.Parallel()
	rules := []Rule{
		{To: "*"},
		{To: "*", ChannelType: channels.Viber},
		{To: "+63*"},
		{To: "+6391*", ChannelType: channels.SMS},
		{To: "+6391*"},
		{To: "+639171234567"},
		{To: "+639171234567", ChannelType: channels.WhatsApp},
	}
	tests := []struct {
		typ  channels.ChannelType
		to   string
		want int
	}{
		{channels.SMS, "+15550100", 0},
		{channels.Viber, "+15550100", 1},
		{channels.SMS, "+63999", 2},
		{channels.Viber, "+63999", 2},
		{channels.SMS, "+63911", 3},
		{channels.Viber, "+63911", 4},
		{channels.SMS, "+639171234567", 5},
		{channels.WhatsApp, "+639171234567", 6},
	}
	for _, tt := range tests {
		if got := match(rules, tt.typ, tt.to); got.To != rules[tt.want].To || got.ChannelType != rules[tt.want].ChannelType {
			t.Errorf("%s %s: got %+v, want %+v", tt.typ, tt.to, got, rules[tt.want])
		}
	}
	if got := match(rules[5:6], channels.SMS, "+1"); got.To != "" {
		t.Errorf("no rule fits: got %+v", got)
	}
}

func TestBadRulesAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		field string
		rule  Rule
	}{
		{"to", Rule{}},
		{"to", Rule{To: "+63*1"}},
		{"to", Rule{To: "with space"}},
		{"channel_type", Rule{To: "*", ChannelType: "pigeon"}},
		{"delivered_after", Rule{To: "*", DeliveredAfter: After(-time.Second)}},
		{"read_after", Rule{To: "*", ReadAfter: After(31 * 24 * time.Hour)}},
		{"reply.text", Rule{To: "*", Reply: &Reply{}}},
		{"reply.text", Rule{To: "*", Reply: &Reply{Text: strings.Repeat("x", maxRuleText+1)}}},
		{"reply.after", Rule{To: "*", Reply: &Reply{Text: "x", After: -1}}},
		{"fail.class", Rule{To: "*", Fail: &Fail{When: FailAtSend, Class: "sometimes"}}},
		{"fail.when", Rule{To: "*", Fail: &Fail{}}},
		{"fail.code", Rule{To: "*", Fail: &Fail{When: FailAtSend, Code: strings.Repeat("x", 65)}}},
		{"fail.after", Rule{To: "*", Fail: &Fail{When: FailAtReceipt, After: -1}}},
		{"fail.retry_after", Rule{To: "*", Fail: &Fail{When: FailAtSend, RetryAfter: -1}}},
		{"fail.times", Rule{To: "*", Fail: &Fail{When: FailAtSend, Times: -1}}},
	}
	types := kind().ChannelTypes
	for _, tt := range tests {
		err := checkRules([]Rule{{To: "+1"}, tt.rule}, types)
		var re *RuleError
		if !errors.As(err, &re) || re.Index != 1 || re.Field != tt.field || !strings.HasPrefix(err.Error(), "rule 2, "+tt.field) {
			t.Errorf("%+v: got %v, want a problem with %s", tt.rule, err, tt.field)
		}
	}
	var re *RuleError
	if err := checkRules([]Rule{{To: "*"}, {To: "*"}}, types); !errors.As(err, &re) || re.Index != 1 {
		t.Errorf("the same recipients twice: got %v", err)
	}
	if err := checkRules(make([]Rule, maxRules+1), types); !errors.As(err, &re) || re.Field != "rules" {
		t.Errorf("too many: got %v", err)
	}
	if err := checkRules([]Rule{{To: "*", DeliveredAfter: Never(), ReadAfter: After(maxDelay)}, {To: "*", ChannelType: channels.SMS}}, types); err != nil {
		t.Errorf("good rules: %v", err)
	}
}

func TestRulesInJSON(t *testing.T) {
	t.Parallel()
	const text = `{"to":"+63*","channel_type":"viber","delivered_after":"30s","read_after":"never",` +
		`"fail":{"when":"receipt","code":"42","after":"1m30s"},"reply":{"after":"5s","text":"YES"}}`
	var r Rule
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if *r.DeliveredAfter != *After(30 * time.Second) || *r.ReadAfter != *Never() || r.Fail.After != flows.Duration(90*time.Second) {
		t.Errorf("got %+v", r)
	}
	data, err := json.Marshal(r)
	if err != nil || string(data) != text {
		t.Errorf("got  %s, %v\nwant %s", data, err, text)
	}
	for _, bad := range []string{`{"read_after":"often"}`, `{"read_after":5}`, `{"read_after":"-1s"}`} {
		if err := json.Unmarshal([]byte(bad), &r); !errors.Is(err, flows.ErrDuration) {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

func TestThePlanOfAPhone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		rule Rule
		want string
	}{
		{"a scenario's world", Rule{}, "1s delivered, 2s read"},
		{"slow delivery moves reading", Rule{DeliveredAfter: After(30 * time.Second)}, "30s delivered, 31s read"},
		{"at once", Rule{DeliveredAfter: After(0), ReadAfter: After(0)}, "0s delivered, 0s read"},
		{"never delivered", Rule{DeliveredAfter: Never()}, ""},
		{"delivered, never read", Rule{ReadAfter: Never()}, "1s delivered"},
		{"read without delivered", Rule{DeliveredAfter: Never(), ReadAfter: After(9 * time.Second)}, "9s read"},
		{"failed", Rule{Fail: &Fail{When: FailAtReceipt, Code: "7", After: flows.Duration(time.Minute)}}, "1m0s failed 7"},
		{"failed without a code", Rule{Fail: &Fail{When: FailAtReceipt}}, "0s failed simulated"},
		{"a refusal plans as if it were taken", Rule{Fail: &Fail{When: FailAtSend}}, "1s delivered, 2s read"},
		{"an answer", Rule{ReadAfter: Never(), Reply: &Reply{After: flows.Duration(5 * time.Second), Text: "YES"}}, "1s delivered, 5s reply YES"},
		{"by hand", Rule{Manual: true, Reply: &Reply{Text: "YES"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for i, p := range tt.rule.plan(now, channels.Receipts{Delivered: true, Read: true}) {
				if p.ID != i+1 {
					t.Errorf("pending %d has id %d", i, p.ID)
				}
				word := string(p.Status)
				if p.Kind == PendingReply {
					word = "reply " + p.Text
				}
				got = append(got, strings.TrimSpace(p.Due.Sub(now).String()+" "+word+" "+p.Code))
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}
