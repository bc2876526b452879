package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

const (
	// KeyPrefix begins every API key, so that secret scanners can find them.
	KeyPrefix = "slu_"
	// tokenBytes makes guessing hopeless, so a fast hash is enough at rest.
	tokenBytes = 32
	// shownPrefix is how much of an API key is kept in the clear for lists.
	shownPrefix = len(KeyPrefix) + 6
)

// newToken returns 32 random bytes as text that fits in URLs and cookies.
func newToken() string {
	b := make([]byte, tokenBytes)
	// crypto/rand.Read never fails (since Go 1.24).
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what is stored of a token: who reads the database cannot use it.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
