package temporal

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"sluice/server/runtime"
)

// Names in histories. They never change: old runs are replayed by them.
const (
	workflowName    = "sluice.run"
	advanceActivity = "sluice.advance"
	sendActivity    = "sluice.send"
	eventSignal     = "sluice.event"
	restQuery       = "sluice.rest"
)

const (
	// advanceTimeout is how long a step may take within a workflow task, and
	// far less than the task's own timeout: a worker that was taken for dead
	// must not write any more when another one has gone on.
	advanceTimeout = 5 * time.Second
	// outageTimeout and outagePause are for steps while the database cannot be
	// used, which then wait outside of the workflow task.
	outageTimeout = 20 * time.Second
	outagePause   = 30 * time.Second
	// sendSlack is what a try may take beyond the provider's call.
	sendSlack = 10 * time.Second
	// heartbeatTimeout is after how long of silence a worker that sends is
	// taken for dead.
	heartbeatTimeout = 10 * time.Second
	// maxHistory is how many events a history may have before the run goes on
	// in a new one: far below the server's limit, and few to replay.
	maxHistory = 2_000
)

// Input is what a workflow begins with: a new run, or one that goes on in a new
// history.
type Input struct {
	Position runtime.Position `json:"position"`
	Sends    []*sending       `json:"sends,omitempty"`
	// Told is true when the run's time is what signals say, for tests: then no
	// timers are set.
	Told bool `json:"told,omitempty"`
	// Now is the time that was told last.
	Now time.Time `json:"now,omitzero"`
	// Attributes is true when the server knows Sluice's search attributes.
	Attributes bool `json:"attributes,omitempty"`
	// SendTimeout bounds one call of a provider.
	SendTimeout time.Duration `json:"send_timeout"`
	// MaxHistory is how many events a history may have.
	MaxHistory int `json:"max_history,omitempty"`
}

// Signal is something that happened to a run.
type Signal struct {
	Entry *runtime.Entry `json:"entry,omitempty"`
	// Now tells the time to runs that are told it.
	Now time.Time `json:"now,omitzero"`
}

// Rest is what a run waits for, for tests.
type Rest struct {
	// Idle is true when nothing is under way, Done when nothing will be.
	Idle bool `json:"idle"`
	Done bool `json:"done"`
	// Next is when it goes on by itself; zero for never.
	Next time.Time `json:"next,omitzero"`
	Now  time.Time `json:"now,omitzero"`
}

// sending is a message that is to be sent.
type sending struct {
	Try runtime.Try `json:"try"`

	result workflow.Future
}

// run is a workflow at work.
//
// The steps themselves are local activities whose results are in the history,
// so a replay takes no steps: it does not depend on what a later engine would
// decide. This code decides when to step, and must stay as it is for old
// histories; changes go through workflow.GetVersion.
type run struct {
	ctx     workflow.Context
	in      Input
	at      runtime.Position
	pending []runtime.Entry
	sends   []*sending
	signals workflow.ReceiveChannel
	now     time.Time
	busy    bool

	timer     workflow.Future
	timerAt   time.Time
	stopTimer workflow.CancelFunc
}

// Run is the workflow of one run.
func Run(ctx workflow.Context, in Input) error {
	r := &run{ctx: ctx, in: in, at: in.Position, sends: in.Sends, signals: workflow.GetSignalChannel(ctx, eventSignal), now: in.Now}
	if r.now.IsZero() {
		r.now = in.Position.Opening.At
	}
	if err := workflow.SetQueryHandler(ctx, restQuery, r.rest); err != nil {
		return err
	}
	if r.at.Seq == 0 {
		if err := r.advance(); err != nil {
			return err
		}
	}
	for {
		r.drain()
		r.fire()
		r.launch()
		switch {
		case len(r.pending) > 0:
			if err := r.advance(); err != nil {
				return err
			}
		case r.done():
			return r.end()
		case r.full():
			return r.goOn()
		default:
			r.wait()
		}
	}
}

// clock is the run's time.
func (r *run) clock() time.Time {
	if r.in.Told {
		return r.now
	}
	return workflow.Now(r.ctx).UTC()
}

// drain takes in what has come, without waiting.
func (r *run) drain() {
	for {
		var s Signal
		if !r.signals.ReceiveAsync(&s) {
			break
		}
		r.hear(s)
	}
	for _, s := range r.sends {
		if s.result != nil && s.result.IsReady() {
			r.sent(s)
		}
	}
	r.sends = remaining(r.sends)
}

func (r *run) hear(s Signal) {
	r.tell(s.Now)
	if s.Entry != nil {
		r.tell(s.Entry.At)
		r.pending = append(r.pending, *s.Entry)
	}
}

// tell moves the time of a run that is told it.
func (r *run) tell(now time.Time) {
	if now.After(r.now) {
		r.now = now
	}
}

// fire notes that the deadline of the present wait has passed. It comes after
// what has happened by then.
func (r *run) fire() {
	if r.at.Due.IsZero() || r.clock().Before(r.at.Due) {
		return
	}
	r.pending = append(r.pending, runtime.Entry{At: r.clock(), Event: timerEvent()})
}

// advance steps the run with what has happened.
func (r *run) advance() error {
	entries := r.pending
	r.pending, r.busy = nil, true
	var out runtime.Advanced
	err := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(r.ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: advanceTimeout, ScheduleToCloseTimeout: advanceTimeout,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 50 * time.Millisecond, BackoffCoefficient: 2},
	}), advanceActivity, r.at, entries).Get(r.ctx, &out)
	if err != nil {
		// The database cannot be used, or this server cannot run this version
		// of the flow: whoever can takes over, whenever that is.
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(r.ctx, workflow.ActivityOptions{
			StartToCloseTimeout: outageTimeout,
			RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: outagePause},
		}), advanceActivity, r.at, entries).Get(r.ctx, &out)
	}
	if err != nil {
		return err
	}
	r.at, r.busy = out.Position, false
	r.pending = append(r.pending, out.Entries...)
	for _, task := range out.Tasks {
		r.sends = append(r.sends, &sending{Try: runtime.Try{Task: task, Number: 1, At: task.At}})
	}
	return nil
}

// launch begins the tries that are due, and gives up those of no use.
func (r *run) launch() {
	for _, s := range r.sends {
		if s.result != nil {
			continue
		}
		try := s.Try
		known := r.at.Statuses[try.Task.Visit]
		switch waits := !r.at.Status.Final() && r.at.Visit == try.Task.Visit; {
		case known != "" && try.Number > 1:
			// A receipt has shown that a try with an unknown outcome worked.
			s.Try.Number = 0
		case !waits:
			r.finish(s, runtime.Sent{Superseded: true, Failure: try.Last})
		case r.clock().Before(try.At):
		case try.Number > 1 && !r.clock().Before(try.Task.GiveUpAt):
			r.finish(s, runtime.Sent{Failure: runtime.TimeIsUp(try.Last)})
		default:
			s.result = workflow.ExecuteActivity(workflow.WithActivityOptions(r.ctx, r.sendOptions(try.Task)), sendActivity, r.at.Run, try)
		}
	}
	r.sends = remaining(r.sends)
}

// sendOptions are the policy of a try. What the provider answers is a result,
// never an error, so Temporal itself repeats only tries of which nobody knows
// how they ended, because their worker died: as often as the node allows.
func (r *run) sendOptions(task runtime.Task) workflow.ActivityOptions {
	o := workflow.ActivityOptions{
		StartToCloseTimeout: r.in.SendTimeout + sendSlack, HeartbeatTimeout: heartbeatTimeout,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	}
	if _, atMostOnce := runtime.Lost(task.OnUnknown); atMostOnce {
		o.RetryPolicy.MaximumAttempts = 1
	}
	return o
}

// finish tells the run what came of a message in the end.
func (r *run) finish(s *sending, sent runtime.Sent) {
	r.pending = append(r.pending, runtime.Entry{At: r.clock(), Visit: s.Try.Task.Visit, Sent: &sent})
	s.Try.Number = 0
}

// remaining are the messages that are still to be sent.
func remaining(sends []*sending) []*sending {
	var left []*sending
	for _, s := range sends {
		if s.Try.Number > 0 {
			left = append(left, s)
		}
	}
	return left
}

// sent takes in what came of a try.
func (r *run) sent(s *sending) {
	var tried runtime.Tried
	err := s.result.Get(r.ctx, &tried)
	s.result = nil
	if err != nil {
		if failure, ok := runtime.Lost(s.Try.Task.OnUnknown); ok {
			r.finish(s, runtime.Sent{Failure: failure})
			return
		}
		s.Try.Number++
		s.Try.At = r.clock()
		return
	}
	r.tell(tried.At)
	if tried.Again.IsZero() {
		r.finish(s, tried.Sent)
		r.pending[len(r.pending)-1].At = tried.At
		return
	}
	s.Try.At, s.Try.Paced = tried.Again, tried.Paced
	if !tried.Untried {
		s.Try.Number++
		s.Try.Last = tried.Sent.Failure
	}
}

// done reports whether nothing is left to do.
func (r *run) done() bool { return r.at.Status.Final() && len(r.sends) == 0 }

// sending reports whether calls of providers are under way.
func (r *run) sending() bool {
	for _, s := range r.sends {
		if s.result != nil {
			return true
		}
	}
	return false
}

// full reports whether the run is to go on in a new history, which it can while
// no call is under way.
func (r *run) full() bool {
	limit := r.in.MaxHistory
	if limit == 0 {
		limit = maxHistory
	}
	info := workflow.GetInfo(r.ctx)
	return (info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() >= limit) && !r.sending()
}

// goOn begins a new history.
func (r *run) goOn() error {
	next := r.in
	next.Position, next.Sends, next.Now = r.at, r.sends, r.now
	return workflow.NewContinueAsNewError(r.ctx, workflowName, next)
}

// end closes the workflow. A run that failed is a workflow that completed: it
// did what its flow says.
func (r *run) end() error {
	if !r.in.Attributes {
		return nil
	}
	return workflow.UpsertTypedSearchAttributes(r.ctx, statusAttribute.ValueSet(string(r.at.Status)))
}
