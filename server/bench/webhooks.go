package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sluice/server"
	"sluice/server/store"
	"sluice/server/vault"
)

// WebhookOptions say what Webhooks sends.
type WebhookOptions struct {
	// DB is as in Options.
	DB string
	// Rate is how many webhooks a second are sent, For how long.
	Rate int
	For  time.Duration
	// Callers is how many wait for their answer at the same time.
	Callers int
}

// WebhooksResult is what Webhooks measured. Durations are in milliseconds.
type WebhooksResult struct {
	Database string  `json:"database"`
	Sent     int     `json:"sent"`
	Target   int     `json:"target_per_second"`
	Accepted float64 `json:"accepted_per_second"`
	P50      float64 `json:"acknowledged_p50_ms"`
	P99      float64 `json:"acknowledged_p99_ms"`
	Refused  int     `json:"refused"`
	// Applied is how many a second had reached their messages when the last one
	// had, and Behind how long that was after the last was acknowledged.
	Applied float64 `json:"applied_per_second"`
	Behind  float64 `json:"applied_behind_ms"`
	// CPU is the processor time of this process, sender included, for each
	// webhook up to then, in microseconds.
	CPU float64 `json:"cpu_us_per_webhook"`
	// Lost are acknowledged receipts that the database does not show after the
	// server was stopped and its database opened anew.
	Lost int `json:"lost"`
}

// Webhooks posts mixed receipts of two vendors, signed as these do, to a whole
// server over HTTP, and looks in its database afterwards for what each
// acknowledged one said.
func Webhooks(ctx context.Context, o WebhookOptions) (_ WebhooksResult, err error) {
	folder, err := os.MkdirTemp("", "sluice-bench-")
	if err != nil {
		return WebhooksResult{}, fmt.Errorf("make a folder for the database: %w", err)
	}
	defer func() {
		if e := os.RemoveAll(folder); err == nil {
			err = e
		}
	}()
	if o.DB == "" {
		o.DB = "sqlite:" + filepath.Join(folder, "bench.db")
	}
	secret := make([]byte, 32)
	rand.Read(secret) // It never returns an error (Go 1.24).
	h := &hookBench{o: o, key: base64.StdEncoding.EncodeToString(secret)}
	if err := h.withStore(ctx, h.prepare); err != nil {
		return WebhooksResult{}, err
	}
	result, err := h.serve(ctx)
	if err != nil {
		return WebhooksResult{}, err
	}
	return result, h.withStore(ctx, func(ctx context.Context, s *store.Store) error {
		result.Database = s.Dialect()
		result.Lost, err = h.lost(ctx, s)
		return err
	})
}

// hookBench is one measurement.
type hookBench struct {
	o   WebhookOptions
	key string
	// hooks are the webhooks to send, in order, two of each message.
	hooks    []*webhook
	messages []string
	url      string
}

// withStore opens the database for as long as fn needs it.
func (h *hookBench) withStore(ctx context.Context, fn func(context.Context, *store.Store) error) error {
	key, err := vault.ParseKey(h.key)
	if err != nil {
		return err
	}
	keys, err := vault.New(key)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, h.o.DB, store.Options{Vault: keys, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, s), s.Close())
}

// serve runs a server, sends everything, waits until it is applied, and stops
// the server.
func (h *hookBench) serve(ctx context.Context) (WebhooksResult, error) {
	ready := make(chan string, 1)
	s, err := server.New(ctx, server.Options{
		Addr: "127.0.0.1:0", Database: h.o.DB, MasterKey: h.key, PublicURL: publicURL, MetricsToken: h.key, Version: "bench",
		Log: slog.New(slog.DiscardHandler), Out: io.Discard, Ready: func(url string) { ready <- url },
	})
	if err != nil {
		return WebhooksResult{}, err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(running) }()
	select {
	case h.url = <-ready:
	case err := <-ended:
		return WebhooksResult{}, errors.Join(errors.New("the server ended before it was ready"), err)
	}
	result, err := h.measure(ctx)
	stop()
	return result, errors.Join(err, <-ended, ctx.Err())
}

func (h *hookBench) measure(ctx context.Context) (WebhooksResult, error) {
	before, err := h.read(ctx)
	if err != nil {
		return WebhooksResult{}, err
	}
	began := time.Now()
	took := h.send(ctx)
	after, err := h.applied(ctx)
	if err != nil {
		return WebhooksResult{}, err
	}
	whole := time.Since(began)
	r := h.result(took)
	accepted := float64(r.Sent - r.Refused)
	r.Applied, r.Behind = accepted/whole.Seconds(), ms(whole-took)
	if accepted > 0 {
		r.CPU = (after.cpu - before.cpu) / accepted * 1e6
	}
	return r, nil
}

// send posts the webhooks, each at its time or as soon after it as a caller is
// free.
func (h *hookBench) send(ctx context.Context) time.Duration {
	transport := &http.Transport{MaxIdleConns: h.o.Callers, MaxIdleConnsPerHost: h.o.Callers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	var next atomic.Int64
	var callers sync.WaitGroup
	began := time.Now()
	for range h.o.Callers {
		callers.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(h.hooks) || ctx.Err() != nil {
					return
				}
				pause(ctx, time.Until(began.Add(time.Duration(n)*time.Second/time.Duration(h.o.Rate))))
				h.hooks[n].post(ctx, client, h.url)
			}
		})
	}
	callers.Wait()
	return time.Since(began)
}

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func (h *hookBench) result(took time.Duration) WebhooksResult {
	r := WebhooksResult{Sent: len(h.hooks), Target: h.o.Rate}
	var latencies []time.Duration
	for _, w := range h.hooks {
		if w.accepted {
			latencies = append(latencies, w.took)
		}
	}
	slices.Sort(latencies)
	r.Refused = len(h.hooks) - len(latencies)
	r.Accepted = float64(len(latencies)) / took.Seconds()
	r.P50, r.P99 = ms(percentile(latencies, .5)), ms(percentile(latencies, .99))
	return r
}

// lost counts acknowledged receipts that their messages do not show.
func (h *hookBench) lost(ctx context.Context, s *store.Store) (int, error) {
	lost := 0
	shown := make(map[string]store.MessageRow, len(h.messages))
	for ids := range slices.Chunk(h.messages, prepareBatch) {
		err := s.Batch(ctx, func(b *store.Batch) error {
			rows, err := b.Messages(ids)
			for _, row := range rows {
				shown[row.ID] = row
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	for _, w := range h.hooks {
		row := shown[w.message]
		if w.accepted && (row.DeliveredAt.IsZero() || w.read && row.ReadAt.IsZero()) {
			lost++
		}
	}
	return lost, nil
}
