package runtime

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoWaitsForRestHearsOfTheLastSendToLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &Local{clock: SystemClock(), inbox: newInbox(1, 1), stopped: make(chan struct{})}
		l.rest.changed = make(chan struct{})
		l.lanes = newLanes(l)
		l.lanes.total = 2
		settled := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go func() { settled <- l.Settled(ctx) }()

		// The loop is done with the outcomes of both before they are counted out.
		l.rest.begin(time.Now().Add(time.Hour))
		synctest.Wait()
		l.lanes.left()
		synctest.Wait()
		if len(settled) != 0 {
			t.Fatal("it has settled with a message on its way")
		}
		l.lanes.left()
		if err := <-settled; err != nil {
			t.Errorf("it does not settle: %v", err)
		}
	})
}
