package nodes_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// TestRulesOnValuesAsTheyCome compares what people and programs send with what a
// flow's author wrote.
func TestRulesOnValuesAsTheyCome(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		input, value, operator, to string
		want                       bool
	}{
		{"integer", `9007199254740993`, "equals", "9007199254740992", false},
		{"integer", `9007199254740993`, "equals", "9007199254740993", true},
		{"integer", `9007199254740993`, "greater_than", "9007199254740992", true},
		{"string", `"12345678901234567891"`, "greater_than", "12345678901234567890", true},
		{"number", `0.1`, "equals", "0.10", true},
		{"string", `"0.30000000000000001"`, "at_most", "0.3", false},
		{"string", `"Infinity"`, "at_least", "18", false},
		{"string", `"-inf"`, "less_than", "18", false},
		{"string", `"NaN"`, "at_least", "18", false},
		{"string", `"1_000"`, "at_least", "18", false},
		{"string", `"0x20"`, "at_least", "18", false},
		{"string", `"1e400"`, "at_least", "18", false},
		{"string", `"1,000"`, "at_least", "18", false},
		{"string", `" 20 "`, "at_least", "18", true},
		{"string", `"２０"`, "at_least", "18", true},
		{"string", `"٢٠"`, "at_least", "18", true},
		{"string", `"٠١٨"`, "equals", "018", true},
		{"string", `"018"`, "equals", "18", false},
		{"string", `" １８ "`, "one_of", "17, 18", true},
		{"number", `1.10`, "equals", "1.1", true},
		{"number", `0.30`, "one_of", "0.3", true},
		{"string", `"\u200e20\u200f"`, "at_least", "18", true},
		{"datetime", `"9999-12-31T23:59:59-01:00"`, "after", "2026-01-01", true},
		{"datetime", `"2026-01-01T00:30:00+01:00"`, "before", "2026-01-01", true},
		{"string", `"2026-01-01 09:00"`, "after", "2026-01-01T08:59:00Z", true},
		{"string", `"10000-01-01"`, "after", "2026-01-01", false},
		{"string", `"` + strings.Repeat("x", 16<<10) + `"`, "matches", ".{1,500}", false},
		{"string", `"` + strings.Repeat("x", 16<<10) + `"`, "matches", "x+", true},
		{"string", `"x"`, "matches", "{{a}}(", false},
	} {
		when := fmt.Sprintf(`{"type":"rule","value":"{{a}}","operator":%q,"to":%q}`, tt.operator, tt.to)
		declared := fmt.Sprintf(`[{"name":"a","type":%q}]`, tt.input)
		p := compile(t, flow(t, declared, `{"id":"if","type":"condition","config":{"branches":[{"port":"yes","when":`+when+`}]}}`, "start.next>if"))
		want := "else"
		if tt.want {
			want = "yes"
		}
		if got := begin(t, p, `{"a":`+tt.value+`}`).state.Outcome; got != want {
			t.Errorf("%.60s %s %s leaves by %q, not by %q", tt.value, tt.operator, tt.to, got, want)
		}
	}
}

func TestNumbersThatCannotBeKeptAreRefused(t *testing.T) {
	t.Parallel()
	for typ, value := range map[string]string{"integer": "12345678901234567890", "number": "0.12345678901234567891", "json": `{"account":12345678901234567890}`} {
		p := compile(t, flow(t, fmt.Sprintf(`[{"name":"a","type":%q}]`, typ), `{"id":"e","type":"end"}`, "start.next>e"))
		_, problems := p.CheckInputs(map[string]json.RawMessage{"a": json.RawMessage(value)})
		if len(problems) != 1 || problems[0].Code != "inexact_number" {
			t.Errorf("%s %s: %+v", typ, value, problems)
		}
	}
}

func TestNumbersOfFlowsAreKeptOrRefused(t *testing.T) {
	t.Parallel()
	for number, code := range map[string]string{"9007199254740993": "", "0.1": "", "12345678901234567890": "inexact_number", "[1, {\"a\": 0.12345678901234567891}]": "inexact_number"} {
		_, diags := tryCompile(t, flow(t, "[]", `{"id":"v","type":"set_variables","config":{"variables":[{"name":"n","value":`+number+`}]}}`, "start.next>v"))
		if got := codes(diags); got != code {
			t.Errorf("%s gives %q, not %q", number, got, code)
		}
	}
}

// codes are those of the errors.
func codes(diags flows.Diagnostics) string {
	var list []string
	for _, d := range diags {
		if d.Severity == flows.SeverityError {
			list = append(list, d.Code)
		}
	}
	return strings.Join(list, " ")
}

func TestCountryCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"PH": "", "MY": "", "ML": "", "gb": "", "XK": "",
		"AQ": "AQ is a country code without phone numbers of its own.", "BV": "BV is a country code without phone numbers of its own.", "UM": "UM is a country code without phone numbers of its own.",
		"UK": `"UK" is not a country code.`, "QQ": `"QQ" is not a country code.`, "63": `"63" is not a country code.`, "PHL": `"PHL" is not a country code.`,
	} {
		for _, node := range []string{
			`{"id":"c","type":"identify_phone","config":{"phone":"{{p}}","branches":[{"port":"a","codes":["` + code + `"]}]}}`,
			`{"id":"c","type":"condition","config":{"branches":[{"port":"a","when":{"type":"rule","value":"{{p}}","operator":"region_is","to":"` + code + `"}}]}}`,
		} {
			_, diags := tryCompile(t, flow(t, `[{"name":"p"}]`, node, "start.next>c"))
			message := ""
			for _, d := range diags {
				if d.Code == "bad_code" {
					message = d.Message
				}
			}
			if message != want {
				t.Errorf("%s: %q, not %q", code, message, want)
			}
		}
	}
}

func TestLocalTimesAreMeantInTheNodesZone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ until, zone, due string }{
		{"2026-01-31", "Asia/Manila", "2026-01-30T16:00:00Z"},
		{"2026-01-31T09:00", "{{zone}}", "2026-01-31T00:00:00Z"},
		{"2026-01-31 09:00", "{{none}}", "2026-01-31T09:00:00Z"},
		{"2026-01-31 09:00", "", "2026-01-31T09:00:00Z"},
		{"2026-01-31T09:00:00+02:00", "Asia/Manila", "2026-01-31T07:00:00Z"},
	} {
		node := fmt.Sprintf(`{"id":"w","type":"wait","config":{"until":%q,"timezone":%q}}`, tt.until, tt.zone)
		r := begin(t, compile(t, flow(t, `[{"name":"zone"},{"name":"none"}]`, node, "start.next>w")), `{"zone":"Asia/Tokyo","none":"Mars/Olympus"}`)
		if r.state.Status != engine.StatusWaiting {
			// The runner's clock stands after it: a moment that has passed does not wait.
			t.Errorf("until %s in %s: the run is %s", tt.until, tt.zone, r.state.Status)
			continue
		}
		if due := r.state.Wait.Due.UTC().Format("2006-01-02T15:04:05Z"); due != tt.due {
			t.Errorf("until %s in %s is %s, not %s", tt.until, tt.zone, due, tt.due)
		}
	}
}

// TestNoReplyFailsARun answers a question with anything at all, compares it in every
// way that rules can, one after the other, and works with it.
func TestNoReplyFailsARun(t *testing.T) {
	t.Parallel()
	var list, edges []string
	last := "ask.yes>r0,ask.else>r0"
	rule := func(op, to string) {
		id := fmt.Sprintf("r%d", len(list))
		list = append(list, fmt.Sprintf(`{"id":%q,"type":"condition","config":{"branches":[{"port":"yes","when":{"type":"rule","value":"{{reply}}%s","operator":%q,"to":%s}}]}}`, id, strings.Repeat(".", len(list)%2), op, mustJSON(t, to)))
		edges = append(edges, strings.Split(last, ",")...)
		last = fmt.Sprintf("%s.yes>r%d,%s.else>r%d", id, len(list), id, len(list))
	}
	for _, op := range nodes.Condition().Spec.Config[0].Items.Fields[2].Variants[1].Fields[1].Choices {
		to := []string{"yes", "18", "2026-01-31", `(a|b)*c{0,50}\\d+`, ".{1,500}", "{{reply}}", "{{steps.ask.reply}}, x"}
		if op.Takes == "regions" {
			to = []string{"PH", "{{reply}}"}
		}
		for _, to := range to {
			rule(op.Value, to)
		}
	}
	set := fmt.Sprintf(`{"id":"r%d","type":"set_variables","config":{"variables":[{"name":"n","value":"{{number(reply)}}"},{"name":"m","value":"{{moment(reply)}}"},{"name":"d","value":"{{day(reply)}}"},{"name":"r","value":"{{region(reply)}}"},
		{"name":"t","value":"{{reply}}!"},{"name":"twice","value":"{{t}}{{t}}"},{"name":"u","value":"{{lower(reply) + upper(reply)}}"},{"name":"l","value":["{{reply}}",{"a":"{{trim(reply)}}"}]}]}}`, len(list))
	list, edges = append(list, set), append(edges, strings.Split(last, ",")...)
	p := compile(t, flow(t, `[{"name":"to","type":"phone"}]`,
		`{"id":"ask","type":"ask","config":{"channel_type":"whatsapp","channel":"c","to":"{{to}}","message":{"type":"text","text":"?"},"choices":[{"port":"yes","title":"Yes"}],"output":"reply"}},`+strings.Join(list, ","),
		append(edges, "start.next>ask")...))
	last = fmt.Sprintf("r%d", len(list)-1)
	answer := func(rt rapid.TB, reply string) {
		r := begin(t, p, `{"to":"+639171234567"}`)
		r.reply(reply)
		if r.state.Error != nil || r.state.Node != last {
			rt.Fatalf("%.40q fails the run at %s: %+v", reply, r.state.Node, r.state.Error)
		}
	}
	for _, reply := range []string{
		"", "\x00", "\xff\xfe", strings.Repeat("\xff", 16<<10), strings.Repeat("\x01", 16<<10), strings.Repeat("x", 16<<10), strings.Repeat("😀", 6000), strings.Repeat("9", 5000), strings.Repeat("a,", 8000), strings.Repeat("İ", 8000),
		strings.Repeat("(", 256), "{{reply}}", "2026-01-31", "9999-12-31T23:59:59-01:00", "+639171234567", "1e400", "NaN", strings.Repeat("\u200b", 5000),
	} {
		answer(t, reply)
	}
	rapid.Check(t, func(rt *rapid.T) {
		answer(rt, rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9.,e+-]{0,300}`), rapid.StringMatching(`[(\[*+?|]{0,40}`), rapid.StringMatching(`[@«¡A-Za-zİıßΣ .!?»]{0,40}`)).Draw(rt, "reply"))
	})
}
