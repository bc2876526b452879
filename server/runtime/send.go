package runtime

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/templates"
)

// accountAge is how long a lane uses a channel or template as it was read:
// another replica may have changed it since.
const accountAge = time.Second

// account is a channel ready for its provider, or why it cannot send.
type account struct {
	channel  store.Channel
	account  channels.Account
	provider channels.Provider
	refusal  *channels.SendError
}

// account reads a channel by its slug. The error is the database's.
func (l *Local) account(ctx context.Context, workspace, slug string) (account, error) {
	return l.accounts.Get([2]string{workspace, slug}, func() (account, error) {
		channel, err := l.store.ChannelBySlug(ctx, workspace, slug)
		if errors.Is(err, store.ErrNotFound) {
			return account{refusal: refuse(codeNotBound, fmt.Sprintf("There is no channel %q.", slug), "Create a channel with this slug and bind it.")}, nil
		}
		if err != nil {
			return account{}, err
		}
		return l.open(channel)
	})
}

func (l *Local) open(channel store.Channel) (account, error) {
	a := account{channel: channel}
	switch channel.Status {
	case store.ChannelBound:
	case store.ChannelSuspended:
		a.refusal = refuse(codeSuspended, fmt.Sprintf("The channel %q is suspended: %s", channel.Slug, channel.StatusReason), "Mend the channel and bind it again.")
		return a, nil
	case store.ChannelUnbound:
		a.refusal = refuse(codeNotBound, fmt.Sprintf("The channel %q is not bound.", channel.Slug), "Bind the channel.")
		return a, nil
	}
	provider, ok := l.channels.Provider(channel.Kind)
	if !ok {
		a.refusal = refuse(codeUnknownKind, fmt.Sprintf("This server has no provider %q, which the channel %q needs.", channel.Kind, channel.Slug), "Start a server that has it.")
		return a, nil
	}
	credentials, err := l.store.Credentials(channel)
	if err != nil {
		l.log.Error("the credentials of a channel cannot be read", "channel_id", channel.ID, "error", err)
		a.refusal = refuse(channels.CodeSettings, fmt.Sprintf("The credentials of the channel %q cannot be read.", channel.Slug), "Start the server with the right master key, or enter the credentials again.")
		return a, nil
	}
	a.provider = provider
	a.account = channels.Account{
		ID: channel.ID, WorkspaceID: channel.WorkspaceID, Slug: channel.Slug, Type: channels.ChannelType(channel.Type), Kind: channel.Kind,
		Credentials: credentials, Settings: channel.Settings, BaseURL: channel.BaseURL, HookURL: l.hookURL(channel.HookKey),
	}
	return a, nil
}

// channelID is the id of the channel with that slug, or "" when there is none
// or it cannot be read now: the outcome of the send brings it then.
func (l *Local) channelID(workspace, slug string) string {
	a, err := l.account(context.Background(), workspace, slug)
	if err != nil {
		return ""
	}
	return a.channel.ID
}

func refuse(code, message, hint string) *channels.SendError {
	return &channels.SendError{Class: channels.ClassPermanent, Code: code, Message: message, Hint: hint}
}

// send hands one message to its provider and says what came of it.
func (l *Local) send(row store.OutboxRow, n *lane) *outcome {
	o := &outcome{row: row}
	if !l.beat.fresh(l) {
		// Other workers take this one for dead and may have taken the message
		// over.
		o.untried = true
		return o
	}
	switch row.Task {
	case store.TaskHanded:
		// The vendor was to send it by now and has said nothing else.
		o.accepted.ProviderMessageID = row.ProviderMessageID
		return o
	case store.TaskWithdraw:
		l.askBack(o)
		return o
	case store.TaskSend:
	}
	if !l.wanted(row) {
		o.untried = true
		return o
	}
	if row.Attempts > 1 && !l.clock.Now().Before(row.GiveUpAt) {
		o.last, o.failure = true, lastFailure(row)
		return o
	}
	if row.Payload == nil {
		// A server with the key that it was written with can send it.
		o.untried, o.later = true, unreadableDelay
		return o
	}
	ctx, cancel := context.WithTimeout(l.sending, l.tuning.SendTimeout)
	defer cancel()
	if l.showTyping(ctx, o) {
		return o
	}
	o.row.Paced = false
	if a := l.lanes.admit(n, row, l.limits(ctx, row)); !a.at.IsZero() {
		o.untried, o.notBefore, o.row.Paced = true, a.at, a.paced
		return o
	}
	if o.failure = l.traced(ctx, o); o.failure != nil {
		l.afterFailure(o)
	}
	return o
}

// unreadableDelay is how long a message is left to servers that can read it.
const unreadableDelay = 5 * time.Second

// freshFor is how long a new message is sent without asking whether its run
// still waits for it.
const freshFor = time.Second

// wanted reports whether a message that was tried before, or had to wait, is
// still to be sent: meanwhile its run may have gone on or ended, and a receipt
// may have shown that an attempt with an unknown outcome worked.
func (l *Local) wanted(row store.OutboxRow) bool {
	now := l.clock.Now()
	if row.Attempts == 1 && now.Sub(row.NextAt) < freshFor {
		return true
	}
	wanted, err := l.store.Wanted(l.sending, row.WorkspaceID, row.MessageID, now)
	if err != nil {
		// Who cannot be asked now is asked again with the next attempt.
		l.log.Warn("whether a message is still wanted cannot be read", "run_id", row.RunID, "visit", row.Visit, "error", err)
	}
	return wanted && err == nil
}

// lastFailure is how the last attempt failed, when there is no time for
// another one.
func lastFailure(row store.OutboxRow) *channels.SendError {
	if row.FailureClass == "" {
		return &channels.SendError{Class: channels.ClassRetryable, Code: codeNotSentInTime, Message: "The message could not be handed over in time."}
	}
	return &channels.SendError{Class: channels.Class(row.FailureClass), Code: row.FailureCode, Message: row.FailureReason}
}

// outgoing is the message of a row.
func outgoing(row store.OutboxRow) (send engine.Send, err error) {
	if origin, ok := row.Origin.(*engine.Send); ok {
		return *origin, nil
	}
	err = json.Unmarshal(row.Payload, &send)
	return send, err
}

// attempt is one try. What is wrong with the message or channel is refused
// before anything leaves this process.
func (l *Local) attempt(ctx context.Context, o *outcome) *channels.SendError {
	send, err := outgoing(o.row)
	if err != nil {
		return refuse(codeUnreadable, "The waiting message cannot be read.", "Start the server with the master key that it was written with.")
	}
	a, err := l.account(ctx, o.row.WorkspaceID, o.row.Channel)
	if err != nil {
		return retryable(err)
	}
	o.channelID = a.channel.ID
	if a.refusal != nil {
		return a.refusal
	}
	if string(a.account.Type) != send.ChannelType {
		return refuse(codeWrongType, fmt.Sprintf("The channel %q sends %s, and the message is for %s.", a.channel.Slug, a.account.Type, send.ChannelType), "Choose another channel in the flow.")
	}
	if refusal := l.checkRecipient(a.account.Type, send.To); refusal != nil {
		return refusal
	}
	if refusal := l.outsideWindow(ctx, a, send); refusal != nil {
		return refusal
	}
	template, refusal := l.template(ctx, o.row.WorkspaceID, send)
	if refusal != nil {
		return refusal
	}
	if l.hold(a, send, o) {
		return nil
	}
	kind := a.provider.Kind()
	began := time.Now()
	answer, err := l.claimAnswer(ctx, a, send, o.row)
	if err != nil {
		return retryable(err)
	}
	o.called, o.kind = true, kind.Name
	o.accepted, err = l.call(ctx, a, channels.Outbound{
		MessageID: o.row.MessageID, RunID: o.row.RunID, Visit: o.row.Visit, To: send.To, Category: send.Category,
		Message: send.Message, Template: template, Deadline: send.GiveUpAt, SendAt: o.heldUntil, Answer: answer.to,
	})
	failure := channels.AsSendError(err)
	if failure == nil {
		l.noteAlias(ctx, a.channel, send.To, send.MaskedTo != send.To, o.accepted.Address)
	}
	l.giveBack(answer, failure, o.row)
	observe(l.metrics.sendSeconds.WithLabelValues(kind.Name), time.Since(began), l.tracer.Exemplar(ctx))
	l.metrics.sends.WithLabelValues(kind.Name, resultOf(failure)).Inc()
	return failure
}

func resultOf(failure *channels.SendError) string {
	if failure == nil {
		return "accepted"
	}
	return string(failure.Class)
}

func retryable(err error) *channels.SendError {
	return &channels.SendError{Class: channels.ClassRetryable, Code: "database", Message: "The channel could not be read.", Err: err}
}

// call asks the provider. One that panics has a mistake, which must not take
// the server down, and nobody knows how far it came.
func (l *Local) call(ctx context.Context, a account, o channels.Outbound) (accepted channels.Accepted, err error) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("a provider panicked", "kind", a.account.Kind, "run_id", o.RunID, "visit", o.Visit, "panic", r)
			err = &channels.SendError{Class: channels.ClassUnknown, Code: codePanic, Message: "The provider's code failed while it sent the message."}
		}
	}()
	accepted, err = a.provider.Send(ctx, a.account, o)
	if failure, ok := errors.AsType[*channels.SendError](err); ok {
		err = failure.Bounded()
	}
	return accepted.Bounded(), err
}

func (l *Local) checkRecipient(t channels.ChannelType, to string) *channels.SendError {
	if to == "" && t.ByRecipient() {
		return refuse(codeRecipient, "The message has no recipient.", "See what the recipient field of the node holds.")
	}
	if t.ByPhone() && !l.addresses().Reaches(string(t), to) {
		return refuse(codeRecipient, "The recipient is not a possible phone number.", "Phone numbers are written with their country code, such as +639171234567.")
	}
	return nil
}

// outsideWindow refuses a message that the vendor would refuse, because the
// recipient has not written to the channel lately.
func (l *Local) outsideWindow(ctx context.Context, a account, send engine.Send) *channels.SendError {
	window := a.provider.Kind().Window(a.account, send.Category)
	if window == 0 || send.Message.Type == flows.MessageTemplate {
		return nil
	}
	forms, err := l.known(ctx, a.channel, send.To)
	if err != nil {
		return retryable(err)
	}
	last, err := l.store.LastInbound(ctx, a.channel.WorkspaceID, a.channel.ID, forms)
	if err != nil {
		return retryable(err)
	}
	if l.clock.Now().Sub(last.At) < window {
		return nil
	}
	refusal := refuse(channels.CodeWindow, fmt.Sprintf("The recipient has not written to the channel %q within %s, so nothing but an approved template may be sent.", a.channel.Slug, flows.Duration(window)),
		"Send a template where the channel has them, or go on by another channel.")
	refusal.Fallback = true
	return refusal
}

// template finds the registry entry of a template message.
func (l *Local) template(ctx context.Context, workspace string, send engine.Send) (*channels.Template, *channels.SendError) {
	if send.Message.Type != flows.MessageTemplate {
		return nil, nil
	}
	name := [4]string{workspace, send.ChannelType, send.Message.Template, send.Message.Language}
	t, err := l.templates.Get(name, func() (store.Template, error) { return l.store.FindTemplate(ctx, name[0], name[1], name[2], name[3]) })
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, refuse(codeTemplateMissing, fmt.Sprintf("There is no %s template %q in the language %q.", send.ChannelType, send.Message.Template, send.Message.Language), "Add the template.")
	case err != nil:
		return nil, retryable(err)
	case !t.GoneAt.IsZero():
		return nil, refuse(codeTemplateApproval, fmt.Sprintf("The template %q is not at the provider any more.", t.Slug), "Choose another template, or import the channel's templates again.")
	case t.Status != store.TemplateApproved:
		return nil, refuse(codeTemplateApproval, fmt.Sprintf("The template %q is %s, not approved.", t.Slug, t.Status), cmp.Or(t.StatusReason, "Wait for the provider's approval."))
	}
	out, err := templates.Of(t)
	if err != nil {
		return nil, retryable(err)
	}
	return &out, nil
}

// afterFailure logs what failed and suspends a channel whose credentials the
// vendor refuses: every further send would fail.
func (l *Local) afterFailure(o *outcome) {
	f := o.failure
	l.log.Warn("a message was not sent", "run_id", o.row.RunID, "visit", o.row.Visit, "workspace_id", o.row.WorkspaceID, "channel", o.row.Channel,
		"attempt", o.row.Attempts, "class", f.Class, "code", f.Code, "error", f.Message)
	if f.Class != channels.ClassAuth || o.channelID == "" {
		return
	}
	l.suspendChannel(o.row.WorkspaceID, o.channelID, f.Message)
}
