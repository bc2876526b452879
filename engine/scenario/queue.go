package scenario

import (
	"container/heap"
	"time"
)

// happening is something that the world will do at a moment.
type happening struct {
	at time.Time
	// order keeps what happens at one moment in the order it was arranged in.
	order int
	do    func()
}

// queue holds what the world will do, the earliest first.
type queue struct {
	items happenings
	count int
}

func (q *queue) push(at time.Time, do func()) {
	q.count++
	heap.Push(&q.items, happening{at: at, order: q.count, do: do})
}

// next is when the earliest happening is.
func (q *queue) next() (at time.Time, ok bool) {
	if len(q.items) == 0 {
		return time.Time{}, false
	}
	return q.items[0].at, true
}

func (q *queue) pop() happening { return heap.Pop(&q.items).(happening) }

// happenings is the heap below queue.
type happenings []happening

func (h happenings) Len() int { return len(h) }

func (h happenings) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].order < h[j].order
}

func (h happenings) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is heap.Interface's.
func (h *happenings) Push(x any) { *h = append(*h, x.(happening)) }

// Pop is heap.Interface's.
func (h *happenings) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
