package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's signature is defined with HMAC-SHA1.
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// SignatureHeader is where Twilio puts the signature of a webhook request.
const SignatureHeader = "X-Twilio-Signature"

// bodyHashParam is the query parameter with the SHA-256 of a body that is not
// a form.
const bodyHashParam = "bodySHA256"

// Sign computes Twilio's signature of a request: base64 of HMAC-SHA1, keyed
// with the account's auth token, over the full URL followed by every form
// parameter's name and value, sorted by name. Of a parameter that comes
// several times, each distinct value counts once, in order. For a body that is
// not a form, params is nil and the URL holds its hash.
func Sign(authToken, fullURL string, params url.Values) string {
	mac := hmac.New(sha1.New, []byte(authToken))
	mac.Write([]byte(fullURL))
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := slices.Clone(params[name])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			mac.Write([]byte(name))
			mac.Write([]byte(v))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// validSignature checks a request in constant time, for the URL with and
// without its port: Twilio is not consistent about which of them it signs.
// params is nil when the body is not a form; its hash must then be in the URL.
func validSignature(authToken, fullURL string, params url.Values, body []byte, signature string) bool {
	if authToken == "" || signature == "" {
		return false
	}
	u, err := url.Parse(fullURL)
	if err != nil {
		return false
	}
	if params == nil && !validBodyHash(u, body) {
		return false
	}
	valid := 0
	for _, candidate := range spellings(u, fullURL) {
		valid |= subtle.ConstantTimeCompare([]byte(Sign(authToken, candidate, params)), []byte(signature))
	}
	return valid == 1
}

func validBodyHash(u *url.URL, body []byte) bool {
	sum := sha256.Sum256(body)
	given := u.Query().Get(bodyHashParam)
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(given))) == 1
}

// spellings are the URL as it is, with its port (the scheme's own when it has
// none), and without. The text is edited, not rebuilt from the parsed URL: a
// signature covers every byte, and re-encoding may change some.
func spellings(u *url.URL, asIs string) []string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	bare := strings.TrimSuffix(u.Host, ":"+u.Port())
	start := strings.Index(asIs, "://") + len("://")
	end := len(asIs)
	if i := strings.IndexAny(asIs[start:], "/?#"); i >= 0 {
		end = start + i
	}
	start += strings.LastIndex(asIs[start:end], "@") + 1
	return []string{asIs, asIs[:start] + bare + ":" + port + asIs[end:], asIs[:start] + bare + asIs[end:]}
}
