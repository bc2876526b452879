package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// The child is this test binary, told by its environment to be a server that
// will be killed.
const (
	envChild  = "SLUICE_TEST_CHILD"
	envLedger = "SLUICE_TEST_LEDGER"
	envFlows  = "SLUICE_TEST_FLOWS"
	envFrom   = "SLUICE_TEST_FROM"
	envRuns   = "SLUICE_TEST_RUNS"
)

// beChild is the child's main: it starts runs, tells its parent of each that
// was acknowledged, and works on until it is killed. Without runs to start it
// ends when all runs have ended.
func beChild() error {
	v, err := storetest.NewVault()
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), os.Getenv(envChild), store.Options{Vault: v})
	if err != nil {
		return err
	}
	ledger, err := os.OpenFile(os.Getenv(envLedger), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var l *runtime.Local
	var receipts sync.WaitGroup
	vendor := runtimetest.NewVendor()
	vendor.Answer(func(ctx context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		// What the vendor got is in the kernel's hands before it answers.
		if _, err := fmt.Fprintln(ledger, o.MessageID); err != nil {
			return channels.Accepted{}, err
		}
		if a.Slug == "viber-main" && strings.HasSuffix(o.Message.Text, "0") {
			receipts.Go(func() {
				// A vendor repeats what was not taken; here the deadline decides.
				_ = l.DeliverInbound(context.WithoutCancel(ctx), a.WorkspaceID, a.ID, []channels.Inbound{
					{Receipt: &channels.Receipt{ProviderMessageID: runtimetest.ProviderID(o.MessageID), Status: channels.StatusRead}},
				})
			})
		}
		return channels.Accepted{ProviderMessageID: runtimetest.ProviderID(o.MessageID)}, nil
	})
	l = runtime.NewLocal(runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler),
		// On PostgreSQL a worker that was killed is taken for dead after this.
		Tuning: runtime.Tuning{Heartbeat: 50 * time.Millisecond, WorkerTTL: 500 * time.Millisecond},
	})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	count, err := strconv.Atoi(os.Getenv(envRuns))
	if err != nil {
		return err
	}
	if count > 0 {
		if err := startAll(l, count); err != nil {
			return err
		}
		// The parent kills this process in the middle of this, at the latest
		// when it has read everything.
		select {}
	}
	ctx, cancel := context.WithTimeout(context.Background(), testhost.Patience)
	defer cancel()
	if err := untilAllEnded(ctx, s); err != nil {
		return err
	}
	l.Stop()
	receipts.Wait()
	fmt.Println("finished")
	return errors.Join(<-ran, s.Close(), ledger.Close())
}

// startAll starts runs of the flows by turns, all at the same time.
func startAll(l *runtime.Local, count int) error {
	from, err := strconv.Atoi(os.Getenv(envFrom))
	if err != nil {
		return err
	}
	flows := strings.Split(os.Getenv(envFlows), ",")
	errs := make([]error, count)
	var callers sync.WaitGroup
	for i := range count {
		callers.Go(func() {
			flow := flows[i%len(flows)]
			// The last digit decides whether the phone answers.
			input := json.RawMessage(`"` + strconv.Itoa(from+i) + strconv.Itoa(i/2%2) + `"`)
			started, err := l.Start(context.Background(), runtime.StartRequest{
				Workspace: store.DefaultWorkspaceID, FlowID: flow, Inputs: map[string]json.RawMessage{"n": input},
			})
			if err != nil {
				errs[i] = err
				return
			}
			// One write, so that lines stay whole.
			_, errs[i] = os.Stdout.WriteString("started " + flow + " " + started.RunID + "\n")
		})
	}
	callers.Wait()
	return errors.Join(errs...)
}

func untilAllEnded(ctx context.Context, s *store.Store) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		live, err := s.CountLive(ctx)
		if err == nil && live == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d runs have not ended: %w", live, err)
		}
	}
}
