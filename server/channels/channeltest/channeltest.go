// Package channeltest is the suite that every provider passes. A provider's
// test brings a fixture: the provider, a bound account, and a fake vendor that
// can be told how to answer.
package channeltest

import (
	"net/http"
	"testing"
	"time"

	"sluice/server/channels"
)

// Fixture is one provider beside its fake vendor. It is made anew for every
// test.
type Fixture struct {
	Provider channels.Provider
	// Account is complete and its BaseURL leads to the fake vendor.
	Account channels.Account
	// Outbound is a message that the vendor takes.
	Outbound channels.Outbound
	// Secrets are the credentials that must not show up anywhere.
	Secrets []string
	// Sent counts the messages that the vendor took.
	Sent func() int
	// Answer makes the vendor answer the next send in that way, or every send
	// until it is told to accept. It returns false when this vendor cannot.
	Answer func(Behaviour) bool
	// Break returns the account with credentials that the vendor refuses; nil
	// for a provider without credentials.
	Break func(channels.Account) channels.Account
	// Network is how to disturb the connection; nil for a provider that
	// makes no calls.
	Network *Network
	// Webhooks makes genuine webhook requests; nil for a provider without
	// webhooks, which must then refuse every one.
	Webhooks *Webhooks
}

// Behaviour is a way in which a vendor answers a send.
type Behaviour string

// The behaviours that the suite asks for.
const (
	// Accept: the vendor takes messages again.
	Accept Behaviour = "accept"
	// RefuseForNow: the vendor is overloaded and says to come back in 3 s.
	RefuseForNow Behaviour = "refuse for now"
	// RefuseForever: the recipient is wrong.
	RefuseForever Behaviour = "refuse forever"
	// RefuseCredentials: the credentials were revoked.
	RefuseCredentials Behaviour = "refuse credentials"
	// FailInside: the vendor breaks while handling the message.
	FailInside Behaviour = "fail inside"
	// LoseAnswer: the vendor takes the message, and the answer is lost.
	LoseAnswer Behaviour = "lose the answer"
	// Hang: the vendor reads the request and says nothing.
	Hang Behaviour = "hang"
	// Garble: the vendor accepts with an answer that cannot be read.
	Garble Behaviour = "garble"
)

// RetryAfter is what RefuseForNow asks for.
const RetryAfter = 3 * time.Second

// Network disturbs the connection to the vendor.
type Network struct {
	// Unreachable returns the account with a base URL where nobody listens.
	Unreachable func(channels.Account) channels.Account
	// Moved returns the account with the base URL of a second fake vendor, and
	// a count of the calls that this one got.
	Moved func(channels.Account) (channels.Account, func() int)
}

// Request is one webhook request.
type Request struct {
	Method string
	// URL is the full public address that the vendor called.
	URL    string
	Header http.Header
	Body   []byte
}

// Webhooks makes the requests of the vendor to the account's webhook.
type Webhooks struct {
	// Receipt is a genuine status callback; nil for a vendor without receipts.
	// A POST for StatusSent has no Body when the vendor has no such news.
	Receipt func(a channels.Account, providerMessageID, messageID string, status channels.Status) Request
	// Message is a genuine incoming message; nil for a channel type that has
	// none although the kind has.
	Message func(a channels.Account, from, text string) Request
	// Statuses are those that receipts bring, the earliest first; nil stands
	// for sent, failed, and those of the kind.
	Statuses []channels.Status
	// ProviderID is the vendor's id of a message, where it follows from ours;
	// nil where Receipt's own is.
	ProviderID func(a channels.Account, messageID string) string
	// Sign replaces the request's signature by the right one for the account.
	Sign func(a channels.Account, r Request) Request
	// SignatureHeader holds the signature.
	SignatureHeader string
	// SignatureParam is the query parameter that holds the signature, of a
	// vendor that signs nothing but calls an address of our own making.
	// SignatureHeader is then empty.
	SignatureParam string
	// Secret names the credential that webhooks are signed with.
	Secret string
	// Stale is a genuine request, signed too long ago; nil when the vendor
	// signs no time, so that an old request cannot be told from a repeated one.
	Stale func(a channels.Account) Request
	// BodyOnly is for vendors that sign neither the address nor the headers.
	// Then the query and the content type must not matter, and Receipt for an
	// account with another ID, of the same secret, must be about that one's
	// sender: such a request is genuine, and brings nothing here.
	BodyOnly bool
	// AddressOnly is for vendors that sign nothing and call one address for all
	// messages: a token in that address is all the proof there is, so what the
	// rest of the request says cannot be checked. Receipt for an account with
	// another ID, of the same token, must be about that one's message: such a
	// request is genuine, and brings nothing here.
	AddressOnly bool
	// Alter makes a request be about something else and keeps its signature, of a
	// vendor whose content cannot be read in the request. Nil elsewhere.
	Alter func(r Request) Request
	// Bearer is for vendors that repeat a secret and sign nothing: what the body
	// then says is believed.
	Bearer bool
	// Unsigned names the forgeries that the vendor's proof does not cover, such
	// as "body longer" of a vendor that repeats a secret address. They must be
	// refused, or bring what the genuine request brings, and nothing else.
	Unsigned []string
	// OtherType is another channel type of the kind, to check that requests of
	// one type are not taken for another's; empty when there is none.
	OtherType channels.ChannelType
}

// Run runs the suite.
func Run(t *testing.T, newFixture func(t *testing.T) Fixture) {
	t.Helper()
	run := func(name string, test func(*testing.T, Fixture)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(t))
		})
	}
	run("the kind is complete", testKind)
	run("verify accepts good credentials", testVerify)
	run("verify refuses bad credentials", testVerifyRefuses)
	run("send hands over one message", testSend)
	run("send refuses a form it does not take", testForm)
	run("send does not hand over after the deadline", testDeadline)
	run("send gives up with its context", testCancel)
	for _, b := range classes {
		run("send when the vendor would "+string(b.behaviour), func(t *testing.T, f Fixture) { testClass(t, f, b) })
	}
	run("send when nobody listens", testUnreachable)
	run("the base URL can be set", testMoved)
	run("genuine receipts are read", testReceipts)
	run("genuine messages are read", testMessages)
	run("receipts stand alone, repeated or not", testRepeated)
	run("INVARIANT 13: forged webhooks are refused", testForged)
	run("INVARIANT 13: without a secret the webhook is closed", testClosed)
	run("INVARIANT 13: the expected signature is never told", testNotEchoed)
}
