package channels_test

import (
	"testing"

	"sluice/server/channels"
)

func TestAHookTokenHoldsForOneChannelMessageAndSecret(t *testing.T) {
	t.Parallel()
	const secret, hook = "canary", "https://sluice.example.com/hooks/k1"
	token := channels.HookToken(secret, hook, "ab", "c")
	if token == "" || token != channels.HookToken(secret, hook, "ab", "c") {
		t.Fatalf("got %q, which has to be the same every time", token)
	}
	for name, other := range map[string]string{
		"secret":    channels.HookToken("canary2", hook, "ab", "c"),
		"channel":   channels.HookToken(secret, hook+"2", "ab", "c"),
		"message":   channels.HookToken(secret, hook, "ab", "d"),
		"cut":       channels.HookToken(secret, hook, "a", "bc"),
		"no ids":    channels.HookToken(secret, hook),
		"no secret": channels.HookToken("", hook, "ab", "c"),
		"no hook":   channels.HookToken(secret, "", "ab", "c"),
	} {
		if other == token {
			t.Errorf("%s: the token is the same", name)
		}
	}
	if channels.HookToken("", hook, "ab") != "" || channels.HookToken(secret, "", "ab") != "" {
		t.Error("a token without a secret or an address has to be empty")
	}
}
