package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sluice/engine"
	"sluice/server/api"
)

type previewText struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func previewBody(definition string, sample map[string]any, texts ...previewText) map[string]any {
	if sample == nil {
		sample = map[string]any{}
	}
	return map[string]any{"definition": json.RawMessage(definition), "sample": sample, "texts": texts}
}

func (c *client) preview(definition string, sample map[string]any, texts ...previewText) []api.PreviewedText {
	c.w.t.Helper()
	return into[api.PreviewResult](c.post("/preview", previewBody(definition, sample, texts...)).want(http.StatusOK)).Results
}

func TestPreviewRendersAsARunWould(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	sample := map[string]any{
		"variables": map[string]any{"phone": "63 917 123 4567", "code": "123456", "n": 3.0, "list": []any{"a", 2}},
		"steps":     map[string]any{"sms": map[string]any{"status": "delivered"}},
		"contact":   map[string]any{"name": "Ana"}, "run_id": "run-7", "started_at": "2026-01-31T10:00:00Z",
	}
	tests := []struct {
		kind, text, want string
		value            any
		masked           bool
	}{
		{"template", "Hi {{contact.name}}, {{phone}}", "Hi Ana, +639171234567", "Hi Ana, +639171234567", false},
		{"template", "{{n + 1}}", "4", 4.0, false},
		{"template", "Code {{code}} for {{steps.sms.status}}", "Code " + engine.Mask + " for delivered", nil, true},
		{"template", "{{run.id}} since {{run.started_at}}", "run-7 since 2026-01-31T10:00:00Z", "run-7 since 2026-01-31T10:00:00Z", false},
		{"template", "nothing{{missing}}", "nothing", "nothing", false},
		{"expression", "n > 2", "true", true, false},
		{"expression", "list", `["a",2]`, []any{"a", 2.0}, false},
		{"expression", `code == "1"`, engine.Mask, nil, true},
	}
	texts := make([]previewText, 0, len(tests))
	for _, tt := range tests {
		texts = append(texts, previewText{tt.kind, tt.text})
	}
	results := c.preview(smallFlow("f", "x"), sample, texts...)
	for i, tt := range tests {
		got := results[i]
		if got.Text != tt.want || fmt.Sprint(got.Value) != fmt.Sprint(tt.value) || got.Masked != tt.masked || got.Error != nil {
			t.Errorf("%s %q gives %+v, want %q (%v)", tt.kind, tt.text, got, tt.want, tt.value)
		}
	}
}

func TestPreviewMasksWhatIsMadeFromASecret(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	definition := `{"schema": "sluice/v1", "name": "f", "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": [{"name": "code", "secret": true}]}},
		{"id": "set", "type": "set_variables", "config": {"variables": [{"name": "copy", "value": "<{{code}}>"}]}},
		{"id": "broken", "type": "send_sms", "config": {"to": 5}}], "edges": []}`
	results := c.preview(definition, map[string]any{"variables": map[string]any{"code": "s3cret", "copy": "s3cret"}}, previewText{"template", "{{copy}}"}, previewText{"expression", `upper(copy)`})
	for _, got := range results {
		if got.Text != engine.Mask || !got.Masked || got.Value != nil {
			t.Errorf("a secret is shown: %+v", got)
		}
	}
}

func TestPreviewSaysWhereAMistakeIs(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	results := c.preview(smallFlow("f", "x"), nil,
		previewText{"template", "é🙂 {{ uper(phone) }}"}, previewText{"template", "a {{ b"}, previewText{"expression", "1 +"}, previewText{"expression", `"a" % 2`})
	offsets := []int{7, 2, 3, 4}
	for i, got := range results {
		if got.Error == nil || got.Error.Message == "" || got.Text != "" {
			t.Fatalf("text %d gives %+v", i, got)
		}
		if got.Error.Offset > offsets[i]+1 || got.Error.Offset < offsets[i]-1 {
			t.Errorf("the mistake in text %d is said to be at %d, want about %d: %s", i, got.Error.Offset, offsets[i], got.Error.Message)
		}
	}
	if hint := results[0].Error.Hint; !strings.Contains(hint, "upper") {
		t.Errorf("the hint is %q", hint)
	}
}

func TestPreviewIsBounded(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	definition := smallFlow("f", "x")
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	sample := map[string]any{"variables": map[string]any{"long": strings.Repeat("x", 60<<10), "deep": json.RawMessage(deep), "steps": "not yours", "run": 1}}
	results := c.preview(definition, sample,
		previewText{"expression", `reduce(1..100000, #acc + "xxxxxxxxxx", "")`},
		previewText{"template", "{{long}}{{long}}"},
		previewText{"template", "{{" + strings.Repeat("(", 5000) + "}}"},
		previewText{"expression", "deep"},
		previewText{"expression", "steps"},
		previewText{"expression", strings.Repeat("1+", 2100) + "1"})
	for _, i := range []int{0, 1, 2, 5} {
		if results[i].Error == nil {
			t.Errorf("text %d is rendered: %.80q", i, results[i].Text)
		}
	}
	if results[3].Value != nil || results[4].Text != "{}" {
		t.Errorf("values that no run can hold are there: %+v, %+v", results[3], results[4])
	}

	many := make([]previewText, 33)
	for i := range many {
		many[i] = previewText{"template", "x"}
	}
	c.post("/preview", previewBody(definition, nil, many...)).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/preview", previewBody(definition, nil, previewText{"script", "x"})).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/preview", previewBody(definition, nil, previewText{"template", strings.Repeat("x", 32769)})).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/preview", previewBody(definition, map[string]any{"workspace_id": "1"})).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/preview", previewBody(`[]`, nil)).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/preview", previewBody(definition, map[string]any{"contact": map[string]any{"x": strings.Repeat("y", 3<<20)}})).want(http.StatusRequestEntityTooLarge)
}

// TestPreviewReadsNothingThatIsStored: a definition that names a stored flow,
// run or channel learns nothing about it.
func TestPreviewReadsNothingThatIsStored(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	theirs := w.fill(w.owner())
	mine := w.key(otherOwnerKey)
	for _, sample := range []map[string]any{nil, {"run_id": theirs["run_id"], "trigger": map[string]any{"run": theirs["run_id"]}}} {
		results := mine.preview(smallFlow("Theirs", "x"), sample,
			previewText{"expression", "phone"}, previewText{"expression", "steps.sms.status"}, previewText{"expression", "contact"}, previewText{"expression", "run.started_at"})
		if results[0].Value != nil || results[1].Value != nil || results[2].Text != "{}" || results[3].Text == "" {
			t.Errorf("a preview shows %+v", results)
		}
	}
}
