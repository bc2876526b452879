package chaos_test

import (
	"context"
	"os"
	"testing"

	"sluice/server/store"
	"sluice/server/store/pgtest"
)

// postgres is a server that these tests stall and restart, so that they run one
// after the other.
var postgres = pgtest.NewOwn(func(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
})

func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }
