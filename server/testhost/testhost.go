// Package testhost is what tests need of the machine that they run on: patience,
// because it may be busy with a hundred other things, and ports that nobody else
// gets.
package testhost

import (
	"testing"
	"time"
)

// Patience is how long a test waits for what has to come. It is far beyond what
// the busiest machine needs, because it is only reached by a test that fails.
const Patience = 3 * time.Minute

// pace is the time between two questions of Until: short against what is waited
// for, and long against what a question costs.
const pace = 10 * time.Millisecond

// Until repeats a question until the answer is yes, and fails the test when that
// never comes. Whoever is told when something happens waits for that instead.
func Until(tb testing.TB, what string, ask func() bool) {
	tb.Helper()
	if ask() {
		return
	}
	tick := time.NewTicker(pace)
	defer tick.Stop()
	late := time.NewTimer(Patience)
	defer late.Stop()
	for {
		select {
		case <-tick.C:
			if ask() {
				return
			}
		case <-late.C:
			tb.Fatalf("it never happens: %s", what)
		}
	}
}

// Within is what comes out of a channel. It fails the test when nothing comes.
func Within[T any](tb testing.TB, c <-chan T, what string) (v T) {
	tb.Helper()
	late := time.NewTimer(Patience)
	defer late.Stop()
	select {
	case v = <-c:
	case <-late.C:
		tb.Fatalf("it never happens: %s", what)
	}
	return v
}
