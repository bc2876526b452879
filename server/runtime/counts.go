package runtime

import (
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// The statistics of flows are counted in the transaction that makes what they
// count: they are right after a crash, and cost a few rows per batch.

// add counts one thing among the runs that began when this one did.
func (b *batch) add(w *work, kind store.CountKind, node, port, detail string, n int64) {
	if w == nil || w.state.Run.StartedAt.IsZero() {
		// A run that this server cannot read is not counted by it.
		return
	}
	b.counts.Add(store.CountKey{
		WorkspaceID: w.live.WorkspaceID, FlowID: w.live.FlowID, FlowVersion: w.live.FlowVersion, Began: w.state.Run.StartedAt,
		Kind: kind, Node: node, Port: port, Detail: detail,
	}, n)
}

// countSteps counts what the steps of the batch did.
func (b *batch) countSteps() {
	for _, w := range b.order {
		if w.start != nil && len(w.traces) > 0 {
			b.add(w, store.CountStarted, "", "", "", 1)
		}
		for _, trace := range w.traces {
			b.countTrace(w, trace)
		}
	}
}

func (b *batch) countTrace(w *work, trace engine.Trace) {
	for i := range trace {
		switch item := &trace[i]; item.Kind {
		case engine.TraceEntered:
			b.add(w, store.CountEntered, item.Node, "", "", 1)
		case engine.TraceLeft:
			b.add(w, store.CountLeft, item.Node, item.Port, "", 1)
		case engine.TraceEnded:
			b.add(w, store.CountEnded, item.Node, item.Outcome, item.Status, 1)
		case engine.TraceWaiting, engine.TraceSent, engine.TraceStatus, engine.TraceSet, engine.TraceOutput, engine.TraceIgnored:
		}
	}
}

// countReached counts a run whose first message is delivered or read.
func (b *batch) countReached(m *messageWork, status channels.Status) {
	b.reach(b.workOf(m.row.WorkspaceID, m.row.RunID), status)
}

// reach counts a run that is told that a message of it was delivered or read,
// once. One that this server cannot step is counted by the server that gives it
// the receipt which was kept for it.
func (b *batch) reach(w *work, status channels.Status) {
	if w == nil || w.live.Reached || status != channels.StatusDelivered && status != channels.StatusRead {
		return
	}
	w.live.Reached = true
	b.add(w, store.CountReached, "", "", "", 1)
}

// countMessages counts what became of messages in this batch.
func (b *batch) countMessages() {
	for i := range b.queued {
		m := &b.queued[i]
		b.add(b.works[m.RunID], store.CountQueued, m.Node, m.Channel, m.ChannelType, 1)
	}
	for _, m := range b.changed {
		w := b.works[m.row.RunID]
		add := func(kind store.CountKind, was, is bool) {
			switch {
			case is && !was:
				b.add(w, kind, m.row.Node, m.row.Channel, m.row.ChannelType, 1)
			case was && !is:
				b.add(w, kind, m.row.Node, m.row.Channel, m.row.ChannelType, -1)
			}
		}
		add(store.CountSent, !m.before.SentAt.IsZero(), !m.row.SentAt.IsZero())
		add(store.CountDelivered, !m.before.DeliveredAt.IsZero(), !m.row.DeliveredAt.IsZero())
		add(store.CountRead, !m.before.ReadAt.IsZero(), !m.row.ReadAt.IsZero())
		failed := string(channels.StatusFailed)
		add(store.CountFailed, m.before.Status == failed, m.row.Status == failed)
	}
}

// countChannels counts what became of the messages of channels, in the hour in
// which it happened.
func (b *batch) countChannels() {
	failed := string(channels.StatusFailed)
	for _, m := range b.changed {
		add := func(row *store.MessageRow, kind store.CountKind, at time.Time, detail string, n int64) {
			if row.ChannelID != "" {
				b.channelCounts.Add(store.ChannelCountKey{WorkspaceID: row.WorkspaceID, ChannelID: row.ChannelID, Hour: at, Kind: kind, Detail: detail}, n)
			}
		}
		was, is := &m.before, &m.row
		if was.SentAt.IsZero() && !is.SentAt.IsZero() {
			add(is, store.CountSent, is.SentAt, "", 1)
		}
		if was.DeliveredAt.IsZero() && !is.DeliveredAt.IsZero() {
			add(is, store.CountDelivered, is.DeliveredAt, "", 1)
			if !was.SentAt.IsZero() {
				// When the send is known by its receipt only, nobody knows how
				// long the delivery took.
				add(is, store.CountLatency, is.DeliveredAt, store.LatencyBucket(is.DeliveredAt.Sub(is.SentAt)), 1)
			}
		}
		if was.ReadAt.IsZero() && !is.ReadAt.IsZero() {
			add(is, store.CountRead, is.ReadAt, "", 1)
		}
		switch {
		case was.Status != failed && is.Status == failed:
			add(is, store.CountFailed, is.FailedAt, is.Code, 1)
		case was.Status == failed && is.Status != failed:
			// A later receipt took the failure back.
			add(was, store.CountFailed, was.FailedAt, was.Code, -1)
		}
	}
}
