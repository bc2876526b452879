package nodes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiagnosticsOfAFlow(t *testing.T) {
	t.Parallel()
	in := `[{"name":"phone","type":"phone"},{"name":"code","secret":true}]`
	tests := []struct {
		name, nodes string
		edges       []string
		// want holds "code node pointer" of each diagnostic.
		want []string
	}{
		{"nothing wrong", sms, []string{"start.next>sms"}, nil},
		{"unknown type", `{"id":"x","type":"send_smss","config":{}}`, []string{"start.next>x"}, []string{"unknown_type x /nodes/1/type"}},
		{"no type", `{"id":"x"}`, []string{"start.next>x"}, []string{"missing_field x /nodes/1/type"}},
		{"duplicate id", sms + "," + sms, []string{"start.next>sms"}, []string{"duplicate_id sms /nodes/2/id"}},
		{"duplicate id, with more mistakes in the second node", sms + "," + sms2("{{phnoe}}{{"), []string{"start.next>sms"}, []string{"bad_expression sms /nodes/2/config/to", "duplicate_id sms /nodes/2/id"}},
		{"duplicate id and an undefined variable", sms + "," + sms2("{{phnoe}}"), []string{"start.next>sms"}, []string{"undefined_variable sms /nodes/2/config/to", "duplicate_id sms /nodes/2/id"}},
		{"bad ids", `{"id":"","type":"end"},{"id":"a b","type":"end"}`, nil, []string{
			"missing_field  /nodes/1/id", "unreachable a b /nodes/2", "bad_name a b /nodes/2/id",
		}},
		{"dangling edges", sms, []string{"start.next>gone", "gone.next>sms"}, []string{"dangling_edge start /edges/0/to", "dangling_edge  /edges/1/from", "unreachable sms /nodes/1"}},
		{"unknown port", sms, []string{"start.next>sms", "sms.nxt>start"}, []string{"cycle sms /edges/1", "unknown_port sms /edges/1/port", "edge_into_start sms /edges/1/to"}},
		{"two edges at one port", sms + `,{"id":"end","type":"end"}`, []string{"start.next>sms", "start.next>end"}, []string{"duplicate_edge start /edges/1"}},
		{"a cycle", `{"id":"a","type":"wait","config":{"for":"1s"}},{"id":"b","type":"wait","config":{"for":"1s"}}`, []string{"start.next>a", "a.next>b", "b.next>a"}, []string{"cycle b /edges/2"}},
		{"two starts", `{"id":"start2","type":"start"}`, nil, []string{"second_start start2 /nodes/1"}},
		{"unreachable", sms, nil, []string{"unreachable sms /nodes/1"}},
		{"unknown field", `{"id":"w","type":"wait","config":{"for":"1s","unitl":"x"}}`, []string{"start.next>w"}, []string{"unknown_field w /nodes/1/config/unitl"}},
		{"bad duration", `{"id":"w","type":"wait","config":{"for":"soon"}}`, []string{"start.next>w"}, []string{"bad_duration w /nodes/1/config/for"}},
		{"zero duration", `{"id":"w","type":"wait","config":{"for":"0s"}}`, []string{"start.next>w"}, []string{"bad_duration w /nodes/1/config/for"}},
		{"neither for nor until", `{"id":"w","type":"wait"}`, []string{"start.next>w"}, []string{"missing_field w /nodes/1/config/for"}},
		{"for and until", `{"id":"w","type":"wait","config":{"for":"1s","until":"2026-01-01"}}`, []string{"start.next>w"}, []string{"ambiguous w /nodes/1/config/until"}},
		{"send at is no moment", `{"id":"s","type":"send_sms","config":{"channel":"c","to":"1","message":{"type":"text","text":"x"},"send_at":"noon"}}`, []string{"start.next>s"}, []string{"bad_time s /nodes/1/config/send_at"}},
		{"typing for too long", `{"id":"s","type":"send_whatsapp","config":{"channel":"c","to":"1","message":{"type":"template","template":"t"},"typing":"21s"}}`, []string{"start.next>s"}, []string{"typing_too_long s /nodes/1/config/typing"}},
		{"until is no moment", `{"id":"w","type":"wait","config":{"until":"noon"}}`, []string{"start.next>w"}, []string{"bad_time w /nodes/1/config/until"}},
		{"undefined variable", strings.Replace(sms, "{{phone}}", "{{phnoe}}", 1), []string{"start.next>sms"}, []string{"undefined_variable sms /nodes/1/config/to"}},
		{"undefined output", strings.Replace(sms, "{{phone}}", "{{steps.start.x}}{{steps.gone.x}}{{steps.sms.stat}}{{steps.sms}}", 1), []string{"start.next>sms"}, []string{
			"undefined_variable sms /nodes/1/config/to", "undefined_variable sms /nodes/1/config/to", "undefined_variable sms /nodes/1/config/to",
		}},
		{"set later only", sms2("{{later}}") + `,{"id":"set","type":"set_variables","config":{"variables":[{"name":"later","value":1}]}}`, []string{"start.next>sms", "sms.next>set"}, []string{"undefined_variable sms /nodes/1/config/to"}},
		{
			"set on one way only", `{"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"expression","expression":"true"}}]}},{"id":"set","type":"set_variables","config":{"variables":[{"name":"v","value":1}]}},` + sms2("{{v}}"),
			[]string{"start.next>if", "if.a>set", "set.next>sms", "if.else>sms"},
			[]string{"maybe_unset sms /nodes/3/config/to"},
		},
		{
			"set before the jump back", sms2("{{v ?? phone}}") + `,{"id":"set","type":"set_variables","config":{"variables":[{"name":"v","value":1}]}},{"id":"j","type":"jump","config":{"target":"sms","max_jumps":1}}`,
			[]string{"start.next>sms", "sms.next>set", "set.next>j"},
			[]string{"maybe_unset sms /nodes/1/config/to"},
		},
		{"set by the node itself only", `{"id":"c","type":"identify_phone","config":{"phone":"{{country}}","output":"country"}}`, []string{"start.next>c"}, []string{"undefined_variable c /nodes/1/config/phone"}},
		{"set by the same node, before and after", `{"id":"s","type":"set_variables","config":{"variables":[{"name":"a","value":1},{"name":"b","value":"{{a + c}}"},{"name":"c","value":"{{b}}"}]}}`, []string{"start.next>s"}, []string{"undefined_variable s /nodes/1/config/variables/1/value"}},
		{
			"set by the node itself on the way before", `{"id":"s","type":"set_variables","config":{"variables":[{"name":"n","value":"{{(n ?? 0) + 1}}"}]}},{"id":"j","type":"jump","config":{"target":"s","max_jumps":2}}`,
			[]string{"start.next>s", "s.next>j"},
			nil,
		},
		{"broken template", sms2("{{phone"), []string{"start.next>sms"}, []string{"bad_expression sms /nodes/1/config/to"}},
		{"broken expression", `{"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"expression","expression":"1 +"}}]}}`, []string{"start.next>if"}, []string{"bad_expression if /nodes/1/config/branches/0/when/expression"}},
		{"a form the channel does not take", strings.Replace(sms, `{"type":"text","text":"SMS"}`, `{"type":"buttons","text":"SMS","buttons":[]}`, 1), []string{"start.next>sms"}, []string{"unknown_form sms /nodes/1/config/message/type"}},
		{"a message without type", strings.Replace(sms, `"type":"text","text":"SMS"`, `"text":"SMS"`, 1), []string{"start.next>sms"}, []string{"missing_field sms /nodes/1/config/message/type"}},
		{"empty required text", strings.Replace(sms, `"text":"SMS"`, `"text":" "`, 1), []string{"start.next>sms"}, []string{"missing_field sms /nodes/1/config/message/text"}},
		{"wrong types", `{"id":"sms","type":"send_sms","config":{"channel":1,"to":true,"message":[],"category":"spam"}}`, []string{"start.next>sms"}, []string{
			"bad_choice sms /nodes/1/config/category", "wrong_type sms /nodes/1/config/channel", "wrong_type sms /nodes/1/config/message", "wrong_type sms /nodes/1/config/to",
		}},
		{"mistakes of form and of meaning in one node", `{"id":"c","type":"identify_phone","config":{"phone":"{{phnoe}}","brnches":[],"branches":[{"port":"a","codes":["XX"],"tilte":"A"},{"port":"b","codes":[1]}]}},{"id":"w","type":"send_whatsapp","config":{"channel":"c","to":"{{","delivered_within":"soon","message":{"type":"buttons","text":"t","buttons":[{"id":"x"}]}}}`, []string{"start.next>c", "c.else>w"}, []string{
			"bad_code c /nodes/1/config/branches/0/codes/0", "unknown_field c /nodes/1/config/branches/0/tilte", "wrong_type c /nodes/1/config/branches/1/codes/0", "unknown_field c /nodes/1/config/brnches", "undefined_variable c /nodes/1/config/phone",
			"bad_duration w /nodes/2/config/delivered_within", "missing_field w /nodes/2/config/message/buttons/0/title", "bad_expression w /nodes/2/config/to",
		}},
		{"reading an SMS cannot be known", strings.Replace(sms, `"channel"`, `"read_within":"1m","channel"`, 1), []string{"start.next>sms"}, []string{"receipt_unavailable sms /nodes/1/config/read_within"}},
		{"deadlines in the wrong order", viber(`,"delivered_within":"2m","read_within":"1m"`), []string{"start.next>viber", "viber.next>sms", "viber.failed>done"}, []string{"deadline_order viber /nodes/1/config/delivered_within"}},
		{"country codes", `{"id":"c","type":"identify_phone","config":{"phone":"1","branches":[{"port":"a","codes":["UK","XX","63","DE","de"]}]}}`, []string{"start.next>c"}, []string{
			"bad_code c /nodes/1/config/branches/0/codes/0", "bad_code c /nodes/1/config/branches/0/codes/1", "bad_code c /nodes/1/config/branches/0/codes/2", "duplicate_code c /nodes/1/config/branches/0/codes/4",
		}},
		{"calling codes", `{"id":"c","type":"identify_phone","config":{"phone":"1","by":"calling_code","branches":[{"port":"a","codes":["DE","999"]}]}}`, []string{"start.next>c"}, []string{
			"bad_code c /nodes/1/config/branches/0/codes/0", "bad_code c /nodes/1/config/branches/0/codes/1",
		}},
		{"port names", `{"id":"c","type":"identify_phone","config":{"phone":"1","branches":[{"port":"a","codes":["DE"]},{"port":"a","codes":["FR"]},{"port":"else","codes":["IT"]},{"port":"a b","codes":[]}]}}`, []string{"start.next>c"}, []string{
			"duplicate_name c /nodes/1/config/branches/1/port", "duplicate_name c /nodes/1/config/branches/2/port", "too_few c /nodes/1/config/branches/3/codes", "bad_name c /nodes/1/config/branches/3/port",
		}},
		{"jump", `{"id":"j","type":"jump","config":{"target":"gone","max_jumps":0}},{"id":"k","type":"jump","config":{"target":"j","max_jumps":1.5}},{"id":"l","type":"jump","config":{"target":"j","max_jumps":"3"}}`, []string{"start.next>j", "j.exceeded>k", "k.exceeded>l"}, []string{
			"out_of_range j /nodes/1/config/max_jumps", "unknown_node j /nodes/1/config/target", "wrong_type k /nodes/2/config/max_jumps", "wrong_type l /nodes/3/config/max_jumps",
		}},
		{"jump without anything", `{"id":"j","type":"jump"}`, []string{"start.next>j"}, []string{"missing_field j /nodes/1/config/max_jumps", "missing_field j /nodes/1/config/target"}},
		{"reserved variable", `{"id":"s","type":"set_variables","config":{"variables":[{"name":"steps","value":1},{"name":"1x","value":1}]}}`, []string{"start.next>s"}, []string{
			"reserved_name s /nodes/1/config/variables/0/name", "bad_name s /nodes/1/config/variables/1/name",
		}},
		{"rules", `{"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"rule","value":"x","operator":"equals"}},{"port":"b","when":{"type":"rule","value":"x","operator":"matches","to":"("}},{"port":"c","when":{"type":"group","rules":[]}},{"port":"d","when":{"type":"group","rules":[{"type":"script"}]}}]}}`, []string{"start.next>if"}, []string{
			"missing_field if /nodes/1/config/branches/0/when/to", "bad_pattern if /nodes/1/config/branches/1/when/to",
			"too_few if /nodes/1/config/branches/2/when/rules", "unknown_form if /nodes/1/config/branches/3/when/rules/0/type",
		}},
		{"rules that only their meaning breaks", `{"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"rule","value":"x","operator":"equals"}},{"port":"b","when":{"type":"rule","value":"x","operator":"matches","to":"("}}]}}`, []string{"start.next>if"}, []string{
			"missing_field if /nodes/1/config/branches/0/when/to", "bad_pattern if /nodes/1/config/branches/1/when/to",
		}},
		{"two buttons of one id", `{"id":"v","type":"send_viber_bot","config":{"channel":"c","to":"1","message":{"type":"buttons","text":"t","buttons":[{"id":"x","title":"A"},{"id":"y","title":"B"},{"id":"x","title":"C"},{"title":"D"},{"title":"E"}]}}}`, []string{"start.next>v"}, []string{"duplicate_id v /nodes/1/config/message/buttons/2/id"}},
		{"a button without label", `{"id":"w","type":"send_whatsapp","config":{"channel":"c","to":"1","message":{"type":"buttons","text":"t","buttons":[{"id":"x"}]}}}`, []string{"start.next>w"}, []string{"missing_field w /nodes/1/config/message/buttons/0/title"}},
		{"too many steps", `{"id":"w","type":"wait","config":{"for":"1s"}},{"id":"j","type":"jump","config":{"target":"w","max_jumps":5000}}`, []string{"start.next>w", "w.next>j"}, []string{"too_many_steps  /nodes"}},
		{"long names", `{"id":"end","type":"end","name":"` + strings.Repeat("n", 201) + `","config":{"outcome":"` + strings.Repeat("o", 65) + `"}}`, []string{"start.next>end"}, []string{"too_long end /nodes/1/config/outcome", "too_long end /nodes/1/name"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, diags := tryCompile(t, flow(t, in, tt.nodes, tt.edges...))
			var got []string
			for _, d := range diags {
				got = append(got, d.Code+" "+d.Node+" "+d.Pointer)
				if !strings.HasSuffix(d.Message, ".") {
					t.Errorf("the message is no sentence: %q", d.Message)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s\n%v", diff, diags)
			}
		})
	}
}

// sms2 is the SMS node with another recipient.
func sms2(to string) string { return strings.Replace(sms, "{{phone}}", to, 1) }

func TestDiagnosticsOfTheHeaderAndTheStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, document string
		want           []string
	}{
		{"empty", `{}`, []string{"missing_field /name", "no_start /nodes", "missing_field /schema"}},
		{"another schema", `{"schema":"sluice/v9","name":"` + strings.Repeat("x", 201) + `","nodes":[],"edges":[]}`, []string{"too_long /name", "no_start /nodes", "unknown_schema /schema"}},
		{
			"inputs", `{"schema":"sluice/v1","name":"x","nodes":[{"id":"s","type":"start","config":{"trigger":{"type":"moon"},"inputs":[{"name":"a"},{"name":"a"},{"type":"fish"}]}}],"edges":[]}`,
			[]string{"duplicate_name /nodes/0/config/inputs/1/name", "missing_field /nodes/0/config/inputs/2/name", "bad_choice /nodes/0/config/inputs/2/type", "unknown_form /nodes/0/config/trigger/type"},
		},
		{"a default that does not fit", `{"schema":"sluice/v1","name":"x","nodes":[{"id":"s","type":"start","config":{"inputs":[{"name":"a","type":"phone","default":"hello"}]}}],"edges":[]}`, []string{"bad_default /nodes/0/config/inputs/0/default"}},
		{
			"notes and scenarios", `{"schema":"sluice/v1","name":"x","nodes":[{"id":"s","type":"start"}],"edges":[],"notes":[{"id":"n","text":"a"},{"id":"n","text":"b"}],"scenarios":[{"name":"a","world":[{"node":"z"}],"expect":{}},{"name":"a","expect":{}}]}`,
			[]string{"duplicate_id /notes/1/id", "unknown_node /scenarios/0/world/0/node", "duplicate_name /scenarios/1/name"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, diags := tryCompile(t, tt.document)
			var got []string
			for _, d := range diags {
				got = append(got, d.Code+" "+d.Pointer)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}
