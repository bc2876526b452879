package engine

import (
	"fmt"

	"sluice/engine/expression"
)

// What one step and one run may take. Expressions have a budget each; these bound
// what many of them, over many visits, take together, so that no flow holds up the
// runs of others or fills the memory. All are counted, never timed: a step stays
// deterministic.
const (
	// stepWork is what a step may compute over all its visits, in the units of
	// package expression: twice what one expression may. It takes some 20 ms on a slow
	// core, less than one look for due timers is apart from the next. The OTP
	// example's dearest step takes about 1,000.
	stepWork = 2 * expression.MaxWork
	// DearStep is the cost from which a step is worth being kept away from others:
	// a twentieth of what it may take, and ten times that of usual steps.
	DearStep = stepWork / 20
	// visitWork is what entering a node costs besides what the node does.
	visitWork = 20
	// phoneWork is what reading a number costs that is not remembered.
	phoneWork = 200

	// maxState is the size of a run's variables, outputs and what it began with, in
	// bytes of JSON: four times what one value may have.
	maxState = 256 << 10
	// maxHistory is the size of the traces of a run, in bytes of JSON; a run of a
	// thousand usual visits has half a megabyte.
	maxHistory = 8 << 20
	// historyBlock is what a state counts its history in. Steps that trace less do
	// not count: the limits of visits bound them.
	historyBlock = 4 << 10
	// maxStepTrace is the size of the trace of one step, and of the messages in it.
	maxStepTrace = 1 << 20
	// maxEffects is how many things one step may ask for.
	maxEffects = 100
	// maxMemory is what a node may remember of a visit.
	maxMemory = 64 << 10
	// maxErrorText is the length of an error's message, in bytes.
	maxErrorText = 1 << 10
)

// The codes of runs that took more than they may; each is the run's outcome too.
const (
	CodeStepTooCostly   = "step_too_costly"
	CodeStepTooLarge    = "step_too_large"
	CodeStateTooLarge   = "state_too_large"
	CodeHistoryTooLarge = "history_too_large"
)

// limitCodes are the errors that name a run's outcome.
var limitCodes = map[string]bool{
	"expired": true, "too_many_steps": true, CodeStepTooCostly: true, CodeStepTooLarge: true, CodeStateTooLarge: true, CodeHistoryTooLarge: true,
}

func tooCostly() *RunError {
	return &RunError{
		Code: CodeStepTooCostly, Message: "The run computes more between two waits than a run may.",
		Hint: "Make the expressions simpler, work on shorter lists and texts, or lower the limits of the Jump nodes.",
	}
}

func tooLargeStep() *RunError {
	return &RunError{
		Code: CodeStepTooLarge, Message: fmt.Sprintf("The run sets or asks for more than %d KiB between two waits.", maxStepTrace>>10),
		Hint: "Keep shorter values, or lower the limits of the Jump nodes.",
	}
}

func tooLargeState() *RunError {
	return &RunError{
		Code: CodeStateTooLarge, Message: fmt.Sprintf("The run's variables and outputs take more than %d KiB.", maxState>>10),
		Hint: "Keep only what later nodes need, and shorter lists and texts.",
	}
}

func tooLargeHistory() *RunError {
	return &RunError{
		Code: CodeHistoryTooLarge, Message: fmt.Sprintf("The run's history takes more than %d MiB.", maxHistory>>20),
		Hint: "Set large values less often, or lower the limits of the Jump nodes.",
	}
}

// exceed notes the limit that the step breaks; the first one counts. The run fails
// with it whatever the node makes of that.
func (x *execution) exceed(err *RunError) {
	if x.over == nil {
		x.over = err
	}
}

// exceeded is the limit that the step has broken, or nil.
func (x *execution) exceeded() *RunError {
	if x.over == nil && x.work.Spent() {
		x.over = tooCostly()
	}
	return x.over
}

// Error makes a limit an error that a node can pass on.
func (e *RunError) Error() string { return e.Message }

// note adds to the trace. What a broken limit forbids is left out, except how the
// run ends.
func (x *execution) note(item TraceItem) {
	size := itemSize + len(item.Node) + len(item.Port) + len(item.Via) + len(item.To) + len(item.Status) + len(item.Outcome) + len(item.Code) + textSize(item.Reason) + len(item.Detail)
	if item.Values != nil {
		size += sizeOf(item.Values)
	}
	if item.Kind == TraceEnded {
		x.trace = append(x.trace, item)
		return
	}
	switch {
	case x.traced+size > maxStepTrace:
		x.exceed(tooLargeStep())
	case x.s.Traced*historyBlock+x.traced+size > maxHistory:
		x.exceed(tooLargeHistory())
	}
	if x.over != nil {
		return
	}
	x.traced += size
	x.work.Scan(size)
	x.trace = append(x.trace, item)
}

// itemSize is what an item of a trace takes besides its texts, in bytes.
const itemSize = 90

// grows reports whether the run's values may change by so many bytes.
func (x *execution) grows(by int) bool {
	if x.size < 0 {
		x.size = valuesSize(&x.s)
	}
	if by > 0 && x.size+by > maxState {
		x.exceed(tooLargeState())
		return false
	}
	x.size += by
	return true
}

// change is by how many bytes a value under that name makes an object longer.
func change(m map[string]any, name string, value any) int {
	if old, set := m[name]; set {
		return sizeOf(value) - sizeOf(old)
	}
	return 4 + len(name) + sizeOf(value)
}

// valuesSize is the size of what a state holds for expressions.
func valuesSize(s *State) int {
	size := sizeOf(s.Vars) + sizeOf(s.Secrets) + sizeOf(s.Trigger) + sizeOf(s.Contact)
	for id, outputs := range s.Outputs {
		size += len(id) + sizeOf(outputs)
	}
	return size
}

// sizeOf is about how many bytes of JSON a normalized value takes.
func sizeOf(v any) int {
	switch v := v.(type) {
	case string:
		return textSize(v)
	case int:
		return 8
	case float64:
		return 16
	case []any:
		size := 2
		for _, item := range v {
			size += 1 + sizeOf(item)
		}
		return size
	case map[string]any:
		size := 2
		for name, item := range v {
			size += 2 + textSize(name) + sizeOf(item)
		}
		return size
	}
	return 5
}

// textSize is about how many bytes a text takes in JSON, where some characters are
// written as six.
func textSize(s string) int {
	size := 2 + len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '<', c == '>', c == '&':
			size += 5
		case c == '"', c == '\\':
			size++
		}
	}
	return size
}
