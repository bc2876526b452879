package runtime

import "time"

// Clock is the time that the executor goes by.
type Clock interface {
	Now() time.Time
	// Until sends once on the channel when it is t or later. stop frees it
	// before.
	Until(t time.Time) (c <-chan time.Time, stop func())
}

// SystemClock is the machine's clock.
func SystemClock() Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Until(t time.Time) (<-chan time.Time, func()) {
	timer := time.NewTimer(time.Until(t))
	return timer.C, func() { timer.Stop() }
}
