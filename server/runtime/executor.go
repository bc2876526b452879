// Package runtime executes flows durably: it takes events in, steps runs with
// the engine, and does what they ask for.
//
// An Executor promises: state transitions happen exactly once; a message is
// sent at least once or at most once, by the policy that its node declares;
// what was acknowledged is never lost.
package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// Executor runs flows. Its methods are safe for concurrent use. Those that
// change something return when the change is durable.
//
// Any of them may return an error that wraps ErrUnavailable (the database
// cannot be used; try again later), ErrBusy (a *BusyError; try again after a
// while) or ErrStopped.
type Executor interface {
	// Start begins a run. Errors: store.ErrNotFound (no such flow),
	// ErrNotPublished, *InputError, ErrIdempotencyMismatch.
	Start(ctx context.Context, r StartRequest) (Started, error)
	// DeliverInbound takes in what a provider's webhook said about a channel.
	// Events that fit nothing are kept or dropped; they are no error.
	DeliverInbound(ctx context.Context, workspace, channelID string, events []channels.Inbound) error
	// Cancel ends a run. Cancelling a run that has ended changes nothing.
	// Errors: store.ErrNotFound.
	Cancel(ctx context.Context, workspace, runID string, c engine.Cancel) error
	// Query shows a run. Errors: store.ErrNotFound.
	Query(ctx context.Context, workspace, runID string) (Detail, error)
	// Subscribe reports what happens to runs of the workspace, until cancel is
	// called. A subscriber that reads too slowly loses updates and gets one of
	// kind UpdateResync instead.
	Subscribe(workspace string) (updates <-chan Update, cancel func())
	// Pauses tells which channels of the workspace rest because their provider
	// failed every call, by slug.
	Pauses(workspace string) map[string]Pause
	// Run executes until Stop is called or ctx ends, and returns when nothing
	// runs any more. It can be called once.
	Run(ctx context.Context) error
	// Stop ends Run and waits for it. It may be called more than once, and
	// before Run, which then returns at once.
	Stop()
}

var (
	// ErrUnavailable is store.ErrUnavailable.
	ErrUnavailable = store.ErrUnavailable
	// ErrNotPublished means that the flow has no published version.
	ErrNotPublished = errors.New("the flow has no published version")
	// ErrIdempotencyMismatch means that the idempotency key was used for a
	// trigger with other inputs.
	ErrIdempotencyMismatch = errors.New("the idempotency key was used with other inputs")
	// ErrBusy means that more is waiting than can be worked off soon.
	ErrBusy = errors.New("the server is busy")
	// ErrStopped means that the executor is stopping or was stopped.
	ErrStopped = errors.New("the server is stopping")
)

// BusyError is ErrBusy with a time after which to try again.
type BusyError struct{ RetryAfter time.Duration }

// Error implements error.
func (e *BusyError) Error() string {
	return fmt.Sprintf("%v: try again in %s", ErrBusy, e.RetryAfter)
}

// Is makes errors.Is(err, ErrBusy) true.
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

// InputError says what is wrong with the inputs of a trigger.
type InputError struct{ Problems []engine.InputProblem }

// Error names the first problem.
func (e *InputError) Error() string {
	if len(e.Problems) == 0 {
		return "the inputs are wrong"
	}
	p := e.Problems[0]
	return fmt.Sprintf("the input %q is wrong: %s", p.Name, p.Message)
}

// StartRequest asks for a run.
type StartRequest struct {
	Workspace string
	FlowID    string
	// Version is the version to run; zero means the published one.
	Version int64
	Inputs  map[string]json.RawMessage
	// Contact and Trigger are what expressions see under these names.
	Contact map[string]any
	Trigger map[string]any
	// StartedBy says for people what started the run: "api", "manual".
	StartedBy string
	// IdempotencyKey, if any, makes repetitions of the request return the run
	// that the first one started. It counts per flow.
	IdempotencyKey string
}

// Started is a run that was started, as it was after its first step or, when
// Replayed, as it is now.
type Started struct {
	RunID       string
	FlowVersion int64
	Status      engine.Status
	Outcome     string
	Error       *engine.RunError
	Node        string
	Visit       int
	StartedAt   time.Time
	// SendsAt is when the message goes out whose time the run waits for; zero
	// when it waits for none, or where Run is nil.
	SendsAt time.Time
	// Replayed is true when the idempotency key had started the run before.
	Replayed bool
	// Run is the run as it was written and FlowName what its flow is called, so
	// that nobody has to read them again; zero where the executor does not say.
	Run      *store.Run
	FlowName string
}

// UpdateKind says what an update is about.
type UpdateKind string

const (
	// UpdateRun: a run changed, or a message of it.
	UpdateRun UpdateKind = "run"
	// UpdateChannel: a channel was suspended or paused, or goes on.
	UpdateChannel UpdateKind = "channel"
	// UpdateResync: updates were lost; read again what is shown.
	UpdateResync UpdateKind = "resync"
)

// Update tells that something changed. It is sent after the commit.
type Update struct {
	Kind UpdateKind
	// RunID, FlowID, Status, Outcome, Node, Visit and Seq are of a run. Seq
	// grows with every change of it.
	RunID, FlowID string
	Status        engine.Status
	Outcome       string
	Node          string
	Visit         int
	Seq           int64
	// ChannelID is of a channel that was suspended or paused, or goes on.
	ChannelID string
	At        time.Time
}
