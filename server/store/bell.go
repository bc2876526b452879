package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// bellChannel is PostgreSQL's channel of notifications.
	bellChannel = "sluice_updates"
	// MaxRing bounds what one ring says, in bytes: PostgreSQL's limit is 8000.
	MaxRing = 7900
	// bellAgain is the wait before a lost connection is made again.
	bellAgain = time.Second
)

// Bell tells other processes on the same PostgreSQL that something happened. It
// is a hint: rings get lost, and whoever hears one reads the database. It has a
// connection of its own and rings outside of the transactions that it is about,
// because PostgreSQL lets only one that notifies commit at a time.
type Bell struct {
	config *pgx.ConnConfig
	conn   *pgx.Conn
}

// Bell makes a bell; nil on SQLite, where there is nobody to tell. It is for one
// goroutine.
func (s *Store) Bell() *Bell {
	if s.bell == nil {
		return nil
	}
	return &Bell{config: s.bell}
}

// Ring tells everybody who listens, this process too.
func (b *Bell) Ring(ctx context.Context, text string) error {
	if b.conn == nil || b.conn.IsClosed() {
		conn, err := pgx.ConnectConfig(ctx, b.config.Copy())
		if err != nil {
			return unavailable(err)
		}
		b.conn = conn
		// Nobody waits for the disk because of a hint.
		if _, err := conn.Exec(ctx, "SET synchronous_commit = off"); err != nil {
			return errors.Join(unavailable(err), b.Close())
		}
	}
	if _, err := b.conn.Exec(ctx, "SELECT pg_notify($1, $2)", bellChannel, storable(text)); err != nil {
		return errors.Join(fmt.Errorf("tell the other servers: %w", err), b.Close())
	}
	return nil
}

// Close ends the connection. The bell can be rung again.
func (b *Bell) Close() error {
	if b.conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), bellAgain)
	defer cancel()
	err := b.conn.Close(ctx)
	b.conn = nil
	return err
}

// Listen calls heard for each ring until ctx ends, and missed when rings may have
// been lost because there was no connection.
func (s *Store) Listen(ctx context.Context, heard func(text string), missed func()) {
	if s.bell == nil {
		return
	}
	for first := true; ctx.Err() == nil; first = false {
		err := s.listen(ctx, heard, func() {
			if !first {
				missed()
			}
		})
		if ctx.Err() != nil {
			return
		}
		s.log.Warn("updates of other servers are not heard; trying again", "error", err)
		select {
		case <-time.After(bellAgain):
		case <-ctx.Done():
		}
	}
}

// listen is one connection's Listen.
func (s *Store) listen(ctx context.Context, heard func(text string), connected func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.bell.Copy())
	if err != nil {
		return unavailable(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is broken or not needed any more.
	if _, err := conn.Exec(ctx, "LISTEN "+bellChannel); err != nil {
		return unavailable(err)
	}
	connected()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return unavailable(err)
		}
		heard(n.Payload)
	}
}
