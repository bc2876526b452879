package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// MAC is a fingerprint of data that nobody can check guesses against without
// the master key: unlike a plain hash it does not give away a six-digit code.
// It is text that begins with the key's id.
func (v *Vault) MAC(data []byte) (string, error) {
	key, err := hkdf.Key(sha256.New, v.write.secret, nil, "sluice vault fingerprints", keySize)
	if err != nil {
		return "", fmt.Errorf("derive the key of fingerprints: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return v.KeyID() + ":" + hex.EncodeToString(h.Sum(nil)), nil
}

// SameMAC reports whether two fingerprints may be of the same data. Those made
// under different keys cannot be compared, and may be.
func SameMAC(a, b string) bool {
	keyA, sumA, _ := strings.Cut(a, ":")
	keyB, sumB, _ := strings.Cut(b, ":")
	return keyA != keyB || hmac.Equal([]byte(sumA), []byte(sumB))
}
