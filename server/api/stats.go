package api

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/store"
)

const (
	// statsPeriod is the period that is shown when none is asked for.
	statsPeriod = 24 * time.Hour
	// longestStats is about as long as counts are kept.
	longestStats = 400 * 24 * time.Hour
)

// GetFlowStats answers with what became of the runs that began in a period.
func (a *API) GetFlowStats(c *gin.Context, flowID FlowID, params GetFlowStatsParams) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	filter, err := a.statsFilter(f.ID, params)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	counts, err := a.store.FlowCounts(ctx, workspace, filter)
	if err != nil {
		a.fail(c, err)
		return
	}
	stretch := statsStretch(filter.To.Sub(filter.From))
	points, err := a.store.FlowCountSeries(ctx, workspace, filter, stretch)
	if err != nil {
		a.fail(c, err)
		return
	}
	versions, err := a.store.CountedVersions(ctx, workspace, filter)
	if err != nil {
		a.fail(c, err)
		return
	}
	stats := FlowStats{
		From: filter.From, To: filter.To, Version: params.Version, Versions: make([]int, 0, len(versions)),
		BucketSeconds: int(stretch.Seconds()), Series: seriesOf(filter, stretch, points),
	}
	for _, v := range versions {
		stats.Versions = append(stats.Versions, int(v))
	}
	stats.take(counts)
	c.JSON(http.StatusOK, stats)
}

// statsFilter is the period that was asked for, in whole hours.
func (a *API) statsFilter(flowID string, params GetFlowStatsParams) (store.CountFilter, error) {
	from, to, err := a.period(params.From, params.To)
	filter := store.CountFilter{FlowID: flowID, From: from, To: to}
	if params.Version != nil {
		filter.Version = int64(*params.Version)
	}
	return filter, err
}

// period is what was asked for in whole hours, or the last statsPeriod.
func (a *API) period(askedFrom, askedTo *time.Time) (from, to time.Time, err error) {
	to = a.now()
	if askedTo != nil {
		to = *askedTo
	}
	if cut := to.UTC().Truncate(store.CountBucket); cut.Equal(to) && askedTo != nil {
		to = cut
	} else {
		to = cut.Add(store.CountBucket)
	}
	from = to.Add(-statsPeriod)
	if askedFrom != nil {
		from = askedFrom.UTC().Truncate(store.CountBucket)
	}
	switch {
	case !from.Before(to):
		return from, to, badPeriod("The period ends before it begins.", "Give a `to` that is later than `from`.")
	case to.Sub(from) > longestStats:
		return from, to, badPeriod("The period is longer than 400 days.", "Ask for a shorter one.")
	}
	return from, to, nil
}

func badPeriod(message, hint string) error {
	return refuse(http.StatusUnprocessableEntity, "invalid", message).withHint(hint).
		withErrors([]FieldProblem{{Field: "from", Pointer: "/from", Code: "period", Message: message}})
}

// statsStretch is the width of one point of the series: about thirty to sixty
// of them are shown.
func statsStretch(period time.Duration) time.Duration {
	const day = 24 * time.Hour
	switch {
	case period <= 2*day:
		return time.Hour
	case period <= 14*day:
		return 6 * time.Hour
	case period <= 60*day:
		return day
	}
	return 7 * day
}

// seriesOf has a point for each stretch, those without runs included.
func seriesOf(filter store.CountFilter, stretch time.Duration, points []store.FlowCountPoint) []StatsPoint {
	series := make([]StatsPoint, 0, filter.To.Sub(filter.From)/stretch+1)
	for at := filter.From; at.Before(filter.To); at = at.Add(stretch) {
		series = append(series, StatsPoint{At: at})
	}
	for _, p := range points {
		point := &series[p.Stretch]
		switch p.Kind { //nolint:exhaustive // FlowCountSeries counts these only.
		case store.CountStarted:
			point.Started += int(p.N)
		case store.CountReached:
			point.Reached += int(p.N)
		case store.CountEnded:
			if ended := endedOf(p.Status, &point.Completed, &point.Failed, &point.Cancelled); ended != nil {
				*ended += int(p.N)
			}
		}
	}
	return series
}

// endedOf chooses the count of a final status.
func endedOf(status string, completed, failed, cancelled *int) *int {
	switch RunStatus(status) {
	case RunStatusCompleted:
		return completed
	case RunStatusFailed:
		return failed
	case RunStatusCancelled:
		return cancelled
	case RunStatusWaiting:
	}
	return nil
}

// take sorts counts into the answer.
func (s *FlowStats) take(counts []store.FlowCount) {
	nodes := map[string]*NodeStats{}
	node := func(id string) *NodeStats {
		if nodes[id] == nil {
			nodes[id] = &NodeStats{Node: id, Ports: []PortStats{}}
		}
		return nodes[id]
	}
	type sender struct{ node, channel, channelType string }
	senders := map[sender]*ChannelStats{}
	s.Ends = []EndStats{}
	for _, c := range counts {
		n := int(c.N)
		switch c.Kind {
		case store.CountStarted:
			s.Started += n
		case store.CountReached:
			s.Reached += n
		case store.CountEntered:
			node(c.Node).Entered += n
		case store.CountLeft:
			node(c.Node).Ports = append(node(c.Node).Ports, PortStats{Port: c.Port, Count: n})
		case store.CountEnded:
			s.Ends = append(s.Ends, EndStats{Node: c.Node, Outcome: c.Port, Status: RunStatus(c.Detail), Count: n})
			if ended := endedOf(c.Detail, &s.Completed, &s.Failed, &s.Cancelled); ended != nil {
				*ended += n
			}
			if c.Node != "" {
				node(c.Node).Ended += n
			}
		case store.CountQueued, store.CountSent, store.CountDelivered, store.CountRead, store.CountFailed:
			key := sender{c.Node, c.Port, c.Detail}
			if senders[key] == nil {
				senders[key] = &ChannelStats{Node: c.Node, Channel: c.Port, ChannelType: c.Detail}
			}
			senders[key].count(c.Kind, n)
		}
	}
	s.Nodes, s.Channels = []NodeStats{}, []ChannelStats{}
	for _, n := range nodes {
		s.Nodes = append(s.Nodes, *n)
	}
	for _, c := range senders {
		s.Channels = append(s.Channels, *c)
	}
	slices.SortFunc(s.Nodes, func(x, y NodeStats) int { return cmp.Compare(x.Node, y.Node) })
	slices.SortFunc(s.Channels, func(x, y ChannelStats) int {
		return cmp.Or(cmp.Compare(x.Channel, y.Channel), cmp.Compare(x.Node, y.Node))
	})
	slices.SortStableFunc(s.Ends, func(x, y EndStats) int { return cmp.Compare(y.Count, x.Count) })
}

func (c *ChannelStats) count(kind store.CountKind, n int) {
	switch kind { //nolint:exhaustive // the counts of messages only.
	case store.CountQueued:
		c.Queued += n
	case store.CountSent:
		c.Sent += n
	case store.CountDelivered:
		c.Delivered += n
	case store.CountRead:
		c.Read += n
	case store.CountFailed:
		c.Failed += n
	}
}
