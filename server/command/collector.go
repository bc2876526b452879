package command

import (
	"os"
	"runtime/debug"
)

// collectorPercent lets the heap grow to five times what is in use before it
// is collected. A server's live heap is some tens of megabytes, and collecting
// it at every doubling took a fifth of the CPU time of `sluice bench runs`.
const collectorPercent = 400

// tuneCollector sets how eagerly memory is collected, unless the operator did.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectorPercent)
	}
}
