package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite"
	"github.com/jackc/pgx/v5/pgxpool"
)

// dbosSettings: workflows are started directly and not by a queue, which would poll
// for them; the receipt is a message to the workflow, and the timer the timeout of
// its Recv.
const dbosSettings = "DBOS Go 1.2.0, workflows run directly, Recv with a timeout"

const dbosTopic = "receipt"

func dbosOnPostgres(ctx context.Context, l load) (result, error) {
	config, err := pgxpool.ParseConfig(l.db)
	if err != nil {
		return result{}, err
	}
	config.MaxConns = 50
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return result{}, err
	}
	defer pool.Close()
	return onDBOS(ctx, l, dbos.Config{SystemDBPool: pool})
}

// dbosOnSQLite opens the database as DBOS does by itself, but with FULL in place of
// NORMAL: with that a power cut takes back what was acknowledged.
func dbosOnSQLite(ctx context.Context, l load) (result, error) {
	db, err := sql.Open("sqlite", "file:"+l.db+"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=foreign_keys(ON)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return result{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	return onDBOS(ctx, l, dbos.Config{SQLiteSystemDB: db})
}

// dbosFlow is the flow as a DBOS workflow.
type dbosFlow struct {
	late *lateness
	// receipts are delivered by whoever sends.
	receipts sync.WaitGroup
	deliver  func(workflowID string) error
}

func (f *dbosFlow) run(ctx dbos.Context, n int) (string, error) {
	id, err := dbos.GetWorkflowID(ctx)
	if err != nil {
		return "", err
	}
	if _, err := dbos.RunAsStep(ctx, func(context.Context) (string, error) {
		if !silent(n) {
			f.receipts.Go(func() { _ = f.deliver(id) })
		}
		return id + "-1", nil
	}, dbos.WithStepName("send")); err != nil {
		return "", err
	}
	due := time.Now().Add(wait)
	// A timeout is an error of Recv. Under load receipts come too late as well.
	if _, err = dbos.Recv[string](ctx, dbosTopic, wait); err != nil {
		late := time.Since(due)
		if late < 0 {
			return "", err
		}
		f.late.add(late)
	}
	return dbos.RunAsStep(ctx, func(context.Context) (string, error) { return id + "-2", nil }, dbos.WithStepName("send again"))
}

func onDBOS(ctx context.Context, l load, config dbos.Config) (result, error) {
	config.AppName, config.Logger = "peers", slog.New(slog.DiscardHandler)
	engine, err := dbos.NewContext(ctx, config)
	if err != nil {
		return result{}, err
	}
	flow := &dbosFlow{late: &lateness{}}
	flow.deliver = func(id string) error { return dbos.Send(engine, id, "delivered", dbosTopic) }
	dbos.RegisterWorkflow(engine, flow.run)
	if err := dbos.Launch(engine); err != nil {
		return result{}, err
	}
	defer func() { _ = dbos.Shutdown(engine, 10*time.Second) }()
	handles := make([]dbos.WorkflowHandle[string], l.runs)
	return drive(ctx, l, flow.late, func(_ context.Context, n int) error {
		h, err := dbos.RunWorkflow(engine, flow.run, n, dbos.WithWorkflowID(fmt.Sprintf("run-%d", n)))
		handles[n-1] = h
		return err
	}, func(context.Context) error {
		for _, h := range handles {
			if _, err := h.GetResult(); err != nil {
				return err
			}
		}
		flow.receipts.Wait()
		return nil
	})
}
