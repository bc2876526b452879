package testhost_test

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"sluice/server/testhost"
)

func TestAReservedPortIsRefusedToOthersAndOpenToWhoKnowsIt(t *testing.T) {
	t.Parallel()
	address := testhost.Address(t)
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody listens, and a connection ends with %v", err)
	}
	// It may be listened at again and again, as by a program that is restarted.
	for range 2 {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		_ = l.Close()
	}
}

func TestNobodyWhoAsksForAnyPortGetsAReservedOne(t *testing.T) {
	t.Parallel()
	reserved := testhost.Address(t)
	for range 500 {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if l.Addr().String() == reserved {
			t.Error("somebody else was given the port")
		}
		_ = l.Close()
	}
}

func TestAReleasedPortIsFree(t *testing.T) {
	t.Parallel()
	first, release, err := testhost.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	second, releaseSecond, err := testhost.Reserve()
	if err != nil || first == second || first == 0 {
		t.Fatalf("two reservations are of the ports %d and %d, %v", first, second, err)
	}
	releaseSecond()
	release()
	release()
}

func TestUntilAsksAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, began := 0, time.Now()
		testhost.Until(t, "the third time", func() bool { asked++; return asked == 3 })
		if asked != 3 || time.Since(began) > time.Second {
			t.Errorf("it was asked %d times in %v", asked, time.Since(began))
		}
	})
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(tb testing.TB){
		"for an answer": func(tb testing.TB) { tb.Helper(); testhost.Until(tb, "what never comes", func() bool { return false }) },
		"for a value":   func(tb testing.TB) { tb.Helper(); testhost.Within(tb, make(chan int), "what never comes") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tb := &failing{TB: t}
				began := time.Now()
				func() {
					defer func() { _ = recover() }()
					wait(tb)
				}()
				if tb.words == "" || time.Since(began) < testhost.Patience {
					t.Errorf("it failed with %q after %v", tb.words, time.Since(began))
				}
			})
		})
	}
}

// failing is a test whose failure is caught.
type failing struct {
	testing.TB

	words string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, _ ...any) {
	f.words = format
	panic("the test ends here")
}
