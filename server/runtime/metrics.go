package runtime

import "github.com/prometheus/client_golang/prometheus"

// metrics are what operators watch. Names follow Prometheus' conventions;
// times are in seconds.
type metrics struct {
	started          prometheus.Counter
	ended            *prometheus.CounterVec
	steps            *prometheus.CounterVec
	ignored          prometheus.Counter
	sends            *prometheus.CounterVec
	attempts         channelCounter
	receipts         *prometheus.CounterVec
	refused          prometheus.Counter
	batchSeconds     prometheus.Histogram
	batchEvents      prometheus.Histogram
	startSeconds     prometheus.Histogram
	sendSeconds      *prometheus.HistogramVec
	lateness         prometheus.Histogram
	databaseFailures prometheus.Counter
	pauses           prometheus.Counter
}

// latencyBuckets reach from a millisecond to half a minute.
var latencyBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

func newMetrics(registerer prometheus.Registerer, l *Local) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "sluice_" + name, Help: help})
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sluice_" + name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sluice_" + name, Help: help, Buckets: buckets})
	}
	m := &metrics{
		started:  counter("runs_started_total", "Runs begun."),
		ended:    counters("runs_ended_total", "Runs ended, by status.", "status"),
		steps:    counters("steps_total", "Events that runs took in, by kind.", "event"),
		ignored:  counter("events_ignored_total", "Events that came too late or twice and changed nothing."),
		sends:    counters("sends_total", "Send calls, by kind of provider and result.", "kind", "result"),
		attempts: newChannelCounter(counters("channel_attempts_total", "Attempts to send, by channel and result, refusals of our own included.", "workspace_id", "channel", "result")),
		receipts: counters("receipts_total", "Receipts of providers, by what became of them.", "result"),
		refused:  counter("starts_refused_total", "Triggers that were refused because too many waited."),
		batchSeconds: histogram("batch_seconds", "Time of one transaction of the execution path.",
			[]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}),
		batchEvents:      histogram("batch_events", "Events that one transaction took in.", []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000}),
		startSeconds:     histogram("start_seconds", "Time from a trigger to its durable acknowledgement.", latencyBuckets),
		lateness:         histogram("timer_lateness_seconds", "How late timers fired.", latencyBuckets),
		databaseFailures: counter("database_failures_total", "Transactions that failed because the database could not be used."),
		pauses:           counter("channel_pauses_total", "Pauses of channels whose provider failed every call."),
		sendSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_send_seconds", Help: "Time of one send call, by kind of provider.", Buckets: latencyBuckets,
		}, []string{"kind"}),
	}
	if registerer == nil {
		return m
	}
	registerer.MustRegister(
		m.started, m.ended, m.steps, m.ignored, m.sends, m.attempts.counts, m.receipts, m.refused, m.batchSeconds, m.batchEvents, m.startSeconds,
		m.lateness, m.databaseFailures, m.pauses, m.sendSeconds,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sluice_queue_events", Help: "Events that wait for a transaction."},
			func() float64 { return float64(l.inbox.depth()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sluice_queue_oldest_seconds", Help: "For how long the oldest of them has waited."},
			func() float64 { return l.inbox.age().Seconds() }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sluice_sends_in_hand", Help: "Messages in memory, to be handed to providers."},
			func() float64 { return float64(l.lanes.depth()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sluice_channels_paused", Help: "Channels that rest because their provider failed every call."},
			func() float64 { return float64(l.lanes.paused()) }),
	)
	return m
}
