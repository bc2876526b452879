package runtime

import (
	"math"
	"time"
)

// pace spreads the messages of a channel over time, so that the vendor's rate
// is kept: a token bucket, told by the time at which it is full again (the
// generic cell rate algorithm). It holds a second's worth of messages.
type pace struct {
	full time.Time
}

// reserve takes the next free moment at that rate. One that is not after now
// is to be used at once. A moment after latest is of no use, so none is taken
// then, and ok is false.
func (p *pace) reserve(now time.Time, perSecond float64, latest time.Time) (at time.Time, ok bool) {
	every := time.Duration(float64(time.Second) / perSecond)
	burst := time.Duration(math.Max(1, math.Floor(perSecond))) * every
	full := p.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(every)
	if at = full.Add(-burst); at.After(latest) {
		return at, false
	}
	p.full = full
	return at, true
}

// idle reports whether forgetting the bucket would change nothing.
func (p *pace) idle(now time.Time) bool { return !p.full.After(now) }

// onTime is how long after its moment a message may still use it. One that
// comes later, because the server was down, needs another, or all that waited
// would go at once.
const onTime = 2 * time.Second
