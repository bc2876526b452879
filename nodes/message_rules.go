package nodes

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/engine/script"
	"sluice/flows"
)

// Codes of messages that are not handed to any vendor, because it would refuse
// what they say. Such a send leaves by its port failed.
const (
	// CodeTooLong is a text that is longer than the channel type takes.
	CodeTooLong = "too_long"
	// CodeTooMany is a message with more buttons or rows than the channel type
	// takes.
	CodeTooMany = "too_many"
	// CodeEmptyMessage is a message that needs a text which turned out empty.
	CodeEmptyMessage = "empty_message"
	// CodeEmptyRecipient is a message to nobody.
	CodeEmptyRecipient = "empty_recipient"
	// CodeBadAddress is a link or file whose address is none of the web.
	CodeBadAddress = "bad_address"
	// CodeEqualButtons is a message whose buttons have equal labels, where the
	// channel type refuses that.
	CodeEqualButtons = "equal_buttons"
)

// fault is why a message cannot be sent.
type fault struct{ code, reason string }

// messageRules are what the form of a message and its channel type ask of it.
type messageRules struct {
	form        flows.Message
	fields      []flows.Field
	channelType flows.ChannelType
}

func newMessageRules(spec flows.NodeSpec, channelType string, form flows.Message) messageRules {
	r := messageRules{form: form}
	r.channelType, _ = flows.ChannelTypeNamed(channelType)
	for _, f := range spec.Config {
		for _, v := range f.Variants {
			if f.Name == "message" && v.Type == string(form.Type) {
				r.fields = v.Fields
			}
		}
	}
	return r
}

// textRule is what one text of a message has to be like.
type textRule struct {
	// label is what people call the text.
	label string
	// needed is whether it must not be empty, stated whether the form's own checks
	// say so.
	needed, stated bool
	// barren is whether there is nothing else of what it stands on, a button.
	barren bool
	// address is whether it has to be the address of a page or file.
	address bool
	// flat is whether WhatsApp takes no lines in it.
	flat bool
	// limit is how long it can be on the channel type; a zero Max: any length.
	limit       flows.MessageLimit
	channelType string
}

// of is the rule of the text at a path of the message.
func (r messageRules) of(path []string) textRule {
	pattern := flows.FieldPattern(path...)
	field, label := describe(r.fields, path)
	rule := textRule{label: label, needed: field.Required, stated: field.Required, address: field.WebAddress, channelType: r.channelType.Title}
	switch pattern {
	case "parameters.*":
		rule.needed = true
	case "buttons.*.title":
		rule.needed, rule.barren = true, r.button(path).URL == ""
	case "buttons.*.url":
		// A link whose address is empty is no link.
		rule.needed = r.button(path).URL != ""
	case "picture":
		rule.needed = r.form.Card == pictureCard
	}
	rule.flat = pattern == "parameters.*" && r.channelType.Name == "whatsapp"
	rule.limit, _ = r.channelType.Limit(r.form.Type, pattern, len(r.form.Buttons))
	return rule
}

// button is the button that a path leads into.
func (r messageRules) button(path []string) flows.MessageButton {
	i, err := strconv.Atoi(path[1])
	if err != nil || i >= len(r.form.Buttons) {
		return flows.MessageButton{}
	}
	return r.form.Buttons[i]
}

// describe finds the field at a path, and what people call the text there.
func describe(fields []flows.Field, path []string) (field flows.Field, label string) {
	for _, f := range fields {
		if f.Name != path[0] {
			continue
		}
		if f.Kind != flows.KindList || len(path) == 1 {
			return f, f.Title
		}
		i, err := strconv.Atoi(path[1])
		if err != nil {
			return f, f.Title
		}
		item := fmt.Sprintf("%s %d", f.Items.Title, i+1)
		if len(path) == 2 {
			return *f.Items, item
		}
		inner, title := describe(f.Items.Fields, path[2:])
		return inner, fmt.Sprintf("%s of %s", title, item)
	}
	return flows.Field{}, strings.Join(path, " ")
}

// check reports what is known of the text before any run: what stands in {{ }}
// is not counted.
func (r textRule) check(c *engine.Compiler, t *expression.Template, path ...string) {
	literals := t.Literals()
	if n := r.limit.Unit.Count(strings.Join(literals, "")); r.limit.Max > 0 && n > r.limit.Max {
		c.Warn("text_too_long", r.limit.Exceeded(r.label, r.channelType, n), "Shorten it, or send it in parts.", path...)
	}
	if r.flat && uneven(literals) {
		c.Warn("parameter_flattened", "WhatsApp takes no line breaks, tabs or more than four spaces in a row in a parameter, so they are sent as spaces.",
			"Write it on one line, or have the line breaks approved within the template.", path...)
	}
	if !t.IsLiteral() {
		return
	}
	switch text := r.tidy(t.Source()); {
	case strings.TrimSpace(t.Source()) == "" && r.barren:
		c.Report("missing_field", "The button has no label.", "Fill in Label, and Link if it opens an address.", path...)
	case seenEmpty(text) && r.needed && !r.stated:
		c.Refuse("missing_field", r.label+" is empty.", "Fill it in.", path...)
	case !seenEmpty(text) && r.address && !isWebAddress(text):
		c.Warn(CodeBadAddress, fmt.Sprintf("%s is not the address of a page or file.", r.label), "Write it with https:// at the beginning.", path...)
	}
}

// fault is what is wrong with a rendered text, or nil.
func (r textRule) fault(text string) *fault {
	switch {
	case seenEmpty(text) && r.needed:
		return &fault{CodeEmptyMessage, fmt.Sprintf("%s is empty.", r.label)}
	case seenEmpty(text):
		return nil
	case r.address && !isWebAddress(text):
		return &fault{CodeBadAddress, fmt.Sprintf("%s is not the address of a page or file.", r.label)}
	}
	if n := r.limit.Unit.Count(text); r.limit.Max > 0 && n > r.limit.Max {
		return &fault{CodeTooLong, r.limit.Exceeded(r.label, r.channelType, n)}
	}
	return nil
}

// tidy is a rendered text as it is sent.
func (r textRule) tidy(text string) string {
	switch {
	case r.flat:
		return flatten(text)
	case r.address:
		return strings.TrimSpace(text)
	}
	return text
}

// counts is what is wrong with the number of buttons and rows or with their ids,
// and where; nil when nothing is.
func (r messageRules) counts() (f *fault, path []string) {
	for _, list := range []struct {
		name, label string
		n           int
	}{{"buttons", "Buttons", len(r.form.Buttons)}, {"rows", "Rows", len(r.form.Rows)}} {
		if limit, ok := r.channelType.Limit(r.form.Type, list.name, len(r.form.Buttons)); ok && list.n > limit.Max {
			return &fault{CodeTooMany, limit.Exceeded(list.label, r.channelType.Title, list.n)}, []string{"message", list.name}
		}
	}
	for i, row := range r.form.Rows {
		if limit, ok := r.channelType.Limit(r.form.Type, "rows.*.id", 0); ok && limit.Unit.Count(row.ID) > limit.Max {
			return &fault{CodeTooLong, limit.Exceeded(fmt.Sprintf("Id of Row %d", i+1), r.channelType.Title, limit.Unit.Count(row.ID))},
				[]string{"message", "rows", strconv.Itoa(i), "id"}
		}
	}
	return nil, nil
}

// checkCounts warns of what counts finds.
func (r messageRules) checkCounts(c *engine.Compiler) {
	if f, path := r.counts(); f != nil {
		c.Warn(f.code, f.reason, "Leave some out, or send a message of another form.", path...)
	}
}

// whole is what is wrong with a rendered message beyond its single texts, or
// nil.
func (r messageRules) whole(m flows.Message) *fault {
	if f, _ := r.counts(); f != nil {
		return f
	}
	if m.Type == flows.MessageEmail && seenEmpty(m.Text) && seenEmpty(m.HTML) {
		return &fault{CodeEmptyMessage, "Text and HTML are empty."}
	}
	titles := map[string]bool{}
	for _, b := range m.Buttons {
		title := strings.TrimSpace(b.Title)
		if titles[title] && r.channelType.UniqueButtons {
			return &fault{CodeEqualButtons, fmt.Sprintf("Two buttons have the same label; %s takes no such message.", r.channelType.Title)}
		}
		titles[title] = true
	}
	return nil
}

// seenEmpty reports whether people see nothing in a text.
func seenEmpty(text string) bool { return strings.TrimSpace(script.Visible(text)) == "" }

// isWebAddress reports whether a text is an http or https address.
func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && !strings.ContainsAny(text, " \t\r\n")
}
