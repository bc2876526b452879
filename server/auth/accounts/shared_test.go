package accounts

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sluice/server/auth"
)

// Those who come while a key is being read wait for a reading that begins after
// they came: between the two it may have been removed.
func TestRequestsShareReadingsThatBeganAfterThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShared()
		began := time.Now()
		var readings []time.Duration
		read := func() (auth.APIKey, auth.Workspace, error) {
			at := time.Since(began)
			readings = append(readings, at)
			time.Sleep(9500 * time.Microsecond)
			if at >= 19*time.Millisecond {
				return auth.APIKey{}, auth.Workspace{}, auth.ErrNotFound
			}
			return auth.APIKey{Name: at.String()}, auth.Workspace{ID: "w"}, nil
		}
		type answer struct {
			came time.Duration
			name string
			err  error
		}
		answers := make(chan answer, 100)
		ask := func() {
			came := time.Since(began)
			go func() {
				k, _, err := s.get(t.Context(), "hash", read)
				answers <- answer{came, k.Name, err}
			}()
		}
		for range 25 {
			ask()
			synctest.Wait()
			time.Sleep(time.Millisecond)
		}
		synctest.Wait()
		time.Sleep(time.Second)
		synctest.Wait()
		close(answers)
		n := 0
		for a := range answers {
			n++
			var want string
			var wantErr error
			switch {
			case a.came == 0:
				want = "0s"
			case a.came < 10*time.Millisecond:
				want = "9.5ms"
			default:
				wantErr = auth.ErrNotFound
			}
			if a.name != want || !errors.Is(a.err, wantErr) {
				t.Errorf("who came at %s was answered %q (%v), not %q", a.came, a.name, a.err, want)
			}
		}
		if n != 25 || len(readings) != 4 || len(s.byHash) != 0 {
			t.Errorf("%d were answered by readings at %v; %d keys are left", n, readings, len(s.byHash))
		}
	})
}

func TestWhoGoesAwayDoesNotWaitForTheReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShared()
		free := make(chan struct{})
		go func() {
			_, _, _ = s.get(t.Context(), "hash", func() (auth.APIKey, auth.Workspace, error) {
				<-free
				return auth.APIKey{}, auth.Workspace{}, nil
			})
		}()
		synctest.Wait()
		// One leads the next reading, which has to wait; another one joins it.
		go func() {
			_, _, _ = s.get(t.Context(), "hash", func() (auth.APIKey, auth.Workspace, error) { return auth.APIKey{}, auth.Workspace{}, nil })
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.get(ctx, "hash", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("the answer is %v", err)
		}
		close(free)
		synctest.Wait()
		if len(s.byHash) != 0 {
			t.Errorf("%d keys are left", len(s.byHash))
		}
	})
}
