package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// catchUp bounds the wait for acknowledged webhooks to reach their messages.
const catchUp = 5 * time.Minute

// meters are what the server says of itself.
type meters struct {
	// waiting are acknowledged webhooks that are not applied yet.
	waiting float64
	// cpu is the processor time of the process, sender included; zero where the
	// system does not tell.
	cpu float64
}

// read asks the server for its metrics.
func (h *hookBench) read(ctx context.Context) (meters, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/metrics", http.NoBody)
	if err != nil {
		return meters{}, fmt.Errorf("read the metrics: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+h.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return meters{}, fmt.Errorf("read the metrics: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read to its end.
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return meters{}, fmt.Errorf("read the metrics: %w", err)
	}
	value := func(name string, of func(*dto.Metric) float64) float64 {
		if f := families[name]; f != nil && len(f.GetMetric()) > 0 {
			return of(f.GetMetric()[0])
		}
		return 0
	}
	return meters{
		waiting: value("sluice_webhooks_waiting", func(m *dto.Metric) float64 { return m.GetGauge().GetValue() }),
		cpu:     value("process_cpu_seconds_total", func(m *dto.Metric) float64 { return m.GetCounter().GetValue() }),
	}, nil
}

// applied waits until every acknowledged webhook is applied.
func (h *hookBench) applied(ctx context.Context) (meters, error) {
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	for {
		m, err := h.read(ctx)
		if err != nil || m.waiting == 0 {
			return m, err
		}
		pause(ctx, 20*time.Millisecond)
	}
}
