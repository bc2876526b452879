// Package graph is what the providers over Meta's Graph API share: calls with
// the proof of the app's secret, its errors, and its signed webhooks.
//
// The facts come from Meta's public documentation: the Graph API's overview and
// pages on handling errors, on securing calls and on webhooks.
package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
	"sluice/server/egress"
)

// DefaultVersion is the version of the API that is called unless a channel
// names another.
const DefaultVersion = "v26.0"

// The fields that every channel of these providers has.
const (
	AccessToken = "access_token"
	AppSecret   = "app_secret"
	VerifyToken = "verify_token"
	Version     = "api_version"
)

// CodeOtherAccount says that the access token, or a number, is another account's
// than the channel's settings name.
const CodeOtherAccount = "other_account"

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Codes explains the error codes of one product of Meta's.
type Codes map[int]channels.KnownCode

// API calls one product of Meta's. It keeps no state about accounts.
type API struct {
	HTTP  Doer
	Kind  channels.Kind
	Codes Codes
	// BaseURL is where the API is for accounts without an address of their own.
	BaseURL func(channels.Account) string
	// Special classifies errors that a code alone does not; nil leaves them to
	// Codes. It may be nil itself.
	Special func(Problem) *channels.SendError
	// PairPause is how long to wait after the code of too many messages to one
	// person, by that code.
	PairPause map[int]time.Duration
}

// VersionField asks for the version of the API.
func VersionField() channels.Field {
	return channels.Field{
		Name: Version, Title: "API version", Pattern: `v\d{1,3}\.\d{1,2}`, Example: DefaultVersion,
		Help: "The Graph API version to call. Empty means " + DefaultVersion + ".",
	}
}

// URL is where the Graph API keeps the object with that id.
func (p *API) URL(a channels.Account, id string) string {
	base, version := a.BaseURL, a.Settings[Version]
	if base == "" {
		base = p.BaseURL(a)
	}
	if version == "" {
		version = DefaultVersion
	}
	return strings.TrimRight(base, "/") + "/" + version + "/" + url.PathEscape(id)
}

// Request prepares a call to a path below the object with that id. content
// becomes the JSON body; nil means none.
func (p *API) Request(ctx context.Context, a channels.Account, method, id, path string, query url.Values, content any) (*http.Request, error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("appsecret_proof", secretProof(a.Credentials[AppSecret], a.Credentials[AccessToken]))
	var body []byte
	if content != nil {
		var err error
		if body, err = json.Marshal(content); err != nil {
			return nil, &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeForm, Err: err,
				Message: "The message cannot be written as JSON.",
			}
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, p.URL(a, id)+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeSettings,
			Message: "The channel's base URL is not an address.",
			Hint:    "Leave it empty, or write it like " + p.Kind.DefaultBaseURL + ".",
		}
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+a.Credentials[AccessToken])
	return req, nil
}

// Call makes the request and returns the body of a 2xx answer.
func (p *API) Call(a channels.Account, req *http.Request) ([]byte, error) {
	resp, err := p.HTTP.Do(req)
	if err != nil {
		return nil, channels.NetworkError(p.Kind.Title, err)
	}
	if resp.Status < 200 || resp.Status > 299 {
		return nil, p.refused(a, resp)
	}
	return resp.Body, nil
}

// Known is the table for the documentation.
func (c Codes) Known() map[string]channels.KnownCode {
	table := make(map[string]channels.KnownCode, len(c))
	for code, k := range c {
		table[strconv.Itoa(code)] = k
	}
	return table
}

// Lookup finds what we know of a code.
func (c Codes) Lookup(code int) (channels.KnownCode, bool) {
	// The whole range stands for single permissions.
	if code >= 200 && code <= 299 {
		code = 10
	}
	k, ok := c[code]
	return k, ok
}
