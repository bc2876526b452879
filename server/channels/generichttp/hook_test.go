package generichttp_test

import (
	"testing"

	"sluice/server/channels/hooktest"
)

// INVARIANT 13, through the real server.
func TestForgedWebhooksAreRefusedByTheServer(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"a secret in a header": {},
		"a signature":          {"hook_auth": "hmac", "hook_prefix": "sha256="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hooktest.Run(t, fixture(t, settings))
		})
	}
}
