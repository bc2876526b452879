package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
)

// SignatureHeader is where Meta puts the signature of a webhook request.
const SignatureHeader = "X-Hub-Signature-256"

// signaturePrefix names the hash in the header.
const signaturePrefix = "sha256="

// Sign computes Meta's signature of a webhook request: the lower-case hex
// HMAC-SHA256 of the body's raw bytes, keyed with the app secret, behind
// "sha256=". Meta escapes characters outside ASCII before it signs, so a body
// that was decoded and written again would not match.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return signaturePrefix + hex.EncodeToString(mac.Sum(nil))
}

// validSignature checks a body in constant time.
func validSignature(appSecret string, body []byte, signature string) bool {
	if appSecret == "" || signature == "" {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(Sign(appSecret, body)), []byte(signature)) == 1
}

// secretProof is the "appsecret_proof" of a call: it shows that the caller of
// a token also has the app's secret. Apps can demand it; Meta checks it always.
func secretProof(appSecret, accessToken string) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(accessToken))
	return hex.EncodeToString(mac.Sum(nil))
}
