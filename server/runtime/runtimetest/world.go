package runtimetest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/testhost"
)

// World is an executor with a vendor, channels and a clock.
type World struct {
	t testing.TB
	// Store, Executor, Vendor and Clock are what the test acts on.
	Store    *store.Store
	Executor Executor
	Vendor   *Vendor
	Clock    *Clock
	// Channels are the ids by slug.
	Channels map[string]string
	tuning   runtime.Tuning
	make     func(runtime.Options) Executor
	ran      chan error
	// arm sets the fault that waits for a story, and held is closed to have a
	// vendor that was asked answer.
	arm  func()
	held chan struct{}
}

// moment is the time that worlds begin at: a Monday morning.
var moment = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)

// workspace is the workspace of all tests.
const workspace = store.DefaultWorkspaceID

// waitLimit is how long a test waits for what has to come. It is only reached
// by a test that fails.
const waitLimit = testhost.Patience

// NewWorld makes a world with bound channels sms-main, viber-main, whatsapp-main,
// messenger-main and the template otp, and starts its executor.
func NewWorld(t testing.TB, s *store.Store, clock *Clock, tuning runtime.Tuning) *World {
	t.Helper()
	return newWorld(t, s, clock, tuning, Local(t))
}

func newWorld(t testing.TB, s *store.Store, clock *Clock, tuning runtime.Tuning, makes func(runtime.Options) Executor) *World {
	t.Helper()
	w := &World{t: t, Store: s, Vendor: NewVendor(), Clock: clock, Channels: map[string]string{}, tuning: tuning, make: makes}
	SetUp(t, s, w.Channels)
	w.Start()
	return w
}

// SetUp makes the channels and the template that tests send with.
func SetUp(t testing.TB, s *store.Store, ids map[string]string) {
	t.Helper()
	ctx := context.Background()
	bound := store.ChannelBound
	for _, kind := range []channels.ChannelType{channels.SMS, channels.Viber, channels.WhatsApp, channels.Messenger} {
		slug := string(kind) + "-main"
		c, err := s.CreateChannel(ctx, workspace, store.Channel{Slug: slug, Name: slug, Type: string(kind), Kind: VendorKind}, nil, 100)
		if err == nil {
			_, err = s.UpdateChannel(ctx, workspace, c.ID, store.ChannelChange{Status: &bound})
		}
		if err != nil {
			t.Fatal(err)
		}
		ids[slug] = c.ID
	}
	_, err := s.CreateTemplate(ctx, workspace, store.Template{
		ChannelType: "whatsapp", Slug: "otp", Name: "otp", Language: "en", Body: "Code {{1}}", Parameters: 1, Status: store.TemplateApproved,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Start starts an executor. The one before must have been stopped, or the
// database be one that several can use.
func (w *World) Start() {
	w.t.Helper()
	w.Executor, w.ran = w.another()
}

// another starts a further executor on the same database and vendor.
func (w *World) another() (Executor, chan error) {
	w.t.Helper()
	return w.knowing(nodes.Standard())
}

// StartOld starts an executor that knows no nodes but the start.
func (w *World) StartOld() {
	w.t.Helper()
	w.Executor, w.ran = w.knowing(engine.NewRegistry(nodes.Start()))
}

// knowing starts an executor with these node types.
func (w *World) knowing(types *engine.Registry) (Executor, chan error) {
	w.t.Helper()
	l := w.make(runtime.Options{
		Store: w.Store, Nodes: types, Channels: channels.NewRegistry(w.Vendor), Clock: w.Clock, Tuning: w.tuning,
		Jitter: func() float64 { return 0 }, Logger: slog.New(slog.DiscardHandler),
	})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	w.t.Cleanup(l.Stop)
	return l, ran
}

// Stop stops the executor and waits for it.
func (w *World) Stop() {
	w.t.Helper()
	w.Executor.Stop()
	if err := <-w.ran; err != nil {
		w.t.Errorf("Run returned %v", err)
	}
}

// Settle waits until nothing is left to do at the present time.
func (w *World) Settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitLimit)
	defer cancel()
	if err := w.Executor.Settled(ctx); err != nil {
		w.t.Fatalf("it does not settle: %v", err)
	}
}

// Pass lets time pass, stopping at each moment at which something is due.
func (w *World) Pass(d time.Duration) {
	w.t.Helper()
	end := w.Clock.Now().Add(d)
	for {
		w.Settle()
		next, ok := w.Clock.Next()
		if !ok || next.After(end) {
			break
		}
		w.Clock.Set(next)
		w.Clock.Ring()
	}
	w.Clock.Set(end)
	w.Clock.Ring()
	w.Settle()
}

// Publish makes a published flow from a definition.
func (w *World) Publish(definition []byte) string {
	w.t.Helper()
	return Publish(w.t, w.Store, definition)
}

// Publish makes a published flow from a definition.
func Publish(t testing.TB, s *store.Store, definition []byte) string {
	t.Helper()
	flow, diagnostics := flows.Decode(definition)
	if flow == nil || diagnostics.HasErrors() {
		t.Fatalf("the test's flow is broken: %v", diagnostics)
	}
	if _, diagnostics = engine.Compile(flow, nodes.Standard()); diagnostics.HasErrors() {
		t.Fatalf("the test's flow is broken: %v", diagnostics)
	}
	f, err := s.CreateFlow(context.Background(), workspace, store.NewFlow{Name: flow.Name, Definition: string(definition)})
	if err == nil {
		_, err = s.PublishFlow(context.Background(), workspace, f.ID, store.Publication{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

// Inputs of a trigger, as JSON.
type Inputs map[string]string

func (in Inputs) raw() map[string]json.RawMessage {
	raw := map[string]json.RawMessage{}
	for name, value := range in {
		data, err := json.Marshal(value)
		if err != nil {
			panic(err) // a string is always JSON
		}
		raw[name] = data
	}
	return raw
}

// request asks for a run of a flow.
func request(flow string, in Inputs) runtime.StartRequest {
	return runtime.StartRequest{Workspace: workspace, FlowID: flow, Inputs: in.raw(), StartedBy: "test", Trigger: map[string]any{"type": "manual"}}
}

// Begin starts a run, which has to work, and settles.
func (w *World) Begin(flow string, in Inputs) string {
	w.t.Helper()
	s, err := w.Executor.Start(context.Background(), request(flow, in))
	if err != nil {
		w.t.Fatal(err)
	}
	w.Settle()
	return s.RunID
}

// Query shows a run that has to be there.
func (w *World) Query(runID string) runtime.Detail {
	w.t.Helper()
	d, err := w.Executor.Query(context.Background(), workspace, runID)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// Receipt delivers a receipt that names our own message id.
func (w *World) Receipt(channel, runID string, visit int, status channels.Status) {
	w.t.Helper()
	w.Deliver(channel, channels.Inbound{Receipt: &channels.Receipt{MessageID: messageID(runID, visit), Status: status}})
}

// Deliver hands events of a channel to the executor and settles.
func (w *World) Deliver(channel string, events ...channels.Inbound) {
	w.t.Helper()
	if err := w.Executor.DeliverInbound(context.Background(), workspace, w.Channels[channel], events); err != nil {
		w.t.Fatal(err)
	}
	w.Settle()
}

// path is the nodes that a run visited.
func path(d runtime.Detail) []string {
	var nodes []string
	for _, s := range d.Steps {
		nodes = append(nodes, s.Node)
	}
	return nodes
}

// statuses are those of a run's messages, in order.
func statuses(d runtime.Detail) []string {
	var list []string
	for _, m := range d.Messages {
		list = append(list, m.Status)
	}
	return list
}

func isError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("the error is %v, want %v", err, want)
	}
}

// idle makes an executor that does not run until run is called.
func (w *World) idle() (l Executor, run func()) {
	w.t.Helper()
	l = w.make(runtime.Options{
		Store: w.Store, Nodes: nodes.Standard(), Channels: channels.NewRegistry(w.Vendor), Clock: w.Clock, Tuning: w.tuning,
		Logger: slog.New(slog.DiscardHandler),
	})
	w.t.Cleanup(l.Stop)
	return l, func() { go l.Run(context.Background()) } // Its Stop waits, and its answers are what the test looks at.
}

// only keeps the inputs that a flow declares.
func (in Inputs) only(definition []byte) Inputs {
	kept := Inputs{}
	for name, value := range in {
		if strings.Contains(string(definition), `"name": "`+name+`"`) {
			kept[name] = value
		}
	}
	return kept
}

// local tells whether the executor is the local one, of which everything can be
// seen when a call has returned.
func (w *World) local() bool {
	_, ok := w.Executor.(*runtime.Local)
	return ok
}

// worker is the id under which the local executor holds leases.
func (w *World) worker() string {
	w.t.Helper()
	l, ok := w.Executor.(*runtime.Local)
	if !ok {
		w.t.Fatal("this test is for the local executor")
	}
	return l.Worker()
}

// plant makes a run whose message a worker had in hand when it died. w has an
// executor, and has none afterwards.
func plant(t testing.TB, w *World, flow string) string {
	t.Helper()
	called, hold := make(chan struct{}), make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	<-called
	// The lease goes to a worker that never was: what this one learns of the
	// send must not count any more.
	err = w.Store.Batch(context.Background(), func(b *store.Batch) error {
		_, err := b.AdoptOutbox(w.worker(), "a dead worker", 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	close(hold)
	w.Stop()
	w.Vendor.Answer(nil)
	return s.RunID
}
