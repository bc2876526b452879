package simulator

import (
	"context"
	"fmt"
	"time"
)

const (
	// saveBatch bounds one Save.
	saveBatch = 500
	// saveDelay is how long changes that may be lost in a crash wait for
	// others: what they lead to is repeated then, and receipts may come twice.
	saveDelay   = 200 * time.Millisecond
	saveTimeout = 10 * time.Second
	// saveRetry is the wait after the journal failed.
	saveRetry = time.Second
)

// writing is what the journal still lacks. It is guarded by the simulator's
// lock.
type writing struct {
	// urgent messages have somebody waiting.
	urgent []request
	// dirty messages have not.
	dirty []*message
	// forgotten holds ids per workspace.
	forgotten map[string][]string
}

type request struct {
	m *message
	// then runs with the lock held when the message is saved.
	then   func()
	saving *saving
}

// saving is one urgent write. err is set before done is closed.
type saving struct {
	done chan struct{}
	err  error
}

// wait returns when the write is done or ctx ended. A nil saving is done.
func (w *saving) wait(ctx context.Context) error {
	if w == nil {
		return nil
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// save has the message written and runs then afterwards, with the lock held.
// Without a journal that is at once. The lock is held.
func (s *Simulator) save(m *message, then func()) {
	if s.journal == nil {
		then()
		return
	}
	m.saving = &saving{done: make(chan struct{})}
	s.writing.urgent = append(s.writing.urgent, request{m, then, m.saving})
	wake(s.wakeWriter)
}

// touch has the message written some time soon; the lock is held.
func (s *Simulator) touch(m *message) {
	if s.journal == nil || m.dirty {
		return
	}
	m.dirty = true
	s.writing.dirty = append(s.writing.dirty, m)
	if len(s.writing.dirty) == 1 {
		wake(s.wakeWriter)
	}
}

// forget has the message deleted; the lock is held.
func (s *Simulator) forget(m *message) {
	if s.journal == nil {
		return
	}
	if s.writing.forgotten == nil {
		s.writing.forgotten = map[string][]string{}
	}
	s.writing.forgotten[m.WorkspaceID] = append(s.writing.forgotten[m.WorkspaceID], m.ID)
	wake(s.wakeWriter)
}

// writeLoop is the one goroutine that writes to the journal: all sends that
// wait share one Save.
func (s *Simulator) writeLoop() {
	timer := time.NewTimer(saveDelay)
	defer timer.Stop()
	armed := true
	for {
		select {
		case <-s.wakeWriter:
			for s.somebodyWaits() {
				s.flush(false)
			}
			if !armed {
				timer.Reset(saveDelay)
				armed = true
			}
		case <-timer.C:
			if armed = !s.flush(true); armed {
				timer.Reset(saveRetry)
			}
		case <-s.recording.ctx.Done():
			// A journal that fails to the end must not leave anybody waiting.
			for !s.flush(true) && s.somebodyWaits() {
			}
			return
		}
	}
}

func (s *Simulator) somebodyWaits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.writing.urgent) > 0
}

// flush writes a batch of urgent messages, or with all everything there is. It
// returns false when the journal failed.
func (s *Simulator) flush(all bool) bool {
	for {
		urgent, dirty, forgotten, snapshots := s.take(all)
		if len(urgent)+len(dirty)+len(forgotten) == 0 {
			return true
		}
		err := s.write(snapshots, forgotten)
		s.written(urgent, dirty, forgotten, err)
		if err != nil {
			s.log.Error("the simulator's journal could not be written", "messages", len(snapshots), "error", err)
			return false
		}
		if !all {
			return true
		}
	}
}

// take removes a batch from what is to be written.
func (s *Simulator) take(all bool) (urgent []request, dirty []*message, forgotten map[string][]string, snapshots []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &s.writing
	n := min(len(w.urgent), saveBatch)
	urgent, w.urgent = w.urgent[:n:n], w.urgent[n:]
	for _, r := range urgent {
		snapshots = append(snapshots, r.m.snapshot())
	}
	if !all {
		return urgent, nil, nil, snapshots
	}
	n = min(len(w.dirty), saveBatch)
	dirty, w.dirty = w.dirty[:n:n], w.dirty[n:]
	for _, m := range dirty {
		m.dirty = false
		if !m.gone || len(m.Pending) > 0 {
			snapshots = append(snapshots, m.snapshot())
		}
	}
	// A message is deleted after everything about it was written.
	if len(w.urgent) == 0 && len(w.dirty) == 0 {
		forgotten, w.forgotten = w.forgotten, nil
	}
	return urgent, dirty, forgotten, snapshots
}

func (s *Simulator) write(snapshots []Message, forgotten map[string][]string) error {
	// The last write comes after the goroutine's own context ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.recording.ctx), saveTimeout)
	defer cancel()
	if len(snapshots) > 0 {
		if err := s.journal.Save(ctx, snapshots); err != nil {
			return err
		}
	}
	for workspaceID, ids := range forgotten {
		if err := s.journal.Delete(ctx, workspaceID, ids); err != nil {
			return err
		}
	}
	return nil
}

// written tells those who wait, and takes back what was not written.
func (s *Simulator) written(urgent []request, dirty []*message, forgotten map[string][]string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range urgent {
		r.saving.err = err
		if err == nil {
			r.then()
		} else {
			s.withdraw(r.m)
		}
		close(r.saving.done)
	}
	if err == nil {
		return
	}
	for _, m := range dirty {
		s.touch(m)
	}
	for workspaceID, ids := range forgotten {
		if s.writing.forgotten == nil {
			s.writing.forgotten = map[string][]string{}
		}
		s.writing.forgotten[workspaceID] = append(s.writing.forgotten[workspaceID], ids...)
	}
}

// load reads the journal at start; the lock is held.
func (s *Simulator) load(ctx context.Context) error {
	messages, rules, err := s.journal.Load(ctx)
	if err != nil {
		return fmt.Errorf("read the simulator's journal: %w", err)
	}
	for workspaceID, list := range rules {
		s.workspace(workspaceID).rules = list
	}
	for _, stored := range messages {
		m := &message{Message: stored}
		s.insert(s.workspace(m.WorkspaceID), m)
		s.scheduleAll(m)
	}
	return nil
}
