package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sluice/engine"
	"sluice/flows"
)

// Mismatch is one thing that did not happen as a scenario expects.
type Mismatch struct {
	// Key is what was compared: "path", "messages[1].to", "variables.country".
	Key      string `json:"key"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
}

// String is the mismatch for people, on two lines below its key.
func (m Mismatch) String() string {
	return fmt.Sprintf("%s\n  expected  %s\n  actual    %s", m.Key, m.Expected, m.Actual)
}

// Check compares a run with what a scenario expects of it, on the keys that the
// expectation gives.
func Check(r Result, want flows.Expect) []Mismatch {
	c := &checker{}
	if want.Path != nil && !slices.Equal(want.Path, r.Path) {
		c.differ("path", words(want.Path, "→"), words(r.Path, "→"))
	}
	if want.Status != "" && want.Status != string(r.Status) {
		c.differ("status", want.Status, string(r.Status)+reason(r))
	}
	if want.Outcome != "" && want.Outcome != r.Outcome {
		c.differ("outcome", want.Outcome, orNone(r.Outcome)+reason(r))
	}
	if want.Elapsed != nil && *want.Elapsed != r.Elapsed {
		c.differ("elapsed", want.Elapsed.String(), r.Elapsed.String())
	}
	c.variables(r, want.Variables)
	if want.Messages != nil {
		c.messages(r.Messages, want.Messages)
	}
	return c.found
}

type checker struct{ found []Mismatch }

func (c *checker) differ(key, expected, actual string) {
	c.found = append(c.found, Mismatch{Key: key, Expected: expected, Actual: actual})
}

// variables compares true values, but shows masked ones.
func (c *checker) variables(r Result, want map[string]json.RawMessage) {
	for _, name := range sortedKeys(want) {
		key := "variables." + name
		value, set := r.Variables[name]
		if !set {
			c.differ(key, compact(want[name]), "not set")
			continue
		}
		switch {
		case sameJSON(want[name], []byte(jsonText(value))):
		case r.Masked[name] == engine.Mask:
			c.differ(key, engine.Mask, "another value (it is secret)")
		default:
			c.differ(key, compact(want[name]), jsonText(value))
		}
	}
}

func (c *checker) messages(got []Message, want []flows.ExpectMessage) {
	if len(got) != len(want) {
		c.differ("messages", describeExpected(want), describe(got))
		return
	}
	for i, w := range want {
		m := got[i]
		for _, field := range []struct {
			name   string
			want   *string
			actual string
			shown  string
		}{
			{"node", w.Node, m.Node, m.Node},
			{"channel_type", w.ChannelType, m.ChannelType, m.ChannelType},
			{"to", w.To, m.To, m.MaskedTo},
			{"text", w.Text, m.Text, m.Masked},
		} {
			if field.want != nil && *field.want != field.actual {
				c.differ(fmt.Sprintf("messages[%d].%s", i, field.name), jsonText(*field.want), jsonText(field.shown))
			}
		}
	}
}

func describe(messages []Message) string {
	var nodes []string
	for _, m := range messages {
		nodes = append(nodes, m.Node)
	}
	return counted(len(messages)) + words(nodes, ",")
}

func describeExpected(messages []flows.ExpectMessage) string {
	var nodes []string
	for _, m := range messages {
		if m.Node != nil {
			nodes = append(nodes, *m.Node)
		} else {
			nodes = append(nodes, "any node")
		}
	}
	return counted(len(messages)) + words(nodes, ",")
}

func counted(n int) string {
	switch n {
	case 0:
		return "no messages"
	case 1:
		return "1 message: "
	}
	return fmt.Sprintf("%d messages: ", n)
}

// words joins names; a separator other than a comma gets a space before it.
func words(names []string, separator string) string {
	if separator != "," {
		separator = " " + separator
	}
	return strings.Join(names, separator+" ")
}

func reason(r Result) string {
	if r.Error == nil {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.TrimSpace(r.Error.Message+" "+r.Error.Hint))
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// jsonText writes a value of a run as JSON for people: <, > and & stay as they
// are.
func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		// Values of a run are JSON values; only a mistake in the engine gets here.
		return fmt.Sprintf("%v", v)
	}
	return strings.TrimSpace(b.String())
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
}

// sameJSON compares two JSON texts by value: 1 is 1.0, and the order of an
// object's members does not matter.
func sameJSON(a, b []byte) bool {
	x, errX := decodeJSON(a)
	y, errY := decodeJSON(b)
	return errX == nil && errY == nil && sameValue(x, y)
}

func decodeJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			other, ok := b[k]
			if !ok || !sameValue(v, other) {
				return false
			}
		}
		return true
	}
	return a == b
}

// sameNumber compares whole numbers exactly, others as float64.
func sameNumber(a, b json.Number) bool {
	x, errX := a.Int64()
	y, errY := b.Int64()
	if errX == nil && errY == nil {
		return x == y
	}
	f, errF := a.Float64()
	g, errG := b.Float64()
	return errF == nil && errG == nil && f == g
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
