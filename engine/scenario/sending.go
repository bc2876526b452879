package scenario

import (
	"fmt"
	"time"

	"sluice/engine"
	"sluice/flows"
)

// Defaults of a world that says nothing about a node: its message is accepted
// at once and these receipts follow.
const (
	DefaultDelivered = flows.Duration(1 * time.Second)
	DefaultRead      = flows.Duration(2 * time.Second)
)

// sending is one message on its way.
type sending struct {
	effect   engine.Effect
	send     *engine.Send
	answer   flows.WorldAnswer
	attempts int
	// message is the index of its record in the result.
	message int
	// begins is when the message goes out; withdrawn is true when the run left
	// before that.
	begins    time.Time
	withdrawn bool
}

// send takes a send effect into the world: it arranges the provider's answer
// and the receipts.
func (w *player) send(e engine.Effect) {
	s := &sending{effect: e, send: e.Send, answer: w.given[e.Visit], message: len(w.result.Messages), begins: w.begins(e.Send)}
	w.sends[e.Visit] = s
	scheduled := s.begins.After(w.now)
	w.result.Messages = append(w.result.Messages, Message{
		Visit: e.Visit, Node: e.Node, ChannelType: e.Send.ChannelType, Channel: e.Send.Channel, To: e.Send.To, MaskedTo: e.Send.MaskedTo,
		Text: e.Send.Message.Preview(), Masked: e.Send.Masked.Preview(), Template: e.Send.Message.Template, Status: "queued",
		Form: e.Send.Message, MaskedForm: e.Send.Masked, QueuedAt: w.since(w.now),
	})
	if scheduled {
		m, at := &w.result.Messages[s.message], w.since(s.begins)
		m.Status, m.SendAt = statusScheduled, &at
		w.queue.push(s.begins, func() { w.goOut(s) })
		return
	}
	w.goOut(s)
}

// statusScheduled is the status of a message whose time has not come.
const statusScheduled = "scheduled"

// begins is when a message of this moment goes out.
func (w *player) begins(send *engine.Send) time.Time {
	if send != nil && send.SendAt.After(w.now) {
		return send.SendAt
	}
	return w.now
}

// goOut hands a message to its provider, unless it was taken back before.
func (w *player) goOut(s *sending) {
	if s.withdrawn {
		return
	}
	w.attempt(s, w.now)
	for _, receipt := range s.receipts() {
		w.queue.push(w.now.Add(time.Duration(receipt.After)), func() { w.receipt(s, receipt) })
	}
}

// withdraw takes back the message of a visit.
func (w *player) withdraw(visit int) {
	if s := w.sends[visit]; s != nil {
		s.withdrawn = true
		w.result.Messages[s.message].Status = engine.StatusWithdrawn
	}
}

// receipts are those that this message gets. A message that the provider
// refused gets none. One whose fate nobody knows gets only those that the
// world lists: it may have arrived all the same.
func (s *sending) receipts() []flows.WorldReceipt {
	class, after := engine.ErrorClass(""), flows.Duration(0)
	if s.answer.Send != nil {
		class, after = engine.ErrorClass(s.answer.Send.Error), s.answer.Send.After
	}
	switch {
	case class != "" && class != engine.ClassUnknown:
		return nil
	case class == engine.ClassUnknown || s.answer.Receipts != nil:
		return s.answer.Receipts
	}
	return defaultReceipts(after)
}

// defaultReceipts come when the world says nothing of them. They may precede the
// provider's answer, which takes this long, only in a world that says so.
func defaultReceipts(answered flows.Duration) []flows.WorldReceipt {
	return []flows.WorldReceipt{
		{After: max(DefaultDelivered, answered), Status: string(engine.ReceiptDelivered)},
		{After: max(DefaultRead, answered), Status: string(engine.ReceiptRead)},
	}
}

// attempt arranges the answer to one send call that begins at the given time.
func (w *player) attempt(s *sending, at time.Time) {
	s.attempts++
	w.result.Messages[s.message].Attempts = s.attempts
	after := time.Duration(0)
	if s.answer.Send != nil {
		after = time.Duration(s.answer.Send.After)
	}
	w.queue.push(at.Add(after), func() { w.answered(s) })
}

// answered takes in the provider's answer to a send call.
func (w *player) answered(s *sending) {
	var class engine.ErrorClass
	var code string
	if s.answer.Send != nil {
		class, code = engine.ErrorClass(s.answer.Send.Error), s.answer.Send.Code
	}
	if class == "" {
		w.mark(s, string(engine.ReceiptSent), "")
		w.deliver(s, engine.SendResult{ProviderMessageID: fmt.Sprintf("%s-%d", RunID, s.effect.Visit)})
		return
	}
	failure := engine.SendResult{Class: class, Code: code, Message: failureWords[class]}
	retried := class == engine.ClassRetryable || class == engine.ClassUnknown && s.send.OnUnknown == engine.OnUnknownResend
	if !retried || w.left(s) {
		w.fail(s, failure)
		return
	}
	// The world answers every attempt of a visit alike, so retries only use up
	// the time that is left.
	next := w.now.Add(engine.Backoff(s.attempts))
	if next.Before(s.send.GiveUpAt) {
		w.result.Lines = append(w.result.Lines, w.line("retry", s.effect.Node, s.effect.Visit,
			fmt.Sprintf("%s: %s%s; tries again at %s", w.program.Title(s.effect.Node), failure.Message, inBrackets(code), w.clock(next))))
		w.queue.push(next, func() {
			if w.left(s) {
				// Nobody waits for this message any more.
				w.mark(s, "failed", code)
				return
			}
			w.attempt(s, w.now)
		})
		return
	}
	w.queue.push(s.send.GiveUpAt, func() { w.fail(s, failure) })
}

var failureWords = map[engine.ErrorClass]string{
	engine.ClassRetryable: "the provider could not take the message now",
	engine.ClassPermanent: "the provider refused the message",
	engine.ClassAuth:      "the provider refused the channel's credentials",
	engine.ClassUnknown:   "nobody knows whether the provider took the message",
}

// left reports whether the run has gone on from the visit of the send.
func (w *player) left(s *sending) bool { return w.state.Visit != s.effect.Visit }

func (w *player) fail(s *sending, failure engine.SendResult) {
	w.mark(s, "failed", failure.Code)
	w.deliver(s, failure)
}

func (w *player) deliver(s *sending, result engine.SendResult) {
	w.step(engine.Event{Kind: engine.EventSendResult, Visit: s.effect.Visit, Send: &result})
}

// receipt takes in a provider's word on a message, early or late.
func (w *player) receipt(s *sending, r flows.WorldReceipt) {
	w.mark(s, r.Status, r.Code)
	w.step(engine.Event{Kind: engine.EventReceipt, Visit: s.effect.Visit, Receipt: &engine.Receipt{
		Status: engine.ReceiptStatus(r.Status), Code: r.Code, At: w.now,
	}})
}

// statusRank orders what can be known of a message; its status never goes back.
// A failure counts only while the message has not arrived.
var statusRank = map[string]int{"queued": 0, statusScheduled: 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}

func (w *player) mark(s *sending, status, code string) {
	m := &w.result.Messages[s.message]
	if statusRank[status] <= statusRank[m.Status] {
		return
	}
	m.Status, m.Code = status, code
	at := w.since(w.now)
	switch status {
	case string(engine.ReceiptSent):
		m.SentAt = &at
	case string(engine.ReceiptDelivered):
		m.DeliveredAt = &at
	case string(engine.ReceiptRead):
		m.ReadAt = &at
	case string(engine.ReceiptFailed):
		m.FailedAt = &at
	}
}
