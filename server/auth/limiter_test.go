package auth

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestAttemptsRunOutAndComeBackWithTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAttempts(3, 10*time.Second, time.Now)
		for i := range 3 {
			if wait := a.take("ann"); wait != 0 {
				t.Fatalf("attempt %d has to wait %v", i+1, wait)
			}
		}
		if wait := a.take("ann"); wait != 10*time.Second {
			t.Errorf("the fourth attempt has to wait %v; want 10s", wait)
		}
		if wait := a.take("bob"); wait != 0 {
			t.Errorf("another account has to wait %v", wait)
		}
		time.Sleep(10 * time.Second)
		if wait := a.take("ann"); wait != 0 {
			t.Errorf("after the wait it has to wait %v again", wait)
		}
		if wait := a.take("ann"); wait == 0 {
			t.Error("one refill gave two attempts")
		}
	})
}

func TestSuccessForgivesAttempts(t *testing.T) {
	t.Parallel()
	a := newAttempts(1, time.Hour, time.Now)
	a.take("ann")
	a.forgive("ann")
	if wait := a.take("ann"); wait != 0 {
		t.Errorf("after a success it has to wait %v", wait)
	}
}

func TestAttemptsKeepBoundedMemory(t *testing.T) {
	t.Parallel()
	a := newAttempts(1, time.Hour, time.Now)
	for i := range limiterEntries + 100 {
		a.take(fmt.Sprint(i))
	}
	if len(a.buckets) != limiterEntries || a.recent.Len() != limiterEntries {
		t.Errorf("%d buckets and %d list entries; want %d", len(a.buckets), a.recent.Len(), limiterEntries)
	}
	if wait := a.take(fmt.Sprint(limiterEntries + 99)); wait == 0 {
		t.Error("the latest key was forgotten")
	}
}
