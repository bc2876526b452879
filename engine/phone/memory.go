package phone

import "sync"

// Memory reads numbers like Parse and remembers what it read, so that one which
// is met again soon, as by the trigger, the branches and the sends of one run,
// is worked out once. Parse depends on nothing but its text, so what was
// forgotten gives the same again. It is safe for concurrent use; a nil one
// remembers nothing.
type Memory struct {
	mu sync.Mutex
	// young takes in what is new. When it is full it becomes old, and what was
	// old is forgotten, unless it was asked for again.
	young, old map[string]reading
}

// reading is what Parse said about a text.
type reading struct {
	number Number
	ok     bool
}

// maxRemembered is half of how many numbers a Memory holds, at about 200 bytes
// each: those of some seconds of a busy server.
const maxRemembered = 8192

// NewMemory makes a Memory.
func NewMemory() *Memory { return &Memory{young: map[string]reading{}} }

// Parse is the function of the same name.
func (m *Memory) Parse(text string) (n Number, ok bool) {
	// Longer texts are no numbers, which is found out at once.
	if m == nil || len(text) > maxText {
		return Parse(text)
	}
	if r, known := m.recall(text); known {
		return r.number, r.ok
	}
	n, ok = Parse(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remember(text, reading{n, ok})
	return n, ok
}

func (m *Memory) recall(text string) (reading, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.young[text]; ok {
		return r, true
	}
	r, ok := m.old[text]
	if ok {
		m.remember(text, r)
	}
	return r, ok
}

// remember keeps a reading; the lock is held.
func (m *Memory) remember(text string, r reading) {
	if len(m.young) >= maxRemembered {
		m.young, m.old = make(map[string]reading, maxRemembered), m.young
	}
	m.young[text] = r
}
