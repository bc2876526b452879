package nodes

import (
	"fmt"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/engine/moment"
	"sluice/flows"
)

// sendAtField asks for the time at which a message goes out.
func sendAtField() flows.Field {
	return flows.Field{
		Name: "send_at", Kind: flows.KindTemplate, Moment: true, Title: "Send at", Example: "{{appointment}}",
		Help: "A moment such as 2026-01-31T09:00:00Z, a local time such as 2026-01-31 09:00, or a date, which begins at midnight. Empty, or in the past, it is sent at once. Cancelling the run before it takes the message back.",
	}
}

// compileSendAt takes the moment in; nil when there is none.
func compileSendAt(c *engine.Compiler, text string) *expression.Template {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	at := c.Template("send_at")
	if at.IsLiteral() {
		if _, err := moment.Parse(text, time.UTC); err != nil {
			reportMoment(c, text, "send_at")
		}
	}
	return at
}

// moment is when the message is to go out; zero means at once. A run that cannot
// wait for it is told what to do instead.
func (n *send) moment(v *engine.Visit) (time.Time, *engine.Move) {
	if n.at == nil {
		return time.Time{}, nil
	}
	if err := n.zone.enter(v); err != nil {
		move := failed(err)
		return time.Time{}, &move
	}
	text, err := v.Text(n.at)
	if err != nil {
		move := failed(err)
		return time.Time{}, &move
	}
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	at, err := moment.Parse(text, v.Zone())
	if err != nil {
		move := noMoment(v, n.at)
		return time.Time{}, &move
	}
	if end := v.ExpiresAt(); !at.Before(end) {
		move := n.fail(v, "send_at_too_late", fmt.Sprintf("The message is for %s, and the run ends at %s at the latest.", at.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339)))
		return time.Time{}, &move
	}
	if !at.After(v.Now()) {
		return time.Time{}, nil
	}
	return at.UTC().Truncate(time.Millisecond), nil
}
