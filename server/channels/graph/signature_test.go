package graph

import (
	"strings"
	"testing"
)

// Known answers of HMAC-SHA256 in hex, from others than us: the example of the
// same X-Hub-Signature-256 header in GitHub's documentation on validating
// webhook deliveries (Meta publishes no example), and test case 2 of RFC 4231.
func TestKnownSignatures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, secret, body, signature string }{
		{
			"the header's documented example", "It's a Secret to Everybody", "Hello, World!",
			"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
		},
		{
			"RFC 4231", "Jefe", "what do ya want for nothing?",
			"sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !validSignature(tt.secret, []byte(tt.body), tt.signature) {
				t.Error("the genuine signature is refused")
			}
			if validSignature(tt.secret+"x", []byte(tt.body), tt.signature) || validSignature(tt.secret, []byte(tt.body+" "), tt.signature) {
				t.Error("another secret or body passes")
			}
			bare := strings.TrimPrefix(tt.signature, signaturePrefix)
			if validSignature(tt.secret, []byte(tt.body), bare) || validSignature(tt.secret, []byte(tt.body), "sha1="+bare) {
				t.Error("a signature without its hash's name passes")
			}
		})
	}
	if validSignature("", nil, Sign("", nil)) {
		t.Error("an empty secret opens the webhook")
	}
	if "sha256="+secretProof("Jefe", "what do ya want for nothing?") != "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Error("the proof of a call is not the HMAC of the token")
	}
}
