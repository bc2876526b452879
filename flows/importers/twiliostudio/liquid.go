package twiliostudio

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sluice/flows"
	"sluice/flows/importers/liquid"
)

// pacific is the time zone in which Studio writes times
// (https://help.twilio.com/articles/4413699936411).
const pacific = "America/Los_Angeles"

// scope says what the variables of Studio are here.
type scope struct{ b *builder }

func (s scope) Zone() string { return pacific }

// Variable is the value at a path of Studio.
func (s scope) Variable(path []string) (v liquid.Value, rest []string) {
	b := s.b
	switch {
	case len(path) >= 3 && path[0] == "widgets":
		if v, rest, ok := b.widgetValue(path); ok {
			return v, rest
		}
	case len(path) >= 3 && (path[0] == "flow" && (path[1] == "variables" || path[1] == "data") || path[0] == "trigger" && path[1] == "request" && path[2] == "parameters"):
		n := 3
		if path[2] == "parameters" && path[0] == "trigger" {
			n = 4
		}
		if len(path) >= n {
			return liquid.Variable(b.names.variable(strings.Join(path[:n], "."), len(path) > n && path[n] != "size")), path[n:]
		}
	case strings.Join(path, ".") == "flow.sid" || strings.Join(path, ".") == "execution.sid":
		return liquid.Variable("run.id"), nil
	}
	return liquid.Variable(b.names.variable(strings.Join(path, "."), false)), nil
}

// widgetValue is what a widget left behind.
func (b *builder) widgetValue(path []string) (v liquid.Value, rest []string, ok bool) {
	i, known := b.index[path[1]]
	if !known || b.ids[i] == "" {
		return v, nil, false
	}
	s, steps := b.doc.States[i], "steps."+b.ids[i]
	if b.kinds[i] == asPlaceholder {
		return liquid.Variable(steps + ".result"), path[2:], true
	}
	if s.Type != sendAndWaitType && s.Type != sendType || len(path) != 4 {
		return v, nil, false
	}
	blank := func(expression string) (liquid.Value, []string, bool) {
		v := liquid.Variable(expression)
		v.BlankIsNothing = true
		return v, nil, true
	}
	way, name := path[2], path[3]
	switch {
	case name == "To" && way == "outbound" || name == "From" && way == "inbound" || name == "WaId" && way == "inbound":
		if to := b.recipientOf(i); to != "" {
			return liquid.Variable(to), nil, true
		}
		return v, nil, false
	case way == "outbound" && name == "Status":
		return blank(steps + ".status")
	case way != "inbound" || s.Type != sendAndWaitType:
		return v, nil, false
	}
	switch name {
	case "Body", "ButtonText", "ButtonPayload", "ListTitle", "ListId":
		return blank(steps + ".reply")
	case "MessageSid", "SmsSid", "SmsMessageSid", "Sid":
		return blank(steps + ".message_id")
	case "MediaUrl0":
		return blank(steps + ".media_url")
	case "MediaContentType0", "MessageType":
		return blank(steps + ".reply_type")
	case "NumMedia":
		v := liquid.Variable("blank(" + steps + ".media_id) ? 0 : 1")
		v.Expression = "(" + v.Expression + ")"
		return v, nil, true
	case "Latitude", "Longitude":
		place := 0
		if name == "Longitude" {
			place = 1
		}
		return blank(fmt.Sprintf(`(%s.reply matches "-?[0-9.]+,\\s*-?[0-9.]+.*" ? split(split(trim(%s.reply), " ")[0], ",")[%d] : "")`, steps, steps, place))
	}
	return v, nil, false
}

// recipientOf is the expression that a message goes to, or "".
func (b *builder) recipientOf(i int) string {
	to := properties[sendProperties](b.doc.States[i]).To
	if strings.TrimSpace(to) == "" || simpleRecipient.MatchString(to) {
		return b.names.variable(recipientPaths[0], false)
	}
	return ""
}

var simpleRecipient = regexp.MustCompile(`^\s*(whatsapp:|messenger:|rcs:)?\{\{-?\s*(contact\.channel\.address|trigger\.message\.From)\s*-?\}\}\s*$`)

// readText translates a Studio text. What has no translation is an error of the
// widget, and a hole in the text that no flow can be published with.
func (b *builder) readText(i int, source string, tokens ...string) liquid.Template {
	text, problems := b.liquid.Translate(source)
	for _, p := range problems {
		b.report(flows.SeverityError, p.Code, i, b.doc.at(i, append([]string{"properties"}, tokens...)...),
			b.doc.States[i].Name+": "+p.Message, "Write this part of the text anew: the place is marked, and the flow cannot be published before.")
	}
	if strings.Contains(text.Template(), "strftime(") && !b.zoned {
		b.zoned = true
		b.report(flows.SeverityInfo, "time_zone", i, b.doc.at(i, "properties"), "Studio writes times in Pacific Time, and so do the texts of this flow.",
			"Change America/Los_Angeles in them where another time zone is meant.")
	}
	return text
}

// unset are the variables that widgets set and that another way to where they are
// read leaves out, in order.
func (b *builder) unset() []string {
	var names []string
	for _, path := range b.names.setOrder {
		if b.names.read[path] {
			names = append(names, b.names.byPath[path])
		}
	}
	slices.Sort(names)
	return names
}
