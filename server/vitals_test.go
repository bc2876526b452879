package server

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/store"
)

func TestWhatWaitsIsMeasuredOnceForManyScrapes(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	now, reads := moment, 0
	var failure error
	m := newVitals(func(_ context.Context, ago time.Duration) (store.Vitals, error) {
		reads++
		return store.Vitals{
			Clock: now, ServersSince: int64(ago / (10 * time.Second)), Waiting: 7, OldestTimer: now.Add(-90 * time.Second),
			Unsent: 3, OldestUnsent: now.Add(time.Hour), Kept: 1,
		}, failure
	}, func() time.Time { return now })
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m)
	check := func(want map[string]float64) {
		t.Helper()
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			got[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	well := map[string]float64{
		"sluice_database_up": 1, "sluice_servers": 2, "sluice_runs_waiting": 7, "sluice_timer_overdue_seconds": 90,
		"sluice_messages_unsent": 3, "sluice_message_overdue_seconds": 0, "sluice_events_kept": 1, "sluice_event_kept_seconds": 0,
	}
	check(well)
	check(well)
	if reads != 1 {
		t.Errorf("two scrapes read the database %d times", reads)
	}
	now, failure = now.Add(vitalsAge), errors.New("the database is away")
	check(map[string]float64{"sluice_database_up": 0})
}
