package runtime

import (
	"bytes"
	"context"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// typingKey is in the payload of every message that has typing shown before it.
var typingKey = []byte(`"typing_for"`)

// showTyping lets the recipient see that somebody writes, and reports whether
// the message waits for that. It is only done where they wrote lately, once, and
// what goes wrong with it never keeps the message back.
func (l *Local) showTyping(ctx context.Context, o *outcome) (waits bool) {
	if o.row.Attempts > 1 || !bytes.Contains(o.row.Payload, typingKey) {
		return false
	}
	send, err := outgoing(o.row)
	if err != nil || send.TypingFor <= 0 {
		return false
	}
	a, err := l.account(ctx, o.row.WorkspaceID, o.row.Channel)
	if err != nil || a.refusal != nil {
		return false
	}
	typer, ok := a.provider.(channels.Typer)
	t, known := flows.ChannelTypeNamed(string(a.account.Type))
	if !ok || !known || t.Window == 0 {
		return false
	}
	now := l.clock.Now()
	forms, err := l.known(ctx, a.channel, send.To)
	if err != nil {
		return false
	}
	last, err := l.store.LastInbound(ctx, o.row.WorkspaceID, a.channel.ID, forms)
	if err != nil || last.Message == "" || now.Sub(last.At) >= time.Duration(t.Window) {
		return false
	}
	if err := typer.ShowTyping(ctx, a.account, send.To, last.Message); err != nil {
		l.log.Info("typing could not be shown", "run_id", o.row.RunID, "visit", o.row.Visit, "channel", o.row.Channel, "error", err)
		return false
	}
	until := now.Add(time.Duration(send.TypingFor))
	if !until.Before(o.row.GiveUpAt) {
		return false
	}
	o.untried, o.notBefore = true, until
	return true
}
