package nodes

import (
	"fmt"
	"strconv"
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

// answers tells which choice an answer is: the port by every word for it.
type answers map[string]string

// compileAnswers indexes the choices and warns of words that mean two of them:
// the first one gets them.
func compileAnswers(c *engine.Compiler, choices []choice) answers {
	index := answers{}
	add := func(port, word string, at ...string) {
		key := script.Folded(word)
		if key == "" {
			return
		}
		if other, taken := index[key]; taken {
			if other != port {
				c.Warn("ambiguous", fmt.Sprintf("%q is an answer of the choice %q already.", word, other), "The first choice gets it. Remove it from one of them.", at...)
			}
			return
		}
		index[key] = port
	}
	for i, choice := range choices {
		at := []string{"choices", strconv.Itoa(i)}
		add(choice.Port, choice.Port, append(at, "port")...)
		add(choice.Port, choice.Title, append(at, "title")...)
		for j, word := range choice.Keywords {
			add(choice.Port, word, append(at, "keywords", strconv.Itoa(j))...)
		}
	}
	return index
}

// choose is the port of the choice that a reply is, or "". What a pressed
// button means counts before what stood on it.
func (a answers) choose(r engine.Reply) string {
	if port := a[script.Folded(r.ButtonID)]; port != "" {
		return port
	}
	return a[script.Folded(r.Text)]
}

// checkButtons warns of buttons and rows that lead nowhere.
func (a answers) checkButtons(c *engine.Compiler, form flows.Message) {
	if len(a) == 0 {
		return
	}
	check := func(id, title string, path ...string) {
		t, err := expression.ParseTemplate(title)
		if a[script.Folded(id)] != "" || err != nil || !t.IsLiteral() || a[script.Folded(title)] != "" {
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
