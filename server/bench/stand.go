// Package bench measures the execution path as a server uses it: triggers,
// expressions, history, sends and receipts, all of it durable.
package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/flows"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/vault"
)

// stand is a server without HTTP: a database, an executor, and phones that
// answer at once.
type stand struct {
	address   string
	keys      *vault.Vault
	store     *store.Store
	runtime   *runtime.Local
	simulator *simulator.Simulator
	metrics   *prometheus.Registry
	folder    string
	ran       chan error
	running   bool
}

// open makes a stand and starts it. address is as for `sluice serve --db`; empty
// means a new SQLite file in a temporary folder, which goes with the stand. Any
// other database keeps what the benchmark writes: use one of its own.
func open(ctx context.Context, address string) (_ *stand, err error) {
	b := &stand{address: address}
	if address == "" {
		if b.folder, err = os.MkdirTemp("", "sluice-bench-"); err != nil {
			return nil, fmt.Errorf("make a folder for the database: %w", err)
		}
		b.address = "sqlite:" + filepath.Join(b.folder, "bench.db")
	}
	defer func() {
		if err != nil {
			os.RemoveAll(b.folder) //nolint:errcheck // the error that led here says more.
		}
	}()
	secret := make([]byte, 32)
	rand.Read(secret) // It never returns an error (Go 1.24).
	key, err := vault.ParseKey(base64.StdEncoding.EncodeToString(secret))
	if err != nil {
		return nil, err
	}
	if b.keys, err = vault.New(key); err != nil {
		return nil, err
	}
	if err = b.assemble(ctx); err != nil {
		return nil, err
	}
	return b, b.run(ctx)
}

// assemble opens the database and makes the parts, as a process does that
// starts.
func (b *stand) assemble(ctx context.Context) (err error) {
	quiet := slog.New(slog.DiscardHandler)
	if b.store, err = store.Open(ctx, b.address, store.Options{Vault: b.keys, Logger: quiet}); err != nil {
		return err
	}
	b.metrics, b.ran = prometheus.NewRegistry(), make(chan error, 1)
	b.simulator = simulator.New(simulator.Options{Logger: quiet, Deliver: func(ctx context.Context, a channels.Account, events []channels.Inbound) error {
		return b.runtime.DeliverInbound(ctx, a.WorkspaceID, a.ID, events)
	}})
	b.runtime = runtime.NewLocal(runtime.Options{
		Store: b.store, Nodes: nodes.Standard(), Channels: channels.NewRegistry(b.simulator), Logger: quiet, Metrics: b.metrics,
	})
	return nil
}

// run starts what assemble made.
func (b *stand) run(ctx context.Context) error {
	if err := b.simulator.Start(ctx); err != nil {
		return err
	}
	b.running = true
	go func() { b.ran <- b.runtime.Run(context.WithoutCancel(ctx)) }()
	return nil
}

// stop stops everything; the database stays. It may be called more than once.
func (b *stand) stop() error {
	b.simulator.Stop()
	b.runtime.Stop()
	err := b.store.Close()
	if b.running {
		err = errors.Join(<-b.ran, err)
	}
	b.running = false
	return err
}

// close stops everything and removes what was made for the stand.
func (b *stand) close() error {
	err := b.stop()
	if b.folder != "" {
		err = errors.Join(err, os.RemoveAll(b.folder))
	}
	return err
}

// workspace makes a workspace with the channels and the template that the OTP
// flow names, and phones that get and read every message at once.
func (b *stand) workspace(ctx context.Context) (string, error) {
	w, err := furnish(ctx, b.store)
	if err != nil {
		return "", err
	}
	return w, b.simulator.SetRules(ctx, w, []simulator.Rule{{To: "*", DeliveredAfter: simulator.After(0), ReadAfter: simulator.After(0)}})
}

// furnish makes a workspace with what the OTP flow names.
func furnish(ctx context.Context, s *store.Store) (string, error) {
	w, err := s.CreateWorkspace(ctx, "Benchmark")
	if err != nil {
		return "", err
	}
	bound := store.ChannelBound
	for _, t := range []channels.ChannelType{channels.SMS, channels.Viber, channels.WhatsApp} {
		c, err := s.CreateChannel(ctx, w.ID, store.Channel{Slug: string(t) + "-main", Name: string(t), Type: string(t), Kind: simulator.Name}, nil, store.DefaultChannelLimit)
		if err != nil {
			return "", err
		}
		if _, err := s.UpdateChannel(ctx, w.ID, c.ID, store.ChannelChange{Status: &bound}); err != nil {
			return "", err
		}
	}
	_, err = s.CreateTemplate(ctx, w.ID, store.Template{
		ChannelType: string(channels.WhatsApp), Slug: "otp", Name: "otp", Language: "en", Body: "Your code is {{1}}.", Parameters: 1, Status: store.TemplateApproved,
	})
	return w.ID, err
}

// publish makes a published flow.
func (b *stand) publish(ctx context.Context, workspace string, definition []byte) (string, error) {
	return publish(ctx, b.store, workspace, definition)
}

func publish(ctx context.Context, s *store.Store, workspace string, definition []byte) (string, error) {
	flow, diagnostics := flows.Decode(definition)
	if flow == nil || diagnostics.HasErrors() {
		return "", fmt.Errorf("the benchmark's flow is broken: %w", diagnostics)
	}
	f, err := s.CreateFlow(ctx, workspace, store.NewFlow{Name: flow.Name, Definition: string(definition), By: "bench"})
	if err != nil {
		return "", err
	}
	_, err = s.PublishFlow(ctx, workspace, f.ID, store.Publication{IfVersion: f.DraftVersion, Author: "bench"})
	return f.ID, err
}

// settle waits until no run is waiting.
func settle(ctx context.Context, s *store.Store, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		live, err := s.CountLive(ctx)
		if err != nil {
			return err
		}
		if live == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d runs had not ended after %s", live, limit)
		}
	}
}
