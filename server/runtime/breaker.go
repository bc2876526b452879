package runtime

import (
	"time"

	"sluice/server/channels"
	"sluice/server/store"
)

const (
	// firstPause and lastPause bound how long a channel rests before it is
	// tried again; each try that fails doubles the rest.
	firstPause = 5 * time.Second
	lastPause  = time.Minute
	// probeWait is how long others wait while one message tries the channel.
	probeWait = time.Second
)

// breaker pauses a channel whose vendor fails every call. The messages wait in
// the database meanwhile, and one of them tries whether it works again:
//
//	closed --(too many failures in a row)--> open
//	open --(the pause is over)--> one message is the probe
//	probe --(the vendor answers)--> closed
//	probe --(it fails)--> open, for twice as long
//
// A vendor that refuses a message has answered.
type breaker struct {
	// failures counts those in a row.
	failures int
	// since is when the channel was paused first; zero while it is not.
	since time.Time
	until time.Time
	rest  time.Duration
	// probe is the message that tries the channel now.
	probe string
	last  *channels.SendError
}

func (k *breaker) open() bool { return !k.since.IsZero() }

// admit reports whether a message may be handed over now, and if not, when to
// ask again.
func (k *breaker) admit(messageID string, now time.Time) (again time.Time, ok bool) {
	switch {
	case !k.open():
		return time.Time{}, true
	case now.Before(k.until):
		return k.until, false
	case k.probe != "":
		return now.Add(probeWait), false
	}
	k.probe = messageID
	return time.Time{}, true
}

// observe takes in what came of a message and reports whether the channel was
// paused or goes on by that.
func (k *breaker) observe(o *outcome, limit int, now time.Time) (changed bool) {
	probed := k.probe == o.row.MessageID
	if probed {
		k.probe = ""
	}
	if !o.called {
		// Nobody asked the vendor, so nobody knows more than before.
		return false
	}
	if f := o.failure; f == nil || f.Class != channels.ClassRetryable && f.Class != channels.ClassUnknown {
		changed = k.open()
		*k = breaker{}
		return changed
	}
	k.failures++
	k.last = o.failure
	switch {
	case !k.open() && k.failures >= limit:
		k.since, k.rest = now, firstPause
	case probed:
		k.rest = min(2*k.rest, lastPause)
	default:
		return false
	}
	k.until = now.Add(max(k.rest, min(o.failure.RetryAfter, lastPause)))
	return true
}

// Pause is why and until when a channel rests.
type Pause struct {
	// Since is when it was paused, Until when it is tried again.
	Since, Until time.Time
	// Code and Reason are how the last call failed.
	Code, Reason string
}

// Pauses tells which channels of a workspace rest, by slug, as this process
// sees it: each has its own experience with a vendor.
func (l *Local) Pauses(workspace string) map[string]Pause {
	pauses := map[string]Pause{}
	s := l.lanes
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.byName {
		if n.workspace == workspace && n.breaker.open() {
			pauses[n.channel] = Pause{Since: n.breaker.since, Until: n.breaker.until, Code: n.breaker.last.Code, Reason: n.breaker.last.Message}
		}
	}
	return pauses
}

// paused is how many channels rest.
func (s *lanes) paused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for _, n := range s.byName {
		if n.breaker.open() {
			count++
		}
	}
	return count
}

// admission is whether a message may be handed over now.
type admission struct {
	// at is when to ask again; zero means that it may go.
	at time.Time
	// paced is true when that moment is kept for the message.
	paced bool
}

// admit decides whether a message may go.
func (s *lanes) admit(n *lane, row store.OutboxRow, limits limits) admission {
	now := s.l.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	n.workspace, n.channel = row.WorkspaceID, row.Channel
	if again, ok := n.breaker.admit(row.MessageID, now); !ok {
		return admission{at: again}
	}
	if row.Paced && now.Before(row.NextAt.Add(onTime)) {
		return admission{}
	}
	at, ok := n.pairs.reserve(limits.to, now, limits.pair, row.GiveUpAt)
	if ok && !at.After(now) && limits.perSecond > 0 {
		at, ok = n.pace.reserve(now, limits.perSecond/float64(max(s.l.alive.Load(), 1)), row.GiveUpAt)
	}
	if ok && !at.After(now) {
		return admission{}
	}
	if n.breaker.probe == row.MessageID {
		n.breaker.probe = ""
	}
	return admission{at: at, paced: ok}
}

// observe tells the breaker of a lane what came of a message.
func (s *lanes) observe(n *lane, o *outcome) {
	now := s.l.clock.Now()
	s.mu.Lock()
	changed := n.breaker.observe(o, s.l.tuning.BreakerAfter, now)
	opened := changed && n.breaker.since.Equal(now)
	failures := n.breaker.failures
	s.mu.Unlock()
	if !changed {
		return
	}
	if opened {
		s.l.metrics.pauses.Inc()
		s.l.log.Warn("a channel is paused because its provider fails every call", "workspace_id", o.row.WorkspaceID, "channel", o.row.Channel,
			"failures", failures, "code", o.failure.Code)
	}
	s.l.hub.publish(o.row.WorkspaceID, Update{Kind: UpdateChannel, ChannelID: o.channelID, At: now})
}
