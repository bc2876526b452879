package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"sluice/examples"
	"sluice/server"
	"sluice/server/api"
	"sluice/server/auth"
	"sluice/server/store"
	"sluice/server/vault"
)

// whole are servers as `sluice serve` runs them, on one database.
type whole struct {
	o Options
	// master is the key of the database, token the API key of the callers.
	master, token string
	flow          string
	database      *store.Store
	urls          []string
	running       []*running
}

// running is one server.
type running struct {
	stop  context.CancelFunc
	ended chan error
}

// overHTTP is Runs with everything included: each trigger is a request with an
// API key to one of the servers, by turns.
func overHTTP(ctx context.Context, o Options) (_ RunsResult, err error) {
	folder, err := os.MkdirTemp("", "sluice-bench-")
	if err != nil {
		return RunsResult{}, fmt.Errorf("make a folder for the database: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if o.DB == "" {
		o.DB = "sqlite:" + filepath.Join(folder, "bench.db")
	}
	secret := make([]byte, 32)
	rand.Read(secret) // It never returns an error (Go 1.24).
	w := &whole{o: o, master: base64.StdEncoding.EncodeToString(secret), token: auth.KeyPrefix + rand.Text()}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.prepare(ctx); err != nil {
		return RunsResult{}, err
	}
	return w.runs(ctx)
}

// prepare makes a workspace, its flow and a key, and starts the servers.
func (w *whole) prepare(ctx context.Context) error {
	s, err := w.open(ctx, false)
	if err != nil {
		return err
	}
	err = w.furnish(ctx, s)
	// A SQLite file has one owner at a time.
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	for range max(w.o.Replicas, 1) {
		if err := w.serve(ctx); err != nil {
			return err
		}
	}
	w.database, err = w.open(ctx, true)
	return err
}

func (w *whole) open(ctx context.Context, readOnly bool) (*store.Store, error) {
	key, err := vault.ParseKey(w.master)
	if err != nil {
		return nil, err
	}
	keys, err := vault.New(key)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, w.o.DB, store.Options{Vault: keys, Logger: slog.New(slog.DiscardHandler), ReadOnly: readOnly})
}

func (w *whole) furnish(ctx context.Context, s *store.Store) error {
	workspace, err := furnish(ctx, s)
	if err != nil {
		return err
	}
	if w.flow, err = publish(ctx, s, workspace, examples.OTP()); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(w.token))
	_, err = s.CreateAPIKey(ctx, workspace, store.APIKey{Name: "bench", Role: store.RoleOwner, Hash: hex.EncodeToString(sum[:]), Prefix: w.token[:10]})
	return err
}

// serve starts one more server, whose phones get and read every message at once.
func (w *whole) serve(ctx context.Context) error {
	ready := make(chan string, 1)
	s, err := server.New(ctx, server.Options{
		Addr: "127.0.0.1:0", Database: w.o.DB, MasterKey: w.master, MetricsToken: w.token, Version: "bench", ForgetPhones: true,
		Log: slog.New(slog.DiscardHandler), Out: io.Discard, Ready: func(url string) { ready <- url },
	})
	if err != nil {
		return err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &running{stop: stop, ended: make(chan error, 1)}
	w.running = append(w.running, r)
	go func() { r.ended <- s.Run(life) }()
	select {
	case url := <-ready:
		w.urls = append(w.urls, url)
		_, err := w.request(ctx, http.MethodPut, url+api.BasePath+"/simulator/rules", `{"rules": [{"recipient": "*", "delivered_after": "0s", "read_after": "0s"}]}`)
		return err
	case err := <-r.ended:
		r.ended <- nil
		return errors.Join(errors.New("the server ended before it was ready"), err)
	}
}

// close stops everything.
func (w *whole) close() error {
	var errs []error
	for _, r := range w.running {
		r.stop()
		errs = append(errs, <-r.ended)
	}
	if w.database != nil {
		errs = append(errs, w.database.Close())
	}
	return errors.Join(errs...)
}

func (w *whole) runs(ctx context.Context) (RunsResult, error) {
	r := RunsResult{Database: w.database.Dialect(), Replicas: len(w.urls)}
	callers := make([]*caller, w.o.Callers)
	for c := range callers {
		callers[c] = newCaller(w.urls[c%len(w.urls)], api.BasePath+"/flows/"+w.flow+"/runs", w.token)
	}
	err := r.measure(ctx, w.o, load{
		trigger: func(ctx context.Context, c, n int, refused *atomic.Int64) error {
			return callers[c].post(ctx, `{"inputs":{"customerPhoneNumber":"`+number(n)+`","verificationCode":"`+code(n)+`"}}`, refused)
		},
		settle: func(ctx context.Context) error { return settle(ctx, w.database, 2*time.Minute) },
	})
	for _, c := range callers {
		err = errors.Join(err, c.close())
	}
	if err != nil {
		return RunsResult{}, err
	}
	var families [][]*dto.MetricFamily
	for _, url := range w.urls {
		list, err := w.metrics(ctx, url)
		if err != nil {
			return RunsResult{}, err
		}
		families = append(families, list)
	}
	return r, r.transactions(families...)
}

// metrics asks a server what it counted.
func (w *whole) metrics(ctx context.Context, url string) ([]*dto.MetricFamily, error) {
	text, err := w.request(ctx, http.MethodGet, url+"/metrics", "")
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read the metrics: %w", err)
	}
	list := make([]*dto.MetricFamily, 0, len(families))
	for _, f := range families {
		list = append(list, f)
	}
	return list, nil
}

func (w *whole) request(ctx context.Context, method, url, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, fmt.Errorf("call the server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	req.Header.Set("Content-Type", "application/json")
	// Its connection goes with the answer: nothing is to be left behind.
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("call the server: %w", err)
	}
	answer, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s was answered %d: %s", method, url, resp.StatusCode, answer)
	}
	return answer, nil
}
