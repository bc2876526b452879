package temporal

import (
	"context"
	"errors"
)

// Run executes until Stop or the end of ctx; see runtime.Executor.
func (e *Executor) Run(ctx context.Context) error {
	e.mu.Lock()
	switch {
	case e.stopped:
		e.mu.Unlock()
		return nil
	case e.running:
		e.mu.Unlock()
		return errors.New("the executor runs already")
	}
	e.running = true
	e.mu.Unlock()
	defer close(e.ended)
	stop, err := e.service.serve()
	if err != nil {
		e.signalStop()
		return err
	}
	e.keep(ctx)
	e.signalStop()
	stop()
	e.ledger.Leave()
	return nil
}

// Stop ends Run and waits for it; see runtime.Executor.
func (e *Executor) Stop() {
	e.mu.Lock()
	if !e.running && !e.stopped {
		// Run was never called, and must not begin any more.
		close(e.ended)
	}
	e.mu.Unlock()
	e.signalStop()
	<-e.ended
}

func (e *Executor) signalStop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.stopped {
		e.stopped = true
		close(e.stop)
	}
}

func (e *Executor) isStopped() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stopped
}

// keep does the housekeeping until the executor stops.
func (e *Executor) keep(ctx context.Context) {
	for {
		found, err := e.ledger.Keep(ctx)
		if err != nil {
			e.log.Warn("the housekeeping failed; it is tried again", "error", err)
		}
		for _, d := range found {
			if err := e.deliver(ctx, d); err != nil {
				e.log.Warn("a receipt could not be delivered; it is tried again", "run_id", d.RunID, "error", err)
			}
		}
		next, free := e.clock.Until(e.clock.Now().Add(e.ledger.Interval()))
		select {
		case <-next:
			free()
		case <-e.stop:
			free()
			return
		case <-ctx.Done():
			free()
			return
		}
	}
}
