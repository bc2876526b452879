package runtime

import (
	"sync/atomic"
	"time"

	"sluice/server/store"
)

// clockTolerance is how far the time that a process goes by may be from the
// database's before it is set right. Less than that is how long the answer took.
const clockTolerance = 100 * time.Millisecond

// sharedClock is the database's time, told by this machine's clock: deadlines that
// one server writes are compared by others, whose clocks may differ. It is set
// with every beat. Between two of them it goes on by what the process measures,
// so that moving this machine's clock does not move it.
type sharedClock struct {
	machine Clock
	at      atomic.Pointer[reading]
}

// reading is what both clocks showed at one moment.
type reading struct{ machine, database time.Time }

// Now implements Clock.
func (c *sharedClock) Now() time.Time {
	now := c.machine.Now()
	r := c.at.Load()
	if r == nil {
		return now
	}
	return r.database.Add(now.Sub(r.machine))
}

// Until implements Clock.
func (c *sharedClock) Until(t time.Time) (<-chan time.Time, func()) {
	now := c.machine.Now()
	if r := c.at.Load(); r != nil {
		t = now.Add(t.Sub(r.database.Add(now.Sub(r.machine))))
	}
	return c.machine.Until(t)
}

// set sets the clock by the database's, which was read between two moments of the
// machine's. It returns how far this machine's clock is ahead.
func (c *sharedClock) set(before, after, database time.Time) (ahead time.Duration) {
	took := after.Sub(before)
	middle := before.Add(took / 2)
	ahead = middle.Round(0).Sub(database)
	r := c.at.Load()
	if r == nil {
		// The first reading: one that agrees is kept to as it is.
		if ahead.Abs() <= clockTolerance+took/2 {
			database = middle.Round(0)
		}
		c.at.Store(&reading{machine: middle, database: database})
		return ahead
	}
	if off := r.database.Add(middle.Sub(r.machine)).Sub(database); off.Abs() > clockTolerance+took/2 {
		c.at.Store(&reading{machine: middle, database: database})
	}
	return ahead
}

// skewed is how far this machine's clock may be from the database's before
// somebody should know.
const skewed = time.Second

// readClock sets the shared clock, on a database that others write to too.
func (l *Local) readClock(tx *store.Batch) error {
	if l.common == nil {
		return nil
	}
	before := l.machine.Now()
	database, err := tx.Time()
	if err != nil {
		return err
	}
	ahead := l.common.set(before, l.machine.Now(), database)
	if is := ahead.Abs() > skewed; is != l.schedule.skewed {
		if l.schedule.skewed = is; is {
			l.log.Warn("this machine's clock differs from the database's, which counts; keep both by NTP", "ahead", ahead)
		}
	}
	return nil
}
