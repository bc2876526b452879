package vonage

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"sluice/server/channels"
)

// SignatureHeader holds the token that Vonage signs its webhooks with.
const SignatureHeader = "Authorization"

// A webhook's token was made at most replayWindow ago, and at most clockSkew in
// the future: clocks differ.
const (
	replayWindow = 10 * time.Minute
	clockSkew    = time.Minute
)

// claims are what Vonage says of a webhook in its token.
type claims struct {
	jwt.RegisteredClaims

	// PayloadHash is the SHA-256 of the body in hexadecimal digits.
	PayloadHash   string `json:"payload_hash"`
	APIKey        string `json:"api_key"`
	ApplicationID string `json:"application_id"`
}

// verify checks a webhook's token: a JWT, HS256 with the account's signature
// secret, made lately, for this body (Vonage, "Signed webhooks").
func (p *Provider) verify(a channels.Account, r *http.Request, body []byte) error {
	secret := a.Credentials[credSignature]
	bearer, ok := strings.CutPrefix(r.Header.Get(SignatureHeader), "Bearer ")
	switch {
	case secret == "":
		return unverified("the channel has no signature secret to check it with")
	case a.HookURL == "":
		return unverified("the server's public address is not set, and receipts are tied to it")
	case !ok:
		return unverified("there is no token in the Authorization header")
	case r.Method != http.MethodPost:
		return unverified("Vonage is set to call with " + r.Method + "; set it to POST")
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return unverified("the body is not JSON")
	}
	var c claims
	// The library's own errors may quote the token, so they go no further.
	_, err := jwt.ParseWithClaims(bearer, &c, func(*jwt.Token) (any, error) { return []byte(secret), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(p.now), jwt.WithLeeway(clockSkew))
	if err != nil {
		return unverified("the token's signature does not match or it has expired; check that the signature secret is current")
	}
	sum := sha256.Sum256(body)
	now := p.now()
	switch {
	case subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(c.PayloadHash))) != 1:
		return unverified("the token is for another body")
	case c.IssuedAt == nil || now.Sub(c.IssuedAt.Time) > replayWindow || c.IssuedAt.Sub(now) > clockSkew:
		return unverified("the token is too old or from the future; check this server's clock")
	case other(c.APIKey, a.Credentials[credAPIKey]) || other(c.ApplicationID, a.Credentials[credApplicationID]):
		return unverified("the token is of another Vonage account or application")
	}
	return nil
}

// other tells whether both are known and differ.
func other(claimed, ours string) bool {
	return claimed != "" && ours != "" && !strings.EqualFold(claimed, ours)
}

// sameQuery compares in constant time; an empty query is never the same.
func sameQuery(given, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}

func unverified(why string) error { return fmt.Errorf("%w: %s", channels.ErrUnverified, why) }
