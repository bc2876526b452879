package channels

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// HookToken proves that we ourselves made the address of a webhook: a MAC with
// the channel's secret over the address of the channel and the ids that the
// address is for. It is for vendors that take an address per message, and whose
// requests say too little about which channel they are meant for. The secret
// cannot be found from it. It is empty without a secret, and an empty token
// proves nothing.
func HookToken(secret, hookURL string, ids ...string) string {
	if secret == "" || hookURL == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(secret))
	for _, part := range append([]string{"sluice webhook", hookURL}, ids...) {
		// The length before each part keeps "ab"+"c" apart from "a"+"bc".
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	return hex.EncodeToString(mac.Sum(nil))
}
