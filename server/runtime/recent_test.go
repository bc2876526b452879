package runtime

import (
	"strconv"
	"testing"
)

func TestRunsThatNothingHappensToAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRecent()
	for i := range 10 {
		r.put(remembered{id: strconv.Itoa(i), version: 1})
	}
	r.pass()
	if _, ok := r.get("3"); !ok {
		t.Error("a run was forgotten at the first pass")
	}
	r.put(remembered{id: "4", version: 2})
	r.pass()
	for i := range 10 {
		m, ok := r.byID[strconv.Itoa(i)]
		if want := i == 3 || i == 4; (m != nil) != want || ok != want {
			t.Errorf("after two passes run %d is remembered: %t", i, ok)
		}
	}
	r.pass()
	if r.order.Len() != 0 || len(r.byID) != 0 {
		t.Errorf("%d runs are still remembered", r.order.Len())
	}
	r.put(remembered{id: "5", version: 7})
	if m, ok := r.get("5"); !ok || m.version != 7 {
		t.Errorf("what came later is %+v", m)
	}
}

func TestNoMoreRunsAreRememberedThanFit(t *testing.T) {
	t.Parallel()
	r := newRecent()
	for i := range maxRecent + 100 {
		r.put(remembered{id: strconv.Itoa(i)})
	}
	if _, ok := r.get("99"); ok || r.order.Len() != maxRecent || len(r.byID) != maxRecent {
		t.Errorf("%d runs are remembered, and the oldest: %t", r.order.Len(), ok)
	}
}
