package nodes

import (
	"fmt"
	"strconv"
	"strings"

	"sluice/engine"
	"sluice/engine/script"
	"sluice/flows"
)

// compileChoices adds the templates of buttons and rows, and gives those an id
// that have none: what a reply carries when one is chosen.
func (t *messageTemplate) compileChoices(c *engine.Compiler, add adder) {
	taken := map[string]bool{}
	for i, b := range t.form.Buttons {
		at := strconv.Itoa(i)
		add(func(m *flows.Message, s string) { m.Buttons[i].Title = s }, "buttons", at, "title")
		add(func(m *flows.Message, s string) { m.Buttons[i].URL = s }, "buttons", at, "url")
		if b.ID != "" && taken[b.ID] {
			c.Refuse("duplicate_id", fmt.Sprintf("Two buttons have the id %q, so an answer cannot tell which is meant.", b.ID), "Change one of them, or leave it empty: then it gets one of its own.", "message", "buttons", at, "id")
		}
		taken[b.ID] = true
	}
	for i, r := range t.form.Rows {
		at := strconv.Itoa(i)
		add(func(m *flows.Message, s string) { m.Rows[i].Title = s }, "rows", at, "title")
		add(func(m *flows.Message, s string) { m.Rows[i].Description = s }, "rows", at, "description")
		// The form's own checks find two of one id.
		taken[r.ID] = true
	}
	t.nameChoices(taken)
	t.checkEqual(c)
}

// nameChoices gives an id to each button and row without one. It is made of the
// label, so that it says in logs and webhooks what was chosen, and is the same
// for every run of a version.
func (t *messageTemplate) nameChoices(taken map[string]bool) {
	name := func(title, otherwise string) string {
		base := slug(title)
		if base == "" {
			base = otherwise
		}
		id := base
		for n := 2; taken[id]; n++ {
			id = fmt.Sprintf("%s_%d", base, n)
		}
		taken[id] = true
		return id
	}
	for i := range t.form.Buttons {
		if b := &t.form.Buttons[i]; b.ID == "" && b.URL == "" {
			b.ID = name(b.Title, fmt.Sprintf("button_%d", i+1))
		}
	}
	for i := range t.form.Rows {
		if r := &t.form.Rows[i]; r.ID == "" {
			r.ID = name(r.Title, fmt.Sprintf("row_%d", i+1))
		}
	}
}

// maxSlug keeps ids that are made of labels short.
const maxSlug = 40

// slug is a label as an id: small letters, digits and single underscores. It is
// empty for a label in another script, or one that only a run knows.
func slug(title string) string {
	if strings.Contains(title, "{{") {
		return ""
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		switch {
		case r > 0x7f:
			return ""
		case r < 'a' || r > 'z':
			if r < '0' || r > '9' {
				gap = true
				continue
			}
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.TrimRight(shorten(b.String(), maxSlug), "_")
}

// checkEqual warns of buttons and rows that people cannot tell apart.
func (t *messageTemplate) checkEqual(c *engine.Compiler) {
	seen := map[string]bool{}
	equal := func(label string, path ...string) {
		if key := script.Folded(label); key != "" && !strings.Contains(label, "{{") {
			if seen[key] {
				c.Warn(CodeEqualButtons, fmt.Sprintf("%q is the label of another one already, so an answer cannot tell which is meant.", label), "Choose another label.", path...)
			}
			seen[key] = true
		}
	}
	for i, b := range t.form.Buttons {
		if b.URL == "" {
			equal(b.Title, "message", "buttons", strconv.Itoa(i), "title")
		}
	}
	for i, r := range t.form.Rows {
		equal(strings.TrimSpace(r.Title+" "+r.Description), "message", "rows", strconv.Itoa(i), "title")
	}
}
