package wecom_test

import (
	"testing"

	"sluice/server/channels/hooktest"
)

// INVARIANT 13, through the real server.
func TestForgedWebhooksAreRefusedByTheServer(t *testing.T) {
	t.Parallel()
	f := fixture(t)
	// A server gives channels ids of its own, and the fixture makes the company
	// after the channel's.
	delete(f.Account.Settings, "receive_id")
	hooktest.Run(t, f)
}
