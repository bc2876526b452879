package chaos_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"sluice/server"
	"sluice/server/runtime"
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

// serveEnv makes the test binary a server on the database at that address.
const serveEnv = "SLUICE_TEST_CHAOS_SERVE"

// masterKey is that of storetest's vaults.
var masterKey = strings.Repeat("a key for tests ", 3)

func TestMain(m *testing.M) {
	if address := os.Getenv(serveEnv); address != "" {
		if err := beReplica(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(postgres.Run(m))
}

// beReplica serves until it is killed.
func beReplica(address string) error {
	s, err := server.New(context.Background(), server.Options{
		Addr: "127.0.0.1:0", Database: address, BootstrapKey: key, MasterKey: masterKey, EgressAllow: []string{"127.0.0.1/32"},
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Ready: func(url string) { fmt.Println("READY " + url) },
		// Who was killed is taken for dead after this. A busy machine must not
		// make the living look dead all the time.
		Tuning: runtime.Tuning{Heartbeat: 300 * time.Millisecond, WorkerTTL: 4 * time.Second, SendTimeout: 2 * time.Second, BreakerAfter: 1_000_000},
	})
	if err != nil {
		return err
	}
	return s.Run(context.Background())
}
