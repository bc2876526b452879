package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// drain ends an HTTP server so that nobody loses an answer:
//
//  1. /readyz says 503, so that load balancers send requests elsewhere. Those
//     that still come are answered for DrainDelay, and each answer ends its
//     connection.
//  2. Event streams end; browsers connect again, to another replica.
//  3. No connection is taken any more, and requests have stopGrace to finish.
//
// The execution of flows ends after that; see start.
func (s *Server) drain(ctx context.Context, from *http.Server) {
	s.log.Info("stopping", slog.Duration("drain_delay", s.options.DrainDelay))
	s.api.Drain()
	if s.options.DrainDelay > 0 {
		delay := time.NewTimer(s.options.DrainDelay)
		defer delay.Stop()
		select {
		case <-delay.C:
		case <-s.options.Hurry:
		}
	}
	s.hangUp(ctx, from)
}

// hangUp is the end of drain, for a server that cannot take requests any more.
func (s *Server) hangUp(ctx context.Context, from *http.Server) {
	s.api.Close()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := from.Shutdown(grace); err != nil {
		s.log.Warn("some requests were cut off", slog.Any("error", err))
		_ = from.Close()
	}
}
