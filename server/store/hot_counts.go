package store

import (
	"cmp"
	"hash/fnv"
	"maps"
	"slices"
	"time"
)

// CountKind names a kind of thing that is counted per flow.
type CountKind string

const (
	// CountStarted: runs that began.
	CountStarted CountKind = "started"
	// CountReached: runs with a message that was delivered or read, once each.
	CountReached CountKind = "reached"
	// CountEntered: visits to Node.
	CountEntered CountKind = "entered"
	// CountLeft: visits to Node that left by Port.
	CountLeft CountKind = "left"
	// CountEnded: runs that ended at Node; Port is the outcome, Detail the status.
	CountEnded CountKind = "ended"
	// CountQueued: messages of Node over the channel Port, whose type is Detail.
	CountQueued CountKind = "queued"
	// CountSent, CountDelivered and CountRead: those that got so far.
	CountSent      CountKind = "sent"
	CountDelivered CountKind = "delivered"
	CountRead      CountKind = "read"
	// CountFailed: those that failed. A failure that a later receipt took back
	// is counted back.
	CountFailed CountKind = "failed"
)

// CountBucket is the width of the buckets that counts are kept in.
const CountBucket = time.Hour

// countShards is how many processes count without waiting for each other.
const countShards = 16

// CountKey is what is counted: one kind of thing among the runs of a flow's
// version that began in one hour. A run is counted in the hour of its start to
// its end, so what a period shows are whole runs.
type CountKey struct {
	WorkspaceID, FlowID string
	FlowVersion         int64
	Began               time.Time
	Kind                CountKind
	Node, Port, Detail  string
}

// Counts are counts to add, by what is counted.
type Counts map[CountKey]int64

// Add adds n to a count; the key's Began is cut to its hour.
func (c Counts) Add(key CountKey, n int64) {
	key.Began = key.Began.UTC().Truncate(CountBucket)
	c[key] += n
}

var addCounts = insertInto("flow_counts",
	" ON CONFLICT (workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard) DO UPDATE SET n = flow_counts.n + excluded.n",
	text("workspace_id"), text("flow_id"), number("hour"), number("flow_version"), text("kind"), text("node"), text("port"), text("detail"),
	number("shard"), number("n"))

// AddCounts adds to the counts. It comes last in a batch: the rows stay locked
// until the commit. writer is the process, which counts in its own shard.
func (b *Batch) AddCounts(counts Counts, writer string) error {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(writer)) // It never fails.
	shard := int64(sum.Sum32() % countShards)
	// Two processes that share a shard lock in one order, and so never deadlock.
	keys := slices.SortedFunc(maps.Keys(counts), CountKey.compare)
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		if counts[k] == 0 {
			continue
		}
		rows = append(rows, []any{
			k.WorkspaceID, k.FlowID, k.Began.UnixMicro(), k.FlowVersion, string(k.Kind), k.Node, k.Port, k.Detail, shard, counts[k],
		})
	}
	return b.write(&addCounts, rows, nil)
}

func (k CountKey) compare(other CountKey) int {
	return cmp.Or(
		cmp.Compare(k.WorkspaceID, other.WorkspaceID), cmp.Compare(k.FlowID, other.FlowID), k.Began.Compare(other.Began),
		cmp.Compare(k.FlowVersion, other.FlowVersion), cmp.Compare(k.Kind, other.Kind), cmp.Compare(k.Node, other.Node),
		cmp.Compare(k.Port, other.Port), cmp.Compare(k.Detail, other.Detail))
}
