package runtime

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// channelsCounted bounds how many channels have counters of their own: a
	// metric with more label values than that costs whoever stores it too much.
	channelsCounted = 1_000
	// otherChannels counts for the rest.
	otherChannels = "other"
)

// channelCounter counts by channel, for so many of them.
type channelCounter struct {
	counts *prometheus.CounterVec
	known  *knownChannels
}

type knownChannels struct {
	mu    sync.Mutex
	names map[[2]string]bool
}

func newChannelCounter(counts *prometheus.CounterVec) channelCounter {
	return channelCounter{counts: counts, known: &knownChannels{names: map[[2]string]bool{}}}
}

func (c channelCounter) add(workspace, channel, result string) {
	if !c.known.has([2]string{workspace, channel}) {
		workspace, channel = "", otherChannels
	}
	c.counts.WithLabelValues(workspace, channel, result).Inc()
}

// has reports whether a channel is counted by itself.
func (k *knownChannels) has(name [2]string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.names[name] && len(k.names) < channelsCounted {
		k.names[name] = true
	}
	return k.names[name]
}
