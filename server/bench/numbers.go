package bench

import (
	"errors"
	"math"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
)

func ms(d time.Duration) float64 { return math.Round(float64(d)/float64(time.Microsecond)) / 1000 }

// percentile of sorted values: the value that the given share does not exceed.
func percentile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(share*float64(len(sorted)))) - 1
	return sorted[max(i, 0)]
}

// transactions reads what executors' own metrics say.
func (r *RunsResult) transactions(families ...[]*dto.MetricFamily) error {
	var seconds, events dto.Histogram
	for _, f := range slices.Concat(families...) {
		switch f.GetName() {
		case "sluice_batch_seconds":
			add(&seconds, f.GetMetric()[0].GetHistogram())
		case "sluice_batch_events":
			add(&events, f.GetMetric()[0].GetHistogram())
		}
	}
	if seconds.GetSampleCount() == 0 || events.GetSampleSum() == 0 {
		return errors.New("the executor reported no transactions")
	}
	r.BatchP50, r.BatchP99 = quantile(&seconds, .5)*1000, quantile(&seconds, .99)*1000
	r.BatchEvents = math.Round(events.GetSampleSum()/float64(events.GetSampleCount())*10) / 10
	r.StepMean = math.Round(seconds.GetSampleSum()/events.GetSampleSum()*1e6) / 1000
	return nil
}

// add adds what another process counted in the same buckets.
func add(to, from *dto.Histogram) {
	to.SampleCount = new(to.GetSampleCount() + from.GetSampleCount())
	to.SampleSum = new(to.GetSampleSum() + from.GetSampleSum())
	if len(to.GetBucket()) == 0 {
		to.Bucket = from.GetBucket()
		return
	}
	for i, b := range to.GetBucket() {
		b.CumulativeCount = new(b.GetCumulativeCount() + from.GetBucket()[i].GetCumulativeCount())
	}
}

// quantile of a histogram, by linear interpolation within its bucket.
func quantile(h *dto.Histogram, share float64) float64 {
	want := share * float64(h.GetSampleCount())
	low, below := 0.0, 0.0
	for _, bucket := range h.GetBucket() {
		count := float64(bucket.GetCumulativeCount())
		if count >= want && count > below {
			return math.Round((low+(bucket.GetUpperBound()-low)*(want-below)/(count-below))*1e6) / 1e6
		}
		low, below = bucket.GetUpperBound(), count
	}
	return low
}
