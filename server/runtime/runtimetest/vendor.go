package runtimetest

import (
	"context"
	"net/http"
	"sync"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// VendorKind is the kind of the channels of tests.
const VendorKind = "vendor"

// Vendor is a provider that keeps a ledger of what it was asked to send.
type Vendor struct {
	mu sync.Mutex
	// answer decides about each call; nil accepts.
	answer func(ctx context.Context, a channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error)
	ledger []channels.Outbound
	count  map[string]int
	// holds is true when it holds messages until their time; withdraw answers
	// requests to drop one, and withdrawn are those.
	holds     bool
	withdraw  func(attempt int) error
	withdrawn []string
	// typed are those whose recipient was shown that somebody writes, typing
	// answers that.
	typed  []string
	typing error
	// answers is true when it takes texts at the addresses of answers.
	answers bool
}

// NewVendor makes a vendor that accepts everything.
func NewVendor() *Vendor { return &Vendor{count: map[string]int{}} }

// Answer has fn decide about each call from now on. attempt counts the calls
// for one message, from 1.
func (v *Vendor) Answer(fn func(ctx context.Context, a channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = fn
}

// Refuse has all calls fail.
func (v *Vendor) Refuse(class channels.Class, code string) {
	v.Answer(func(context.Context, channels.Account, channels.Outbound, int) (channels.Accepted, error) {
		return channels.Accepted{}, &channels.SendError{Class: class, Code: code, Message: "the vendor said " + code}
	})
}

// Calls is how often a message was asked to be sent.
func (v *Vendor) Calls(messageID string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.count[messageID]
}

// Ledger is every call so far.
func (v *Vendor) Ledger() []channels.Outbound {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]channels.Outbound(nil), v.ledger...)
}

// ProviderID is what the vendor calls a message.
func ProviderID(messageID string) string { return "v-" + messageID }

// Kind implements channels.Provider.
func (v *Vendor) Kind() channels.Kind {
	types := []channels.ChannelType{channels.SMS, channels.Viber, channels.WhatsApp, channels.Messenger, channels.WeCom}
	k := channels.Kind{
		Name: VendorKind, Title: "Vendor", ChannelTypes: types, Forms: map[channels.ChannelType][]flows.MessageType{}, Inbound: true,
		WindowSetting: "window", Settings: []channels.Field{{Name: "window", Title: "Window"}},
	}
	k.RatePerRecipient = map[channels.ChannelType]channels.PairRate{channels.Messenger: {Every: 6 * time.Second, Burst: 2}}
	for _, t := range types {
		k.Forms[t] = []flows.MessageType{flows.MessageText, flows.MessageTemplate}
	}
	return k
}

// Hold has the vendor hold messages until their time. withdraw answers requests
// to drop one, nil with success.
func (v *Vendor) Hold(withdraw func(attempt int) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.holds, v.withdraw = true, withdraw
}

// Withdrawn are the messages that it was asked to drop, as often as it was.
func (v *Vendor) Withdrawn() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.withdrawn...)
}

// Schedules implements channels.Scheduler: it takes messages five minutes ahead.
func (v *Vendor) Schedules(_ channels.Account, sendAt, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.holds && sendAt.Sub(now) >= 5*time.Minute
}

// Withdraw implements channels.Scheduler.
func (v *Vendor) Withdraw(_ context.Context, _ channels.Account, id string) error {
	v.mu.Lock()
	v.withdrawn = append(v.withdrawn, id)
	attempt, withdraw := len(v.withdrawn), v.withdraw
	v.mu.Unlock()
	if withdraw == nil {
		return nil
	}
	return withdraw(attempt)
}

// Typed are the messages of people after which typing was shown. From now on err
// answers that.
func (v *Vendor) Typed(err error) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.typing = err
	return append([]string(nil), v.typed...)
}

// ShowTyping implements channels.Typer.
func (v *Vendor) ShowTyping(_ context.Context, _ channels.Account, _, lastMessageID string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.typed = append(v.typed, lastMessageID)
	return v.typing
}

// KnownCodes implements channels.Explainer.
func (v *Vendor) KnownCodes() map[string]channels.KnownCode {
	return map[string]channels.KnownCode{
		"locked": channels.Known(channels.ClassAuth, false, "The account is locked.", ""),
		"gone":   channels.Known(channels.ClassPermanent, true, "The number is gone.", ""),
	}
}

// TakeAnswers has it take texts at the addresses that come with messages.
func (v *Vendor) TakeAnswers() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answers = true
}

// TakesAnswer implements channels.Answerer.
func (v *Vendor) TakesAnswer(_ channels.Account, m flows.Message, _ channels.Answer) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.answers && m.Type == flows.MessageText
}

// Verify implements channels.Provider.
func (v *Vendor) Verify(context.Context, channels.Account) error { return nil }

// Webhook implements channels.Provider. Tests hand events to the executor
// themselves.
func (v *Vendor) Webhook(channels.Account, *http.Request, []byte) ([]channels.Inbound, channels.Reply, error) {
	return nil, channels.Reply{Status: http.StatusNotFound}, channels.ErrUnverified
}

// Send implements channels.Provider.
func (v *Vendor) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	v.mu.Lock()
	v.ledger = append(v.ledger, o)
	v.count[o.MessageID]++
	attempt, answer := v.count[o.MessageID], v.answer
	v.mu.Unlock()
	if answer == nil {
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID), Parts: 1}, nil
	}
	return answer(ctx, a, o, attempt)
}
