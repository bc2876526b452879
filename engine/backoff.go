package engine

import "time"

const (
	firstRetry = time.Second
	maxRetry   = time.Minute
)

// Backoff is how long to wait after the attempt-th failed send (the first is 1)
// before the next one: 1 s, doubling up to a minute.
func Backoff(attempt int) time.Duration {
	wait := firstRetry
	for i := 1; i < attempt && wait < maxRetry; i++ {
		wait *= 2
	}
	return min(wait, maxRetry)
}
