package store

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"
)

// CountLatency counts deliveries by how long after the send they were. The
// detail is the name of a bucket; see LatencyBucket.
const CountLatency CountKind = "latency"

// latencyBounds are the upper bounds of the buckets of latencies. What took
// longer is in one bucket more.
var latencyBounds = []time.Duration{
	500 * time.Millisecond, time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 8 * time.Second, 13 * time.Second,
	20 * time.Second, 30 * time.Second, 45 * time.Second, time.Minute, 90 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	30 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// LatencyBucket is the bucket of a latency; less than nothing counts as
// nothing, because vendors' clocks differ from ours.
func LatencyBucket(d time.Duration) string {
	i := 0
	for i < len(latencyBounds) && d > latencyBounds[i] {
		i++
	}
	return fmt.Sprintf("%02d", i)
}

// Percentile reads a share (such as 0.95) off counts by bucket, evenly within
// each. ok is false when nothing was counted.
func Percentile(buckets map[string]int64, share float64) (latency time.Duration, ok bool) {
	var total int64
	for _, n := range buckets {
		total += n
	}
	if total <= 0 {
		return 0, false
	}
	rank := share * float64(total)
	var before float64
	var low time.Duration
	for i, high := range latencyBounds {
		n := float64(buckets[fmt.Sprintf("%02d", i)])
		if n > 0 && before+n >= rank {
			return low + time.Duration(float64(high-low)*(rank-before)/n), true
		}
		before, low = before+n, high
	}
	return low, true
}

// ChannelCountKey is what is counted of a channel in one hour.
type ChannelCountKey struct {
	WorkspaceID, ChannelID string
	// Hour is cut to its beginning by Add.
	Hour time.Time
	// Kind is CountSent, CountDelivered, CountRead, CountFailed (Detail: the
	// code) or CountLatency.
	Kind   CountKind
	Detail string
}

// ChannelCounts are counts to add, by what is counted.
type ChannelCounts map[ChannelCountKey]int64

// maxDetail bounds the code of a failure, which is the vendor's word.
const maxDetail = 100

// Add adds n to a count.
func (c ChannelCounts) Add(key ChannelCountKey, n int64) {
	key.Hour = key.Hour.UTC().Truncate(CountBucket)
	if letters := []rune(storable(key.Detail)); len(letters) > maxDetail {
		key.Detail = string(letters[:maxDetail])
	}
	c[key] += n
}

var addChannelCounts = insertInto("channel_counts",
	" ON CONFLICT (workspace_id, channel_id, hour, kind, detail, shard) DO UPDATE SET n = channel_counts.n + excluded.n",
	text("workspace_id"), text("channel_id"), number("hour"), text("kind"), text("detail"), number("shard"), number("n"))

// AddChannelCounts adds to the counts of channels; see AddCounts.
func (b *Batch) AddChannelCounts(counts ChannelCounts, writer string) error {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(writer)) // It never fails.
	shard := int64(sum.Sum32() % countShards)
	keys := slices.SortedFunc(maps.Keys(counts), func(x, y ChannelCountKey) int {
		return cmp.Or(strings.Compare(x.WorkspaceID, y.WorkspaceID), strings.Compare(x.ChannelID, y.ChannelID), x.Hour.Compare(y.Hour),
			cmp.Compare(x.Kind, y.Kind), strings.Compare(x.Detail, y.Detail))
	})
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		if counts[k] != 0 {
			rows = append(rows, []any{k.WorkspaceID, k.ChannelID, k.Hour.UnixMicro(), string(k.Kind), k.Detail, shard, counts[k]})
		}
	}
	return b.write(&addChannelCounts, rows, nil)
}
