package metamessaging_test

import (
	"testing"

	"sluice/server/channels"
	"sluice/server/channels/hooktest"
)

// INVARIANT 13, through the real server.
func TestForgedWebhooksAreRefusedByTheServer(t *testing.T) {
	t.Parallel()
	hooktest.Run(t, fixture(t, channels.Messenger))
}
