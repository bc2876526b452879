package webhooks

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"sluice/server/channels"
)

const (
	// sampleEvery and sampleBurst bound the refusals that are kept of a channel:
	// whoever knows an address can post there as often as they like.
	sampleEvery = 30 * time.Second
	sampleBurst = 10
	// maxSampled bounds the channels that refusals are counted of.
	maxSampled = 10_000
	maxReason  = 300
)

// samples are the refusals of a channel.
type samples struct {
	limit *rate.Limiter
	// unseen counts those since the last one that was kept.
	unseen int
}

// Refuse counts a request that was refused because of cause, and keeps a sample:
// when, how large, and why. What was posted is not kept, since nobody knows by
// whom. It never waits.
func (b *Inbox) Refuse(s *Sender, r *http.Request, size int, cause error) {
	b.metrics.webhooks.WithLabelValues(string(Refused)).Inc()
	now := b.clock.Now()
	more, keep := b.sample(s.Channel.ID, now)
	if !keep {
		return
	}
	rec := s.record(r, size, now)
	// A query is what was posted, too.
	rec.Verdict, rec.More, rec.Query = Refused, more, ""
	rec.Unverified = errors.Is(cause, channels.ErrUnverified)
	rec.Reason = shortened(s.masked(plainReason(cause)), maxReason)
	e, err := newEntry(s, rec)
	if err == nil {
		err = b.submit(e)
	}
	if err != nil {
		b.log.DebugContext(r.Context(), "a refused webhook is not kept", "channel_id", s.Channel.ID, "error", err)
	}
}

// plainReason is what a provider says is wrong, without what all of them say.
func plainReason(cause error) string {
	text := cause.Error()
	for _, general := range []error{channels.ErrUnverified, channels.ErrMalformed} {
		text = strings.TrimPrefix(text, general.Error()+": ")
	}
	return text
}

// sample reports whether a refusal is kept, and how many before it were not.
func (b *Inbox) sample(channel string, now time.Time) (more int, keep bool) {
	if b.keep < 0 {
		return 0, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.samples[channel]
	if s == nil {
		if len(b.samples) >= maxSampled {
			clear(b.samples)
		}
		s = &samples{limit: rate.NewLimiter(rate.Every(sampleEvery), sampleBurst)}
		b.samples[channel] = s
	}
	if !s.limit.AllowN(now, 1) {
		s.unseen++
		return 0, false
	}
	more, s.unseen = s.unseen, 0
	return more, true
}
