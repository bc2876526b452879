package runtime

import (
	"context"
	"slices"

	"sluice/server/channels"
	"sluice/server/store"
)

// suspend suspends the channels whose vendors say only in a receipt that the
// account is locked or unpaid, or the credentials revoked: every further message
// would be taken and fail.
func (b *batch) suspend() {
	var seen []string
	for _, m := range b.refusals {
		if slices.Contains(seen, m.ChannelID) {
			continue
		}
		if b.l.suspendFor(m) {
			seen = append(seen, m.ChannelID)
		}
	}
}

// suspendFor reports whether the message's channel was looked at because of it.
func (l *Local) suspendFor(m store.MessageRow) bool {
	a, err := l.account(context.Background(), m.WorkspaceID, m.Channel)
	// What failed before the channel was bound anew says nothing of it.
	if err != nil || a.refusal != nil || a.channel.ID != m.ChannelID || m.FailedAt.Before(a.channel.BoundAt.Time) {
		return false
	}
	explainer, ok := a.provider.(channels.Explainer)
	if !ok || explainer.KnownCodes()[m.Code].Class != channels.ClassAuth {
		return false
	}
	l.suspendChannel(m.WorkspaceID, m.ChannelID, m.Reason)
	return true
}

// suspendChannel suspends a channel and tells everybody who watches.
func (l *Local) suspendChannel(workspace, id, reason string) {
	changed, err := l.store.SuspendChannel(context.Background(), workspace, id, reason)
	if err != nil {
		l.log.Error("a channel could not be suspended", "channel_id", id, "error", err)
	}
	if changed {
		l.hub.publish(workspace, Update{Kind: UpdateChannel, ChannelID: id, At: l.clock.Now()})
	}
}
