package nodes_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// everyConfig is a flow with a node of every type whose fields are all filled.
const everyConfig = `{"schema":"sluice/v1","name":"t","nodes":[
  {"id":"start","type":"start","config":{"trigger":{"type":"manual"},"inputs":[{"name":"p","type":"phone","required":true,"secret":true,"default":"+639171234567"},{"name":"n","type":"integer","default":1}]}},
  {"id":"c","type":"identify_phone","config":{"phone":"{{p}}","by":"calling_code","branches":[{"port":"ph","title":"PH","codes":["63","+60"]}],"output":"country"}},
  {"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"group","match":"any","rules":[{"type":"rule","value":"{{n}}","operator":"matches","to":"1.*"},{"type":"group","rules":[{"type":"rule","value":"x","operator":"is_blank"}]}]}},{"port":"b","when":{"type":"expression","expression":"n > 1"}}]}},
  {"id":"set","type":"set_variables","config":{"variables":[{"name":"v","value":["{{n}}",{"a":"{{p}}"}],"secret":true},{"name":"w","value":"{{v}}"}]}},
  {"id":"wait","type":"wait","config":{"for":"1d"}},
  {"id":"until","type":"wait","config":{"until":"2026-01-31"}},
  {"id":"sms","type":"send_sms","config":{"channel":"s","to":"{{p}}","category":"marketing","message":{"type":"text","text":"{{n}}"},"delivered_within":"30s","read_within":"60s","on_unknown":"resend"}},
  {"id":"viber","type":"send_viber","config":{"channel":"v","to":"{{p}}","message":{"type":"buttons","text":"t","buttons":[{"id":"a","title":"A"},{"title":"B","url":"https://x"}]}}},
  {"id":"wa","type":"send_whatsapp","config":{"channel":"w","to":"{{p}}","message":{"type":"list","text":"t","button":"b","rows":[{"id":"1","title":"T","description":"D"}]}}},
  {"id":"tpl","type":"send_whatsapp","config":{"channel":"w","to":"{{p}}","message":{"type":"template","template":"otp","language":"en","parameters":["{{n}}"]}}},
  {"id":"ask","type":"ask","config":{"channel_type":"viber","channel":"v","to":"{{p}}","message":{"type":"buttons","text":"t","buttons":[{"id":"y","title":"Y"}]},"choices":[{"port":"y","title":"Yes","keywords":["ok"]}],"reply_within":"1m","delivered_within":"30s","retries":2,"retry_text":"{{n}}","output":"answer","on_unknown":"resend"}},
  {"id":"j","type":"jump","config":{"target":"c","max_jumps":3}},
  {"id":"end","type":"end","config":{"outcome":"o","status":"failed"}}],
  "edges":[{"from":"start","port":"next","to":"c"},{"from":"c","port":"ph","to":"if"},{"from":"if","port":"a","to":"set"},{"from":"set","port":"next","to":"sms"},{"from":"sms","port":"not_read","to":"j"}]}`

// Node types see configs that break their specs. Whatever stands in them, that
// gives diagnostics, at places of the document, and never a panic.
func TestBrokenConfigsGiveDiagnostics(t *testing.T) {
	t.Parallel()
	compile(t, everyConfig)
	rapid.Check(t, func(t *rapid.T) {
		var doc map[string]any
		if err := json.Unmarshal([]byte(everyConfig), &doc); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "breaks") {
			list := doc["nodes"].([]any)
			node := list[rapid.IntRange(0, len(list)-1).Draw(t, "node")].(map[string]any)
			node["config"] = spoil(t, node["config"])
		}
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		f, decoding := flows.Decode(data)
		if f == nil {
			t.Fatalf("%s cannot be read: %v", data, decoding)
		}
		p, diags := engine.Compile(f, nodes.Standard())
		if (p == nil) != diags.HasErrors() {
			t.Fatalf("%s: program %v, diagnostics %v", data, p, diags)
		}
		for _, d := range diags {
			if d.Code == "" || d.Message == "" || d.Pointer == "" {
				t.Fatalf("%s: an empty diagnostic %+v", data, d)
			}
		}
	})
}

// spoil puts something else in one place of a value: another type, nothing, a
// field that does not exist, a broken template.
func spoil(t *rapid.T, v any) any {
	if rapid.IntRange(0, 3).Draw(t, "here") > 0 {
		switch inner := v.(type) {
		case map[string]any:
			if len(inner) == 0 {
				break
			}
			keys := make([]string, 0, len(inner))
			for k := range inner {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			k := rapid.SampledFrom(keys).Draw(t, "key")
			switch rapid.IntRange(0, 5).Draw(t, "change") {
			case 0:
				delete(inner, k)
			case 1:
				inner[k+"_"] = inner[k]
			default:
				inner[k] = spoil(t, inner[k])
			}
			return inner
		case []any:
			if len(inner) == 0 {
				break
			}
			i := rapid.IntRange(0, len(inner)-1).Draw(t, "item")
			inner[i] = spoil(t, inner[i])
			return inner
		}
	}
	return rapid.SampledFrom([]any{
		nil, true, 0, -1.5, 1e300, "", " ", "{{", "{{}}", "{{nope}}", "(", "2026-13-01", "63", "PH", "1s", strconv.Itoa(1 << 40),
		[]any{},
		[]any{nil, "x", map[string]any{}},
		map[string]any{},
		map[string]any{"type": "rule"},
		map[string]any{"type": "text", "buttons": 1},
	}).Draw(t, "instead")
}
