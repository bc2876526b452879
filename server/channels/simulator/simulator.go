// Package simulator is a provider without a vendor: its messages go to
// simulated phones in this process. By default a phone behaves as the world of
// a scenario does (delivered after 1 s, read after 2 s); rules change that per
// recipient, and a person at the phone screen can decide everything by hand.
//
// Receipts and replies take the road of a vendor's webhook: they are handed to
// Options.Deliver, repeated until it takes them, and they may come before the
// answer to Send does.
package simulator

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// Name is the kind's name.
const Name = "simulator"

const (
	// DefaultMaxMessages is how many messages the phones of one workspace
	// show; older ones are dropped.
	DefaultMaxMessages = 1000
	// DefaultMaxPending bounds what waits to happen, over all workspaces: at
	// about 1 KiB each it keeps a flood from taking the process's memory.
	DefaultMaxPending = 200_000

	settingSender = "sender"
	settingWindow = "window"
	idPrefix      = "sim-"
)

// Deliver takes the events of one account, as the server does with a vendor's
// webhook: when it returns nil they are stored. It may get events again. An
// error that wraps ErrGone drops them; other errors have them repeated later.
type Deliver func(ctx context.Context, a channels.Account, events []channels.Inbound) error

var (
	// ErrGone is returned by Deliver for an account that no longer exists.
	ErrGone = errors.New("the channel no longer exists")
	// ErrNotFound means that no phone of the workspace has that message.
	ErrNotFound = errors.New("there is no such message")
	// ErrNotAdvancing means that the message is already further than asked.
	ErrNotAdvancing = errors.New("the message is already further")
	// ErrNotRunning means that the simulator was not started or was stopped.
	ErrNotRunning = errors.New("the simulator is not running")
)

// Options set up a Simulator. Deliver is required.
type Options struct {
	Deliver Deliver
	// Journal keeps messages over a restart; nil keeps them in memory only.
	Journal     Journal
	MaxMessages int
	MaxPending  int
	Logger      *slog.Logger
}

type state int

const (
	stateNew state = iota
	stateRunning
	stateStopped
)

// Simulator is the provider and its phones. Start it before sending. It is
// safe for concurrent use.
type Simulator struct {
	deliver     Deliver
	journal     Journal
	maxMessages int
	maxPending  int
	log         *slog.Logger
	kind        channels.Kind

	// delivering and recording are the two goroutines; each ends with its
	// context. The recorder ends last, so that it can record the rest.
	delivering owned
	recording  owned
	// wakeScheduler and wakeWriter hold at most one token each.
	wakeScheduler chan struct{}
	wakeWriter    chan struct{}

	mu         sync.Mutex
	state      state
	workspaces map[string]*workspace
	queue      queue
	sequence   uint64
	writing    writing
}

// owned is a goroutine that somebody waits for.
type owned struct {
	ctx    context.Context //nolint:containedctx // It is the goroutine's own and ends with it.
	cancel context.CancelFunc
	done   *sync.WaitGroup
}

func newOwned() owned {
	ctx, cancel := context.WithCancel(context.Background())
	return owned{ctx: ctx, cancel: cancel, done: &sync.WaitGroup{}}
}

func (o owned) stop() {
	o.cancel()
	o.done.Wait()
}

// workspace is what the phones of one workspace hold.
type workspace struct {
	// order is oldest first; byID has the same messages.
	order       []*message
	byID        map[string]*message
	rules       []Rule
	subscribers map[*subscriber]struct{}
}

// New makes a simulator.
func New(o Options) *Simulator {
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Simulator{
		deliver: o.Deliver, journal: o.Journal, log: log, kind: kind(),
		maxMessages: o.MaxMessages, maxPending: o.MaxPending,
		delivering: newOwned(), recording: newOwned(),
		wakeScheduler: make(chan struct{}, 1), wakeWriter: make(chan struct{}, 1),
		workspaces: map[string]*workspace{},
	}
	if s.maxMessages <= 0 {
		s.maxMessages = DefaultMaxMessages
	}
	if s.maxPending <= 0 {
		s.maxPending = DefaultMaxPending
	}
	return s
}

// Start loads the journal and begins to deliver. It may be called once, and
// not after Stop.
func (s *Simulator) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != stateNew {
		return errors.New("the simulator can be started once only")
	}
	if s.journal != nil {
		if err := s.load(ctx); err != nil {
			return err
		}
		s.recording.done.Go(s.writeLoop)
	}
	s.state = stateRunning
	s.delivering.done.Go(s.deliverLoop)
	return nil
}

// Stop ends deliveries and writes what the journal still lacks. It returns
// when nothing runs any more. It may be called several times, and before
// Start.
func (s *Simulator) Stop() {
	s.mu.Lock()
	s.state = stateStopped
	s.mu.Unlock()
	s.delivering.stop()
	s.recording.stop()
	s.closeSubscribers()
}

// Kind describes the simulator: it takes everything and reports everything.
func (s *Simulator) Kind() channels.Kind { return s.kind }

func kind() channels.Kind {
	k := channels.Kind{
		Name: Name, Title: "Simulator", Help: "Phones on the screen instead of real ones. Nothing leaves this server.",
		Credentials: []channels.Field{},
		Settings: []channels.Field{{
			Name: settingSender, Title: "Sender", Example: "Sluice", Pattern: `.{1,64}`,
			Help: "What the phone shows as the sender. The channel's slug when empty.",
		}, {
			Name: settingWindow, Title: "24-hour window", Default: "off", Types: []channels.ChannelType{channels.WhatsApp, channels.Messenger, channels.Instagram},
			Choices: []channels.Choice{{Value: "off", Title: "Off"}, {Value: channels.WindowOn, Title: "On"}},
			Help:    "On, a message that is no template is refused unless the phone has written within the last 24 hours, as the real thing does.",
		}},
		Sections:      []channels.Section{{Name: "phone", Title: "Phone", Fields: []string{settingSender, settingWindow}}},
		WindowSetting: settingWindow,
		Receipts:      map[channels.ChannelType]channels.Receipts{},
		Forms:         map[channels.ChannelType][]flows.MessageType{},
		Inbound:       true,
	}
	for _, known := range flows.ChannelTypes() {
		t := channels.ChannelType(known.Name)
		k.ChannelTypes = append(k.ChannelTypes, t)
		k.Receipts[t] = channels.Receipts{Delivered: known.Delivered, Read: known.Read}
		k.Forms[t] = known.Forms
	}
	for _, t := range []channels.ChannelType{channels.SMS, channels.Viber, channels.WhatsApp} {
		// A phone shows whatever it is sent. SMS are read too: a scenario may want
		// to see that it changes nothing.
		k.Receipts[t] = channels.Receipts{Delivered: true, Read: true}
		k.Forms[t] = []flows.MessageType{
			flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo,
			flows.MessageAudio, flows.MessageDocument, flows.MessageButtons, flows.MessageList,
		}
	}
	return k
}

// Verify accepts every account: there is nothing to prove.
func (s *Simulator) Verify(ctx context.Context, _ channels.Account) error {
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	return nil
}

// Webhook refuses everything: receipts come through Options.Deliver, and no
// request from outside speaks for a simulated phone.
func (s *Simulator) Webhook(channels.Account, *http.Request, []byte) ([]channels.Inbound, channels.Reply, error) {
	reply := channels.Reply{
		Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: []byte("The simulator has no webhook.\n"),
	}
	return nil, reply, channels.ErrUnverified
}

// Send puts a message on a phone. The same MessageID again is the same
// message: its attempts are counted, and the phone shows it once.
func (s *Simulator) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := ctx.Err(); err != nil {
		return channels.Accepted{}, unavailable(err)
	}
	now := time.Now()
	switch {
	case !s.kind.Takes(a.Type, o.Message.Type):
		return channels.Accepted{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true,
			Message: "The simulator does not know the form " + strconv.Quote(string(o.Message.Type)) + ".",
		}
	case !o.Deadline.IsZero() && !now.Before(o.Deadline):
		return channels.Accepted{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeDeadline,
			Message: "The message's deadline passed before it was sent.",
		}
	}
	written, refusal := s.accept(a, o, now)
	if refusal != nil && refusal.Class != channels.ClassUnknown {
		return channels.Accepted{}, refusal
	}
	switch err := written.wait(ctx); {
	case err != nil && ctx.Err() != nil:
		return channels.Accepted{}, &channels.SendError{
			Class: channels.ClassUnknown, Code: channels.CodeNoAnswer, Err: err,
			Message: "The simulator did not answer in time, so the message may or may not be on the phone.",
		}
	case err != nil:
		return channels.Accepted{}, unavailable(err)
	case refusal != nil:
		return channels.Accepted{}, refusal
	}
	return channels.Accepted{ProviderMessageID: idPrefix + o.MessageID, Parts: 1}, nil
}

// accept records the attempt. It returns the journal's write to wait for, and
// the refusal that a rule asks for.
func (s *Simulator) accept(a channels.Account, o channels.Outbound, now time.Time) (*saving, *channels.SendError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != stateRunning {
		return nil, unavailable(ErrNotRunning)
	}
	if len(s.queue) >= s.maxPending {
		return nil, &channels.SendError{
			Class: channels.ClassRetryable, Code: "simulator_busy", RetryAfter: time.Second,
			Message: "Too much waits to happen on the simulated phones.",
		}
	}
	ws := s.workspace(a.WorkspaceID)
	rule := match(ws.rules, a.Type, o.To)
	m, known := ws.byID[idPrefix+o.MessageID]
	if !known {
		m = newOutbound(a, o, now)
	}
	m.Attempts++
	refusal := rule.refusal(m.Attempts)
	taken := refusal == nil || refusal.Class == channels.ClassUnknown
	fresh := taken && (!known || m.Refused)
	switch {
	case fresh:
		m.Refused, m.Status, m.Code, m.FailedAt = false, channels.StatusSent, "", time.Time{}
		m.Pending = rule.plan(now, s.kind.Receipts[a.Type])
	case !taken && !known:
		m.Refused, m.Status, m.Code, m.FailedAt = true, channels.StatusFailed, refusal.Code, now
	}
	if !known {
		s.insert(ws, m)
	}
	s.publish(ws, EventMessage, m)
	if fresh {
		s.save(m, func() { s.scheduleAll(m) })
	} else {
		s.touch(m)
	}
	return m.saving, refusal
}

func newOutbound(a channels.Account, o channels.Outbound, now time.Time) *message {
	return &message{Message: Message{
		ID: idPrefix + o.MessageID, WorkspaceID: a.WorkspaceID, Direction: Outbound,
		AccountID: a.ID, Channel: a.Slug, ChannelType: a.Type, Sender: senderOf(a), Address: cmp.Or(o.To, a.Slug),
		MessageID: o.MessageID, RunID: o.RunID, Category: o.Category, Form: o.Message, Text: shown(o), At: now,
	}}
}

func senderOf(a channels.Account) string {
	if v := a.Settings[settingSender]; v != "" {
		return v
	}
	return a.Slug
}

// workspace returns the workspace's phones; the lock is held.
func (s *Simulator) workspace(id string) *workspace {
	ws, ok := s.workspaces[id]
	if !ok {
		ws = &workspace{byID: map[string]*message{}, subscribers: map[*subscriber]struct{}{}}
		s.workspaces[id] = ws
	}
	return ws
}

// insert puts a message on its phone and drops the oldest ones beyond the
// limit; the lock is held.
func (s *Simulator) insert(ws *workspace, m *message) {
	ws.order = append(ws.order, m)
	ws.byID[m.ID] = m
	for len(ws.order) > s.maxMessages {
		oldest := ws.order[0]
		ws.order[0] = nil
		ws.order = ws.order[1:]
		delete(ws.byID, oldest.ID)
		s.evict(oldest)
	}
}

// evict takes a message off the phone. Its pending events still happen: runs
// wait for them.
func (s *Simulator) evict(m *message) {
	m.gone = true
	if len(m.Pending) == 0 {
		s.forget(m)
	}
}

func unavailable(err error) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassRetryable, Code: channels.CodeNotConnected, Err: err,
		Message: "The simulator could not take the message: " + err.Error() + ".",
	}
}
