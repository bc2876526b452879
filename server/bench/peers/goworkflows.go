package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cschleiden/go-workflows/backend"
	"github.com/cschleiden/go-workflows/backend/monoprocess"
	gwpostgres "github.com/cschleiden/go-workflows/backend/postgres"
	gwsqlite "github.com/cschleiden/go-workflows/backend/sqlite"
	"github.com/cschleiden/go-workflows/client"
	"github.com/cschleiden/go-workflows/core"
	"github.com/cschleiden/go-workflows/worker"
	"github.com/cschleiden/go-workflows/workflow"
	_ "github.com/jackc/pgx/v5/stdlib"
)

// goWorkflowsSettings: its monoprocess backend, as in its own benchmark, so that a
// worker is told of tasks and does not only poll; a cache that holds all workflows.
const goWorkflowsSettings = "go-workflows 1.4.2, monoprocess backend, 4 pollers each, a cache of 10,000 workflows"

func goWorkflowsOnPostgres(ctx context.Context, l load) (result, error) {
	db, err := sql.Open("pgx", l.db)
	if err != nil {
		return result{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(50)
	db.SetMaxIdleConns(50)
	return onGoWorkflows(ctx, l, gwpostgres.NewPostgresBackendWithDB(db, gwpostgres.WithApplyMigrations(true), gwpostgres.WithBackendOptions(quiet)))
}

func goWorkflowsOnSQLite(ctx context.Context, l load) (result, error) {
	return onGoWorkflows(ctx, l, gwsqlite.NewSqliteBackend(l.db, gwsqlite.WithBackendOptions(quiet)))
}

func quiet(o *backend.Options) { o.Logger = slog.New(slog.DiscardHandler) }

const goWorkflowsSignal = "receipt"

// goWorkflow is the flow for go-workflows. Its workflow runs again from the
// beginning after each event, so what is timed is noted once, outside of it.
type goWorkflow struct {
	late     *lateness
	receipts sync.WaitGroup
	deliver  func(instance string) error

	mu    sync.Mutex
	due   map[string]time.Time
	fired map[string]bool
}

// Send is the activity that hands a message over.
func (f *goWorkflow) Send(_ context.Context, instance string, n, message int) (string, error) {
	if message == 1 && !silent(n) {
		f.receipts.Go(func() { _ = f.deliver(instance) })
	}
	return fmt.Sprintf("%s-%d", instance, message), nil
}

// Run is the workflow.
func (f *goWorkflow) Run(ctx workflow.Context, n int) error {
	instance := workflow.WorkflowInstance(ctx).InstanceID
	if _, err := workflow.ExecuteActivity[string](ctx, workflow.DefaultActivityOptions, f.Send, instance, n, 1).Get(ctx); err != nil {
		return err
	}
	f.arm(instance)
	timed, cancel := workflow.WithCancel(ctx)
	workflow.Select(ctx,
		workflow.Await(workflow.ScheduleTimer(timed, wait), func(ctx workflow.Context, timer workflow.Future[any]) {
			if _, err := timer.Get(ctx); err == nil {
				f.fire(instance)
			}
		}),
		workflow.Receive(workflow.NewSignalChannel[string](ctx, goWorkflowsSignal), func(workflow.Context, string, bool) { cancel() }),
	)
	_, err := workflow.ExecuteActivity[string](ctx, workflow.DefaultActivityOptions, f.Send, instance, n, 2).Get(ctx)
	return err
}

func (f *goWorkflow) arm(instance string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, armed := f.due[instance]; !armed {
		f.due[instance] = time.Now().Add(wait)
	}
}

func (f *goWorkflow) fire(instance string) {
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.fired[instance] {
		f.fired[instance] = true
		f.late.add(now.Sub(f.due[instance]))
	}
}

func onGoWorkflows(ctx context.Context, l load, on backend.Backend) (result, error) {
	on = monoprocess.NewMonoprocessBackend(on)
	defer on.Close()
	options := worker.DefaultOptions
	options.WorkflowPollers, options.ActivityPollers = 4, 4
	options.WorkflowExecutorCacheSize, options.WorkflowExecutorCacheTTL = 10_000, 5*time.Minute
	flow := &goWorkflow{late: &lateness{}, due: map[string]time.Time{}, fired: map[string]bool{}}
	working, stop := context.WithCancel(ctx)
	defer stop()
	w := worker.New(on, &options)
	if err := w.RegisterWorkflow(flow.Run); err != nil {
		return result{}, err
	}
	if err := w.RegisterActivity(flow.Send); err != nil {
		return result{}, err
	}
	if err := w.Start(working); err != nil {
		return result{}, err
	}
	c := client.New(on)
	flow.deliver = func(instance string) error { return c.SignalWorkflow(ctx, instance, goWorkflowsSignal, "delivered") }
	instances := make([]*workflow.Instance, l.runs)
	r, err := drive(ctx, l, flow.late, func(ctx context.Context, n int) error {
		i, err := c.CreateWorkflowInstance(ctx, client.WorkflowInstanceOptions{InstanceID: fmt.Sprintf("run-%d", n)}, flow.Run, n)
		instances[n-1] = i
		return err
	}, func(ctx context.Context) error { return ended(ctx, c, instances) })
	stop()
	return r, err
}

// ended waits for the ends one after the other, so that waiting costs the database
// little: by the time that one has ended most of the others have.
func ended(ctx context.Context, c *client.Client, instances []*workflow.Instance) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for _, i := range instances {
		for {
			state, err := c.GetWorkflowInstanceState(ctx, i)
			if err != nil {
				return err
			}
			if state == core.WorkflowInstanceStateFinished {
				break
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}
