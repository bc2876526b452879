package channeltest

import (
	"testing"

	"sluice/server/channels"
	"sluice/server/channels/vendortest"
)

// Answers is Fixture.Answer of a fake vendor that queues faults by fail.
func Answers[F any](fail func(...F), faults map[Behaviour]F) func(Behaviour) bool {
	return func(b Behaviour) bool {
		f, ok := faults[b]
		if ok {
			fail(f)
		}
		return ok || b == Accept
	}
}

// HTTP is the Network of a vendor whose API is at the account's base URL.
// another starts a second fake and returns the base URL of its account and what
// counts the messages that it took.
func HTTP(t testing.TB, another func() (baseURL string, sent func() int)) *Network {
	t.Helper()
	return &Network{
		Unreachable: func(a channels.Account) channels.Account {
			a.BaseURL = "http://" + vendortest.Unused(t)
			return a
		},
		Moved: func(a channels.Account) (channels.Account, func() int) {
			baseURL, sent := another()
			a.BaseURL = baseURL + "/"
			return a, sent
		},
	}
}
