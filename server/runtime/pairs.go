package runtime

import (
	"context"
	"time"

	"sluice/server/channels"
	"sluice/server/store"
)

// limits are the rates that a message has to keep to.
type limits struct {
	// perSecond is the channel's; zero means any number.
	perSecond float64
	// pair is the one of messages to the same recipient, who is to.
	pair channels.PairRate
	to   string
}

// limits reads what a message has to keep to: nothing where the send is refused
// anyway.
func (l *Local) limits(ctx context.Context, row store.OutboxRow) limits {
	a, err := l.account(ctx, row.WorkspaceID, row.Channel)
	if err != nil || a.refusal != nil {
		return limits{}
	}
	kind := a.provider.Kind()
	found := limits{perSecond: kind.Rate(a.account), pair: kind.RatePerRecipient[a.account.Type]}
	if found.pair.Every > 0 {
		if send, err := outgoing(row); err == nil {
			found.to = l.addresses().Key(string(a.account.Type), send.To)
		}
	}
	return found
}

// pairs spread the messages of a channel to each of its recipients over time.
// People that nothing is owed to are forgotten.
type pairs struct {
	byRecipient map[string]pair
	// sweepAt is how many are remembered when the next sweep is due.
	sweepAt int
}

// pair is what was sent to one recipient. Each message takes Every of time, and
// while a burst lasts it may be borrowed from the time to come; what was borrowed
// has to pass before anything more goes.
type pair struct {
	// free is when all that was sent is paid for; began is when the burst began
	// and count how many went in it.
	free, began time.Time
	count       int
}

const (
	// firstSweep is how many recipients are remembered before idle ones are
	// looked for.
	firstSweep = 1024
	// maxPairs bounds them. For more at once the vendor's own answer has to do.
	maxPairs = 100_000
)

// reserve takes the next free moment for a message to a recipient; see
// pace.reserve.
func (p *pairs) reserve(to string, now time.Time, rate channels.PairRate, latest time.Time) (at time.Time, ok bool) {
	if rate.Every <= 0 || to == "" {
		return now, true
	}
	q := p.byRecipient[to]
	burst := !now.Before(q.began) && now.Before(q.began.Add(rate.Every)) && q.count < rate.Burst
	switch {
	case !q.free.After(now):
		q, at = pair{free: now, began: now}, now
	case burst:
		at = now
	case q.free.After(latest):
		return q.free, false
	default:
		at, q.began, q.count = q.free, q.free, 0
	}
	q.free, q.count = q.free.Add(rate.Every), q.count+1
	p.keep(to, q, now)
	return at, true
}

func (p *pairs) keep(to string, q pair, now time.Time) {
	if p.byRecipient == nil {
		p.byRecipient, p.sweepAt = map[string]pair{}, firstSweep
	}
	if len(p.byRecipient) >= p.sweepAt {
		p.idle(now)
		p.sweepAt = max(firstSweep, 2*len(p.byRecipient))
	}
	if _, known := p.byRecipient[to]; known || len(p.byRecipient) < maxPairs {
		p.byRecipient[to] = q
	}
}

// idle forgets the recipients that nothing is owed to and reports whether that
// is all of them.
func (p *pairs) idle(now time.Time) bool {
	for to, q := range p.byRecipient {
		if !q.free.After(now) {
			delete(p.byRecipient, to)
		}
	}
	return len(p.byRecipient) == 0
}
