package webhooks

import "github.com/prometheus/client_golang/prometheus"

// turnedAway is counted beside the verdicts.
const turnedAway = "turned_away"

// metrics are what operators watch.
type metrics struct {
	webhooks *prometheus.CounterVec
	seconds  prometheus.Histogram
	batch    prometheus.Histogram
	stuck    prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer, b *Inbox) *metrics {
	m := &metrics{
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_webhooks_total", Help: "Webhooks of providers: accepted, refused, or turned away because too many waited.",
		}, []string{"verdict"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sluice_webhook_seconds", Help: "Time until an accepted webhook was durable.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sluice_webhook_batch", Help: "Webhooks that one transaction wrote.", Buckets: []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000},
		}),
		stuck: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sluice_webhooks_stuck_total", Help: "Accepted webhooks that could not be given to their runs.",
		}),
	}
	for _, verdict := range []string{string(Accepted), string(Refused), turnedAway} {
		// A rate needs a zero to begin with.
		m.webhooks.WithLabelValues(verdict)
	}
	if registerer == nil {
		return m
	}
	registerer.MustRegister(m.webhooks, m.seconds, m.batch, m.stuck, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sluice_webhooks_waiting", Help: "Accepted webhooks whose runs do not have them yet.",
	}, func() float64 { return float64(b.unapplied.Load()) }))
	return m
}
