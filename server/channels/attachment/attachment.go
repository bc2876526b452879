// Package attachment fetches the files that messages name by their address, for
// vendors that take content and not addresses.
package attachment

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"sluice/server/channels"
	"sluice/server/egress"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	DoUpTo(req *http.Request, maxBytes int64) (*egress.Response, error)
}

// File is a fetched file.
type File struct {
	Name        string
	ContentType string
	Content     []byte
}

// Codes of files that could not be fetched.
const (
	CodeUnavailable = "file_unavailable"
	CodeTooLarge    = "file_too_large"
	CodeAddress     = "file_address"
)

// Codes are what providers that fetch files add to their table.
func Codes() map[string]channels.KnownCode {
	return map[string]channels.KnownCode{
		CodeUnavailable: {Class: channels.ClassPermanent, Message: "A file of the message could not be fetched.", Hint: "Check that its address is public."},
		CodeTooLarge:    {Class: channels.ClassPermanent, Message: "A file of the message is too large."},
		CodeAddress:     {Class: channels.ClassPermanent, Message: "A file's address is not one.", Hint: "Write it with https://."},
	}
}

// maxName is what mail programs and vendors still show.
const maxName = 120

// Fetch gets the file at address, of at most maxBytes. name replaces the one
// that the address has. Errors are *channels.SendError; nothing was sent yet, so
// none is of the class unknown. Addresses may hold keys and are not repeated.
func Fetch(ctx context.Context, client Doer, address, name string, maxBytes int64) (File, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return File{}, Codes()[CodeAddress].Error(CodeAddress)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return File{}, Codes()[CodeAddress].Error(CodeAddress)
	}
	resp, err := client.DoUpTo(req, maxBytes)
	if err != nil {
		return File{}, failed(u, err, maxBytes)
	}
	if resp.Status != http.StatusOK {
		se := Codes()[CodeUnavailable].Error(CodeUnavailable)
		se.Message = "The file at " + u.Host + " could not be fetched: it answers " + strconv.Itoa(resp.Status) + "."
		if resp.Status == http.StatusTooManyRequests || resp.Status >= http.StatusInternalServerError {
			se.Class, se.RetryAfter = channels.ClassRetryable, channels.RetryAfter(resp.Header)
		}
		return File{}, se
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind == "" {
		kind = "application/octet-stream"
	}
	if name = cleanName(name); name == "" {
		name = cleanName(path.Base(u.Path))
	}
	if name == "" {
		name = "file"
	}
	return File{Name: name, ContentType: kind, Content: resp.Body}, nil
}

func failed(u *url.URL, err error, maxBytes int64) *channels.SendError {
	if errors.Is(err, egress.ErrTooLarge) {
		se := Codes()[CodeTooLarge].Error(CodeTooLarge)
		se.Message = "The file at " + u.Host + " is larger than " + strconv.FormatInt(maxBytes, 10) + " bytes."
		return se
	}
	se := channels.NetworkError("The server of the file", err)
	if se.Class == channels.ClassUnknown {
		// Only the file was asked for.
		se.Class, se.Code, se.Message = channels.ClassRetryable, CodeUnavailable, "The server of the file gave no usable answer."
	}
	if se.Code == channels.CodeBlocked {
		se.Message = "The file's address lies where calls are not allowed to go."
		se.Hint = "Use a public address, or let the operator allow this one with SLUICE_EGRESS_ALLOW."
	}
	return se
}

// cleanName keeps a name to what can stand in a header and a file system.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\"<>|:*?`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if runes := []rune(name); len(runes) > maxName {
		// The end tells programs what the file is.
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(runes[:maxName-len(ext)]) + string(ext)
	}
	return name
}
