package nodes

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/engine/script"
	"sluice/flows"
)

// choice is an answer that a question offers.
type choice struct {
	Port     string   `json:"port"`
	Title    string   `json:"title"`
	Keywords []string `json:"keywords"`
}

// answers tells which choice an answer is: the port by every word for it. What is
// written exactly as a word means that one; else what is left of it without
// punctuation and a mention counts, so that "A-" is not "A" where both are choices.
type answers struct{ exact, loose map[string]string }

// compileAnswers indexes the choices and warns of words that mean two of them:
// the first one gets them.
func compileAnswers(c *engine.Compiler, choices []choice) answers {
	a := answers{exact: map[string]string{}, loose: map[string]string{}}
	add := func(port, word string, at ...string) {
		key, loose := script.Folded(word), script.Loose(word)
		if key == "" {
			return
		}
		if other, taken := a.exact[key]; taken {
			if other != port {
				c.Warn("ambiguous", fmt.Sprintf("%q is an answer of the choice %q already.", word, other), "The first choice gets it. Remove it from one of them.", at...)
			}
			return
		}
		a.exact[key] = port
		if other, taken := a.loose[loose]; taken && other != port {
			c.Warn("ambiguous", fmt.Sprintf("Only punctuation tells %q from an answer of the choice %q.", word, other), "People leave punctuation out. Add other answers that they can type.", at...)
		} else if !taken {
			a.loose[loose] = port
		}
	}
	for i, choice := range choices {
		at := []string{"choices", strconv.Itoa(i)}
		add(choice.Port, choice.Port, append(at, "port")...)
		add(choice.Port, choice.Title, append(at, "title")...)
		for j, word := range choice.Keywords {
			add(choice.Port, word, append(at, "keywords", strconv.Itoa(j))...)
		}
	}
	return a
}

// of is the port of the choice that a text is, or "".
func (a answers) of(text string) string {
	loose := script.Loose(text)
	return cmp.Or(a.exact[script.Folded(text)], a.exact[loose], a.loose[loose])
}

// choose is the port of the choice that a reply is, or "". What a pressed
// button means counts before what stood on it.
func (a answers) choose(r engine.Reply) string { return cmp.Or(a.of(r.ButtonID), a.of(r.Text)) }

// checkButtons warns of buttons and rows that lead nowhere.
func (a answers) checkButtons(c *engine.Compiler, form flows.Message) {
	if len(a.exact) == 0 {
		return
	}
	check := func(id, title string, path ...string) {
		t, err := expression.ParseTemplate(title)
		if a.of(id) != "" || err != nil || !t.IsLiteral() || a.of(title) != "" {
			return
		}
		c.Warn("unmatched_button", fmt.Sprintf("Nobody takes the answer %q.", title), "Add a choice with this button's id or label.", path...)
	}
	for i, b := range form.Buttons {
		if b.URL == "" {
			check(b.ID, b.Title, "message", "buttons", strconv.Itoa(i), "title")
		}
	}
	for i, r := range form.Rows {
		check(r.ID, r.Title, "message", "rows", strconv.Itoa(i), "title")
	}
}

// asTyped is a text without what nobody types: broken UTF-8, and control characters,
// one of which PostgreSQL cannot keep.
func asTyped(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// shorten cuts a text to so many bytes, between two characters.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// transactional is the category of a channel type for messages that somebody
// waits for.
func transactional(channelType string) string {
	switch channelType {
	case "sms":
		return "notification"
	case "viber", "custom":
		return "transactional"
	case "messenger", "instagram":
		return "response"
	}
	return ""
}
