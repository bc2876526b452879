package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sluice/server/channels/simulator"
	"sluice/server/runtime"
)

// otpWait is the deadline of otpFlow's first message.
const otpWait = time.Second

// otpFlow is what other engines are measured with too: send, wait for the receipt
// or a second, send, end.
const otpFlow = `{
  "schema": "sluice/v1",
  "name": "Send, wait, send",
  "nodes": [
    {"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "phone", "type": "phone", "required": true}, {"name": "code", "type": "string", "required": true}]}},
    {"id": "first", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{phone}}", "category": "verification", "message": {"type": "text", "text": "Your code is {{code}}."}, "delivered_within": "1s"}},
    {"id": "again", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{phone}}", "category": "verification", "message": {"type": "text", "text": "Your code is still {{code}}."}}},
    {"id": "done", "type": "end", "config": {"outcome": "done"}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "first"}, {"from": "first", "port": "next", "to": "again"}, {"from": "first", "port": "not_delivered", "to": "again"}, {"from": "again", "port": "next", "to": "done"}]
}`

// OTPResult is what OTP measured. Durations are in milliseconds.
type OTPResult struct {
	Database string `json:"database"`
	Runs     int    `json:"runs"`
	Callers  int    `json:"callers"`
	// RunsPerSecond are completed runs, from the first trigger to the last end.
	RunsPerSecond float64 `json:"runs_per_second"`
	StartP50      float64 `json:"start_acknowledged_p50_ms"`
	StartP99      float64 `json:"start_acknowledged_p99_ms"`
	// Timer is from the deadline to the commit of what it led to, of the half of
	// the runs that get no receipt.
	TimerP50 float64 `json:"timer_lateness_p50_ms"`
	TimerP99 float64 `json:"timer_lateness_p99_ms"`
	// CPU is user and system time of this process per run. A database of its own
	// is not in it.
	CPU float64 `json:"cpu_ms_per_run"`
}

// OTP measures the flow that other engines are compared by.
func OTP(ctx context.Context, o Options) (OTPResult, error) {
	b, err := open(ctx, o.DB)
	if err != nil {
		return OTPResult{}, err
	}
	result, err := b.otp(ctx, o)
	if e := b.close(); err == nil {
		err = e
	}
	return result, err
}

// otpRuns is what the callers of OTP and those who watch its runs share.
type otpRuns struct {
	mu sync.Mutex
	// due are deadlines, and left when the runs were seen behind them.
	due, left map[string]time.Time
}

func (r *otpRuns) watch(updates <-chan runtime.Update) {
	for u := range updates {
		if u.Kind != runtime.UpdateRun || u.Visit < 3 {
			continue
		}
		now := time.Now()
		r.mu.Lock()
		if _, seen := r.left[u.RunID]; !seen {
			r.left[u.RunID] = now
		}
		r.mu.Unlock()
	}
}

// lateness is sorted. What was seen behind its deadline before any update of it
// was lost is not counted.
func (r *otpRuns) lateness() []time.Duration {
	var late []time.Duration
	for id, due := range r.due {
		if at, ok := r.left[id]; ok {
			late = append(late, at.Sub(due))
		}
	}
	slices.Sort(late)
	return late
}

func (b *stand) otp(ctx context.Context, o Options) (OTPResult, error) {
	var places []place
	runs := &otpRuns{due: map[string]time.Time{}, left: map[string]time.Time{}}
	var watchers sync.WaitGroup
	var cancels []func()
	stop := sync.OnceFunc(func() {
		for _, cancel := range cancels {
			cancel()
		}
		watchers.Wait()
	})
	defer stop()
	for range timerWorkspaces {
		workspace, err := b.workspace(ctx)
		if err != nil {
			return OTPResult{}, err
		}
		// Every second phone is silent.
		if err := b.simulator.SetRules(ctx, workspace, []simulator.Rule{{To: "+63917*", DeliveredAfter: simulator.After(0)}, {To: "+63918*", Manual: true}}); err != nil {
			return OTPResult{}, err
		}
		flow, err := b.publish(ctx, workspace, []byte(otpFlow))
		if err != nil {
			return OTPResult{}, err
		}
		updates, cancel := b.runtime.Subscribe(workspace)
		cancels = append(cancels, cancel)
		watchers.Go(func() { runs.watch(updates) })
		places = append(places, place{workspace, flow})
	}
	cpu := processTime()
	began := time.Now()
	latencies, err := b.trigger(ctx, o, places, runs)
	if err != nil {
		return OTPResult{}, err
	}
	if err := settle(ctx, b.store, 5*time.Minute); err != nil {
		return OTPResult{}, err
	}
	total, spent := time.Since(began), processTime()-cpu
	stop()
	late := runs.lateness()
	return OTPResult{
		Database: b.store.Dialect(), Runs: len(latencies), Callers: o.Callers, RunsPerSecond: float64(len(latencies)) / total.Seconds(),
		StartP50: ms(percentile(latencies, .5)), StartP99: ms(percentile(latencies, .99)),
		TimerP50: ms(percentile(late, .5)), TimerP99: ms(percentile(late, .99)), CPU: ms(spent / time.Duration(max(1, len(latencies)))),
	}, nil
}

// trigger starts the runs and returns how long each took to be acknowledged,
// sorted.
func (b *stand) trigger(ctx context.Context, o Options, places []place, runs *otpRuns) ([]time.Duration, error) {
	var next, refused atomic.Int64
	latencies, errs := make([][]time.Duration, o.Callers), make([]error, o.Callers)
	var callers sync.WaitGroup
	for c := range o.Callers {
		callers.Go(func() {
			for {
				n := int(next.Add(1))
				if n > o.Runs || ctx.Err() != nil {
					return
				}
				at, in := time.Now(), places[n%len(places)]
				// Turns of the places and of the silent phones must not coincide.
				silent := n / len(places) % 2
				s, err := b.insist(ctx, runtime.StartRequest{
					Workspace: in.workspace, FlowID: in.flow, StartedBy: "bench",
					Inputs: map[string]json.RawMessage{"phone": json.RawMessage(fmt.Sprintf(`"+6391%d%07d"`, 7+silent, n%10_000_000)), "code": json.RawMessage(`"123456"`)},
				}, &refused)
				if err != nil {
					errs[c] = err
					return
				}
				latencies[c] = append(latencies[c], time.Since(at))
				if silent == 1 {
					runs.mu.Lock()
					runs.due[s.RunID] = s.StartedAt.Add(otpWait)
					runs.mu.Unlock()
				}
			}
		})
	}
	callers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	all := slices.Concat(latencies...)
	slices.Sort(all)
	return all, ctx.Err()
}
