package server

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/store"
)

const (
	// vitalsAge is for how long one look at the database serves all scrapes: it
	// counts live runs, which takes some milliseconds per 100,000.
	vitalsAge = 10 * time.Second
	// vitalsTimeout keeps a scrape from waiting for a database that is away.
	vitalsTimeout = 3 * time.Second
	// heardOf is how long after its last beat a server counts.
	heardOf = 20 * time.Second
)

// vitals are the metrics that the database knows: what waits, and since when.
// Every replica reports the same numbers, so they are not to be added up.
type vitals struct {
	read  func(ctx context.Context, ago time.Duration) (store.Vitals, error)
	now   func() time.Time
	up    *prometheus.Desc
	gauge []vital

	mu   sync.Mutex
	last store.Vitals
	err  error
	at   time.Time
}

// vital is one gauge and where it comes from.
type vital struct {
	desc  *prometheus.Desc
	value func(store.Vitals) float64
}

func newVitals(read func(context.Context, time.Duration) (store.Vitals, error), now func() time.Time) *vitals {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("sluice_"+name, help, nil, nil) }
	since := func(v store.Vitals, t time.Time) float64 {
		if t.IsZero() {
			return 0
		}
		return max(0, v.Clock.Sub(t).Seconds())
	}
	return &vitals{
		read: read, now: now, up: desc("database_up", "Whether the database answers: 1 or 0."),
		gauge: []vital{
			{desc("servers", "Servers on this database that were heard of in the last 20 seconds."), func(v store.Vitals) float64 { return float64(v.ServersSince) }},
			{desc("runs_waiting", "Runs that wait."), func(v store.Vitals) float64 { return float64(v.Waiting) }},
			{desc("timer_overdue_seconds", "For how long the oldest deadline of a run has passed."), func(v store.Vitals) float64 { return since(v, v.OldestTimer) }},
			{desc("messages_unsent", "Messages that wait to be sent or are being sent."), func(v store.Vitals) float64 { return float64(v.Unsent) }},
			{desc("message_overdue_seconds", "For how long the oldest message that nobody has in hand was to be sent."), func(v store.Vitals) float64 { return since(v, v.OldestUnsent) }},
			{desc("events_kept", "Events that wait for a server which can go on with their runs."), func(v store.Vitals) float64 { return float64(v.Kept) }},
			{desc("event_kept_seconds", "For how long the oldest of them has waited."), func(v store.Vitals) float64 { return since(v, v.OldestKept) }},
		},
	}
}

// Describe implements prometheus.Collector.
func (m *vitals) Describe(out chan<- *prometheus.Desc) {
	out <- m.up
	for _, g := range m.gauge {
		out <- g.desc
	}
}

// Collect implements prometheus.Collector. Without the database there is one
// metric, which says so.
func (m *vitals) Collect(out chan<- prometheus.Metric) {
	v, err := m.current()
	up := 1.0
	if err != nil {
		up = 0
	}
	out <- prometheus.MustNewConstMetric(m.up, prometheus.GaugeValue, up)
	if err != nil {
		return
	}
	for _, g := range m.gauge {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, g.value(v))
	}
}

// current is what was read within vitalsAge, failures too.
func (m *vitals) current() (store.Vitals, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.now(); m.at.IsZero() || now.Sub(m.at) >= vitalsAge {
		ctx, cancel := context.WithTimeout(context.Background(), vitalsTimeout)
		defer cancel()
		m.last, m.err = m.read(ctx, heardOf)
		m.at = now
	}
	return m.last, m.err
}
