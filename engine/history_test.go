package engine_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/engine/phone"
	"sluice/flows"
)

var update = flag.Bool("update", false, "record new histories (those already recorded are never changed)")

// history is a run as it was recorded: an old engine's states and what it did
// with each event.
type history struct {
	Flow  json.RawMessage `json:"flow"`
	Steps []historyStep   `json:"steps"`
}

type historyStep struct {
	After  flows.Duration `json:"after"`
	Event  engine.Event   `json:"event"`
	Result *historyResult `json:"result,omitempty"`
}

type historyResult struct {
	State   json.RawMessage `json:"state"`
	Effects []engine.Effect `json:"effects"`
	Trace   engine.Trace    `json:"trace"`
}

// Runs outlive releases: every history ever recorded must replay to the same
// states, effects and traces, each step beginning at the recorded state.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/histories/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("only %d histories (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var h history
			if err := json.Unmarshal(data, &h); err != nil {
				t.Fatal(err)
			}
			if replay(t, &h) {
				writeHistory(t, file, h)
			}
		})
	}
}

// replay reports whether it recorded something new.
func replay(t *testing.T, h *history) (recorded bool) {
	t.Helper()
	p := mustCompile(t, string(h.Flow))
	var state engine.State
	for i := range h.Steps {
		step := &h.Steps[i]
		next, effects, trace := p.Step(state, step.Event, epoch.Add(time.Duration(step.After)))
		encoded, err := engine.EncodeState(next)
		if err != nil {
			t.Fatal(err)
		}
		got := historyResult{State: encoded, Effects: effects, Trace: trace}
		if step.Result == nil {
			if !*update {
				t.Fatalf("step %d is not recorded; run the test with -update", i)
			}
			step.Result, recorded = &got, true
		}
		if diff := cmp.Diff(normal(t, step.Result), normal(t, got)); diff != "" {
			t.Fatalf("step %d is not what was recorded (-recorded +now):\n%s", i, diff)
		}
		if state, err = engine.DecodeState(step.Result.State); err != nil {
			t.Fatal(err)
		}
	}
	return recorded
}

// normal is a value as plain JSON, so that only content is compared.
func normal(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

func writeHistory(t *testing.T, file string, h history) {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(h); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// FuzzStep gives a program any state and any event: nothing may panic, and what
// it makes must be readable again.
func FuzzStep(f *testing.F) {
	files, err := filepath.Glob("testdata/histories/*.json")
	if err != nil {
		f.Fatal(err)
	}
	var programs []*engine.Program
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var h history
		if err := json.Unmarshal(data, &h); err != nil {
			f.Fatal(err)
		}
		for _, step := range h.Steps {
			event, err := json.Marshal(step.Event)
			if err != nil {
				f.Fatal(err)
			}
			if step.Result != nil {
				f.Add(len(programs), []byte(step.Result.State), event, int64(step.After))
			}
		}
		programs = append(programs, mustCompile(f, string(h.Flow)))
	}
	f.Fuzz(func(t *testing.T, program int, state, event []byte, after int64) {
		s, err := engine.DecodeState(state)
		var ev engine.Event
		if err != nil || json.Unmarshal(event, &ev) != nil {
			return
		}
		p := programs[uint(program)%uint(len(programs))]
		next, effects, trace := p.Step(s, ev, epoch.Add(time.Duration(after)))
		if next.Error != nil && next.Error.Code == "internal" && (s.Error == nil || s.Error.Code != "internal") {
			t.Fatalf("the engine stopped unexpectedly: %s", next.Error.Message)
		}
		if len(trace) == 0 {
			t.Fatal("nothing was traced")
		}
		if len(effects) > 0 && next.Status == "" {
			t.Fatal("effects of a run that has not started")
		}
		encoded, err := engine.EncodeState(next)
		if err != nil {
			t.Fatal(err)
		}
		if next.V == engine.StateVersion {
			if _, err := engine.DecodeState(encoded); err != nil {
				t.Fatalf("the state does not read back: %v\n%s", err, encoded)
			}
		}
	})
}

// BenchmarkStep steps an OTP run to its end: start, identify phone, send,
// timeout, send, end. Numbers are read once per trigger, which is outside, and
// remembered; "a number not met" is what a step costs without that.
func BenchmarkStep(b *testing.B) {
	data, err := os.ReadFile("testdata/histories/otp-ph-falls-back-to-sms.json")
	if err != nil {
		b.Fatal(err)
	}
	var h history
	if err := json.Unmarshal(data, &h); err != nil {
		b.Fatal(err)
	}
	p := mustCompile(b, string(h.Flow))
	for _, bb := range []struct {
		name    string
		program *engine.Program
	}{{"a number met before", p.WithPhones(phone.NewMemory())}, {"a number not met", p}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var s engine.State
				for _, step := range h.Steps {
					s, _, _ = bb.program.Step(s, step.Event, epoch.Add(time.Duration(step.After)))
				}
			}
		})
	}
}
