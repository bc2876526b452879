package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/examples"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

const longWait = `{"schema": "sluice/v1", "name": "Wait", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "filling", "type": "string"}]}},
	{"id": "wait", "type": "wait", "config": {"for": "1h"}}
], "edges": [{"from": "start", "port": "next", "to": "wait"}]}`

// TestAFullDiskStopsNothingForGood lets the database run full: triggers are
// refused as unavailable, what was acknowledged stays, and all goes on when
// there is room again.
func TestAFullDiskStopsNothingForGood(t *testing.T) {
	t.Parallel()
	s := open(t, file(t), store.Options{Vault: storetest.Vault(t)})
	flow := runtimetest.Publish(t, s, []byte(longWait))
	l := runtime.NewLocal(runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry()})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	defer func() {
		l.Stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	}()
	filling, err := json.Marshal(strings.Repeat("x", 8_000))
	if err != nil {
		t.Fatal(err)
	}
	start := func() (string, error) {
		r, err := l.Start(t.Context(), runtime.StartRequest{
			Workspace: store.DefaultWorkspaceID, FlowID: flow, Inputs: map[string]json.RawMessage{"filling": filling},
		})
		return r.RunID, err
	}
	if err := s.LimitSize(200); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for range 1_000 {
		run, err := start()
		if err != nil {
			if !errors.Is(err, runtime.ErrUnavailable) {
				t.Errorf("a full disk is reported as %v", err)
			}
			break
		}
		acknowledged = append(acknowledged, run)
	}
	if err := s.Room(t.Context()); !errors.Is(err, store.ErrFull) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("the room of a full database: %v", err)
	}
	if len(acknowledged) == 0 || len(acknowledged) == 1_000 {
		t.Fatalf("%d triggers were acknowledged", len(acknowledged))
	}
	if err := s.LimitSize(1_000_000); err != nil {
		t.Fatal(err)
	}
	if err := s.Room(t.Context()); err != nil {
		t.Errorf("with room again: %v", err)
	}
	testhost.Until(t, "with room again it goes on", func() bool {
		run, err := start()
		if err == nil {
			acknowledged = append(acknowledged, run)
		}
		return err == nil
	})
	for _, run := range acknowledged {
		if _, err := s.Run(t.Context(), store.DefaultWorkspaceID, run); err != nil {
			t.Errorf("an acknowledged run: %v", err)
		}
	}
	runs, err := s.ListRuns(t.Context(), store.DefaultWorkspaceID, store.RunFilter{Limit: 2_000})
	if err != nil || len(runs) != len(acknowledged) {
		t.Errorf("%d runs are stored and %d were acknowledged (%v)", len(runs), len(acknowledged), err)
	}
}

// TestNoSecretOfARunIsInTheRawFiles takes a run with a secret input from its
// trigger to its end, over simulated phones whose journal is in the database
// too, and looks for the secret in all files. INVARIANTS 17.
func TestNoSecretOfARunIsInTheRawFiles(t *testing.T) {
	t.Parallel()
	address := file(t)
	s := open(t, address, store.Options{Vault: storetest.Vault(t)})
	var l *runtime.Local
	phones := simulator.New(simulator.Options{Journal: s.SimulatorJournal(), Deliver: func(ctx context.Context, a channels.Account, events []channels.Inbound) error {
		return l.DeliverInbound(ctx, a.WorkspaceID, a.ID, events)
	}})
	l = runtime.NewLocal(runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(phones)})
	bound := store.ChannelBound
	for _, kind := range []string{"sms", "viber", "whatsapp"} {
		c, err := s.CreateChannel(t.Context(), store.DefaultWorkspaceID, store.Channel{Slug: kind + "-main", Name: kind, Type: kind, Kind: simulator.Name}, nil, 9)
		if err == nil {
			_, err = s.UpdateChannel(t.Context(), store.DefaultWorkspaceID, c.ID, store.ChannelChange{Status: &bound})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	flow := runtimetest.Publish(t, s, examples.OTP())
	if err := phones.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	const canary = "canary-93be07"
	started, err := l.Start(t.Context(), runtime.StartRequest{
		Workspace: store.DefaultWorkspaceID, FlowID: flow, IdempotencyKey: "key",
		Inputs: map[string]json.RawMessage{"customerPhoneNumber": json.RawMessage(`"+639171234567"`), "verificationCode": json.RawMessage(`"` + canary + `"`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testhost.Patience)
	defer cancel()
	look := func(when string) {
		t.Helper()
		paths, err := filepath.Glob(filepath.Join(filepath.Dir(strings.TrimPrefix(address, "sqlite:")), "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), canary) {
				t.Errorf("%s %s shows the secret", when, filepath.Base(path))
			}
		}
	}
	look("while the run waits")
	if err := untilAllEnded(ctx, s); err != nil {
		t.Fatal(err)
	}
	look("after its end")
	if r, err := s.Run(ctx, store.DefaultWorkspaceID, started.RunID); err != nil || r.Outcome != "next" {
		t.Errorf("the run is %+v, %v", r, err)
	}
	phones.Stop()
	l.Stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}
