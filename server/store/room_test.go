package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestAPostgreSQLWhoseDiskIsFullHasNoRoomForAWhile: it says so by an error, and recovers
// by itself.
func TestAPostgreSQLWhoseDiskIsFullHasNoRoomForAWhile(t *testing.T) {
	t.Parallel()
	s := &Store{dialect: postgresDialect}
	if err := s.Room(t.Context()); err != nil {
		t.Fatalf("at first: %v", err)
	}
	for _, other := range []error{nil, errors.New("x"), &pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "53300"}} {
		if got := s.noteFull(other); got != other || s.Room(t.Context()) != nil {
			t.Errorf("%v counts as a full disk", other)
		}
	}
	err := s.noteFull(fmt.Errorf("write: %w", &pgconn.PgError{Code: "53100"}))
	if !errors.Is(err, ErrFull) || !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if err := s.Room(t.Context()); !errors.Is(err, ErrFull) || !errors.Is(err, ErrUnavailable) {
		t.Errorf("right after: %v", err)
	}
	s.fullAt.Store(time.Now().Add(-fullFor).UnixNano())
	if err := s.Room(t.Context()); err != nil {
		t.Errorf("a while later: %v", err)
	}
}
