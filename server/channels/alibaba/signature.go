package alibaba

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const algorithm = "ACS3-HMAC-SHA256"

// signing is what goes into the signature besides the request itself.
type signing struct {
	keyID, secret   string
	action, version string
	date            time.Time
	nonce           string
}

// sign adds the common headers and the signature of version 3. What it signs:
// the method, the path, the sorted query, the host and every x-acs- header and
// content type, and the hash of the body.
func sign(req *http.Request, body []byte, s signing) {
	hash := hexHash(body)
	req.Header.Set("X-Acs-Action", s.action)
	req.Header.Set("X-Acs-Version", s.version)
	req.Header.Set("X-Acs-Date", s.date.UTC().Format("2006-01-02T15:04:05Z"))
	req.Header.Set("X-Acs-Signature-Nonce", s.nonce)
	req.Header.Set("X-Acs-Content-Sha256", hash)

	signed := map[string]string{"host": req.URL.Host}
	for name, values := range req.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			signed[name] = strings.TrimSpace(strings.Join(values, ","))
		}
	}
	names := make([]string, 0, len(signed))
	for name := range signed {
		names = append(names, name)
	}
	slices.Sort(names)
	var headers strings.Builder
	for _, name := range names {
		headers.WriteString(name + ":" + signed[name] + "\n")
	}
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	canonical := strings.Join([]string{
		req.Method, path, canonicalQuery(req.URL.Query()), headers.String(), strings.Join(names, ";"), hash,
	}, "\n")
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte(algorithm + "\n" + hexHash([]byte(canonical))))
	req.Header.Set("Authorization", algorithm+" Credential="+s.keyID+",SignedHeaders="+strings.Join(names, ";")+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// canonicalQuery writes a query sorted and escaped as RFC 3986 says, which is
// how it is signed and how it must be sent.
func canonicalQuery(values url.Values) string {
	// url.Values.Encode differs from it in the space alone.
	return strings.ReplaceAll(values.Encode(), "+", "%20")
}

func hexHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
