package vendortest

import "sync"

// Pages is a list that a fake serves in pages. Its requests have faults of their
// own.
type Pages struct {
	*Faults

	mu    sync.Mutex
	items []any
	size  int
	calls int
}

// NewPages makes an empty list, of as many in a page as are asked for.
func NewPages() *Pages { return &Pages{Faults: NewFaults()} }

// Set makes the list; each item is written as JSON. size bounds a page, as
// vendors may do; zero: no bound.
func (p *Pages) Set(size int, items ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items, p.size = items, size
}

// Page is the part of the list that begins at from, counted from zero, of at
// most wanted items. next is where the next page begins; zero: nowhere.
func (p *Pages) Page(from, wanted int) (items []any, next, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if p.size > 0 {
		wanted = min(wanted, p.size)
	}
	total = len(p.items)
	from = max(0, min(from, total))
	to := min(from+wanted, total)
	if to < total {
		next = to
	}
	return append([]any{}, p.items[from:to]...), next, total
}

// Calls is how many pages were served.
func (p *Pages) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}
