package channels

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"sluice/flows"
)

// MediaFetcher is a provider whose files cannot be had by a plain GET of their
// address. Others get none of the account's credentials.
type MediaFetcher interface {
	// MediaRequest prepares the request that answers with the file. Credentials
	// go to the vendor's own hosts only. Errors are *SendError.
	MediaRequest(ctx context.Context, a Account, m Media) (*http.Request, error)
}

// MediaDecoder is a provider whose files come encrypted.
type MediaDecoder interface {
	// DecodeMedia is what the file holds. It may return r itself.
	DecodeMedia(a Account, m Media, r io.Reader) (io.Reader, error)
}

// Codes of files that could not be fetched.
const (
	// CodeMediaGone: the vendor does not have the file any more.
	CodeMediaGone = "media_gone"
	// CodeMediaSize: the file is larger than may be kept.
	CodeMediaSize = "media_too_large"
	// CodeMediaType: the file is not what the vendor said.
	CodeMediaType = "media_type"
)

// Form is the message form that shows the file.
func (m Media) Form() flows.MessageType {
	switch kind, _, _ := strings.Cut(m.ContentType, "/"); kind {
	case "image":
		return flows.MessageImage
	case "video":
		return flows.MessageVideo
	case "audio":
		return flows.MessageAudio
	}
	return flows.MessageDocument
}

// SameHost tells whether an address leads to the host of a base URL, over the
// same scheme: what it answers may then get the credentials for that base.
func SameHost(address *url.URL, base string) bool {
	b, err := url.Parse(base)
	return err == nil && b.Host != "" && address.Scheme == b.Scheme && strings.EqualFold(address.Host, b.Host)
}

// UnderHost tells whether an address leads to a host, or one below it, by https.
func UnderHost(address *url.URL, domain string) bool {
	host := strings.ToLower(address.Hostname())
	return address.Scheme == "https" && address.Port() == "" && (host == domain || strings.HasSuffix(host, "."+domain))
}

// MediaGet is a plain request for a file.
func MediaGet(ctx context.Context, address string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil || req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return nil, &SendError{Class: ClassPermanent, Code: CodeMediaGone, Message: "The provider gave no usable address of the file."}
	}
	return req, nil
}
