package scenario

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sluice/engine"
	"sluice/flows"
)

// Line is one thing that happened, told for people in Text and for programs in
// the other fields. It holds no secret.
type Line struct {
	// Type is an engine.TraceKind, or "retry" for a send call that is repeated.
	Type string `json:"type"`
	// At is the virtual time since the start of the run.
	At    flows.Duration `json:"at"`
	Node  string         `json:"node,omitempty"`
	Visit int            `json:"visit,omitempty"`
	// Port and To are those of an exit.
	Port string `json:"port,omitempty"`
	To   string `json:"to,omitempty"`
	// Status and Code are those of a message or of the run's end.
	Status  string         `json:"status,omitempty"`
	Outcome string         `json:"outcome,omitempty"`
	Code    string         `json:"code,omitempty"`
	Values  map[string]any `json:"values,omitempty"`
	Text    string         `json:"text"`
	// Detail marks lines that say nothing new to a person who reads the others.
	Detail bool `json:"-"`
}

// Clock writes a virtual time for people: "00:30", "1:05:00", "3d 00:00:10".
// Parts of a second are written only when there are any.
func Clock(d flows.Duration) string {
	t := time.Duration(d)
	days, t := t/(24*time.Hour), t%(24*time.Hour)
	hours, t := t/time.Hour, t%time.Hour
	minutes, t := t/time.Minute, t%time.Minute
	seconds, rest := t/time.Second, t%time.Second
	var s string
	switch {
	case days > 0:
		s = fmt.Sprintf("%dd %02d:%02d:%02d", days, hours, minutes, seconds)
	case hours > 0:
		s = fmt.Sprintf("%d:%02d:%02d", hours, minutes, seconds)
	default:
		s = fmt.Sprintf("%02d:%02d", minutes, seconds)
	}
	if rest > 0 {
		s += strings.TrimRight(fmt.Sprintf(".%03d", rest.Milliseconds()), "0")
	}
	return s
}

func (w *player) clock(t time.Time) string { return Clock(flows.Duration(t.Sub(w.start))) }

func (w *player) line(kind, node string, visit int, text string) Line {
	return Line{Type: kind, At: flows.Duration(w.now.Sub(w.start)), Node: node, Visit: visit, Text: text}
}

// tell adds what a step did to the transcript.
func (w *player) tell(item engine.TraceItem, sent *engine.Send) {
	l := w.line(string(item.Kind), item.Node, item.Visit, "")
	l.Port, l.To, l.Status, l.Outcome, l.Code, l.Values = item.Port, item.To, item.Status, item.Outcome, item.Code, item.Values
	title := w.program.Title(item.Node)
	switch item.Kind {
	case engine.TraceEntered:
		l.Detail = true
		l.Text = title
	case engine.TraceLeft:
		l.Text = title + ": " + w.exit(item)
	case engine.TraceWaiting:
		l.Detail = true
		l.Text = title + ": waits"
		if !item.Due.IsZero() {
			l.Text += " until " + w.clock(item.Due)
		}
	case engine.TraceSent:
		l.Text = title + ": sends " + describeSend(sent)
		if sent != nil && sent.SendAt.After(w.now) {
			l.Text = title + ": at " + w.clock(sent.SendAt) + " sends " + describeSend(sent)
		}
	case engine.TraceStatus:
		l.Detail = item.Status == string(engine.ReceiptSent)
		l.Text = title + ": " + strings.ReplaceAll(item.Status, "_", " ") + inBrackets(item.Code)
		if item.Status == "replied" {
			l.Text += " " + jsonText(item.Reason)
		}
	case engine.TraceSet, engine.TraceOutput:
		l.Detail = item.Kind == engine.TraceOutput
		l.Text = title + ": " + assignments(item.Values)
	case engine.TraceIgnored:
		l.Text = strings.TrimPrefix(title+": ", ": ") + "ignored"
		if item.Reason != "" {
			l.Text += ", " + item.Reason
		}
	case engine.TraceEnded:
		l.Text = w.ending(item)
	default:
		l.Text = title + ": " + string(item.Kind)
	}
	w.result.Lines = append(w.result.Lines, l)
}

// exit says by which port the run went where.
func (w *player) exit(item engine.TraceItem) string {
	text := strings.ReplaceAll(item.Port, "_", " ")
	if within := w.deadline(item); within != "" {
		text += " within " + within
	}
	if item.Via != "" && item.Via != item.Port {
		text += fmt.Sprintf(" (by the exit %q)", strings.ReplaceAll(item.Via, "_", " "))
	}
	if item.To == "" {
		return text + " → the end"
	}
	return text + " → " + w.program.Title(item.To)
}

// deadline is the duration in the node's config that made the run take this
// port: the port "not_read" of a node with "read_within".
func (w *player) deadline(item engine.TraceItem) string {
	n, ok := w.flow.Node(item.Node)
	what, negated := strings.CutPrefix(item.Port, "not_")
	if !ok || !negated {
		return ""
	}
	var config map[string]json.RawMessage
	if json.Unmarshal(n.Config, &config) != nil {
		return ""
	}
	var within flows.Duration
	if json.Unmarshal(config[what+"_within"], &within) != nil {
		return ""
	}
	return within.String()
}

func (w *player) ending(item engine.TraceItem) string {
	text := strings.ToUpper(item.Status[:min(1, len(item.Status))]) + item.Status[min(1, len(item.Status)):]
	if item.Outcome != "" {
		text += fmt.Sprintf(" (%s)", strings.ReplaceAll(item.Outcome, "_", " "))
	}
	if e := w.state.Error; e != nil {
		text += ": " + strings.TrimSpace(e.Message+" "+e.Hint)
	}
	return text
}

func describeSend(s *engine.Send) string {
	if s == nil {
		return "a message"
	}
	m := s.Masked
	to := fmt.Sprintf(" to %s by %s", s.MaskedTo, s.Channel)
	switch m.Type {
	case flows.MessageText:
		return jsonText(m.Text) + to
	case flows.MessageTemplate:
		text := "the template " + m.Template
		if m.Language != "" {
			text += " (" + m.Language + ")"
		}
		if len(m.Parameters) > 0 {
			text += " with " + strings.Join(m.Parameters, ", ")
		}
		return text + to
	}
	text := "a message of type " + string(m.Type)
	if preview := m.Preview(); preview != "" {
		text += " " + jsonText(preview)
	}
	return text + to
}

func assignments(values map[string]any) string {
	var parts []string
	for _, name := range sortedKeys(values) {
		text := engine.Mask
		if values[name] != engine.Mask {
			text = jsonText(values[name])
		}
		parts = append(parts, name+" = "+text)
	}
	return strings.Join(parts, ", ")
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
