package api

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/store"
)

// lastErrors is how many messages that failed are shown.
const lastErrors = 10

// GetChannelHealth answers with what became of the messages of a channel.
func (a *API) GetChannelHealth(c *gin.Context, channelID ChannelID, params GetChannelHealthParams) {
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	from, to, err := a.period(params.From, params.To)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	stretch := statsStretch(to.Sub(from))
	points, err := a.store.ChannelCountSeries(ctx, workspace, ch.ID, from, to, stretch)
	if err != nil {
		a.fail(c, err)
		return
	}
	failed, err := a.store.FailuresOf(ctx, workspace, ch.ID, from, to, lastErrors)
	if err != nil {
		a.fail(c, err)
		return
	}
	health := ChannelHealth{From: from, To: to, BucketSeconds: int(stretch.Seconds()), Failures: []ChannelFailureCount{}, Errors: []ChannelFailure{}}
	health.take(points, stretch)
	for i := range failed {
		m := &failed[i]
		health.Errors = append(health.Errors, ChannelFailure{At: m.FailedAt.Time, Code: m.Code, Reason: m.Reason, RunId: m.RunID})
	}
	c.JSON(http.StatusOK, health)
}

// take sorts counts into the answer. The series has a point for each stretch,
// empty ones included.
func (h *ChannelHealth) take(points []store.ChannelCountPoint, stretch time.Duration) {
	for at := h.From; at.Before(h.To); at = at.Add(stretch) {
		h.Series = append(h.Series, ChannelHealthPoint{At: at})
	}
	whole, parts := map[string]int64{}, make([]map[string]int64, len(h.Series))
	codes := map[string]int{}
	for _, p := range points {
		n, point := int(p.N), &h.Series[p.Stretch]
		switch p.Kind { //nolint:exhaustive // channels count these only.
		case store.CountSent:
			h.Sent, point.Sent = h.Sent+n, point.Sent+n
		case store.CountDelivered:
			h.Delivered, point.Delivered = h.Delivered+n, point.Delivered+n
		case store.CountRead:
			h.Read, point.Read = h.Read+n, point.Read+n
		case store.CountFailed:
			h.Failed, point.Failed = h.Failed+n, point.Failed+n
			codes[p.Detail] += n
		case store.CountLatency:
			if parts[p.Stretch] == nil {
				parts[p.Stretch] = map[string]int64{}
			}
			whole[p.Detail] += p.N
			parts[p.Stretch][p.Detail] += p.N
		}
	}
	h.Latency = latencyOf(whole)
	for i, part := range parts {
		h.Series[i].Latency = latencyOf(part)
	}
	for code, n := range codes {
		if n > 0 {
			h.Failures = append(h.Failures, ChannelFailureCount{Code: code, Count: n})
		}
	}
	slices.SortFunc(h.Failures, func(x, y ChannelFailureCount) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Code, y.Code))
	})
}

// latencyOf is nil when nothing was delivered.
func latencyOf(buckets map[string]int64) *ChannelLatency {
	half, ok := store.Percentile(buckets, .5)
	if !ok {
		return nil
	}
	most, _ := store.Percentile(buckets, .95)
	return &ChannelLatency{P50Seconds: half.Seconds(), P95Seconds: most.Seconds()}
}
