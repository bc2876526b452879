package webhooks

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"sluice/server/channels"
)

// Verdict is what became of a webhook at the door.
type Verdict string

const (
	// Accepted: its vendor sent it, and what it says counts.
	Accepted Verdict = "accepted"
	// Refused: it does not prove who sent it, or cannot be understood.
	Refused Verdict = "refused"
)

const (
	// MaxBody is how many bytes of what was posted are kept. Vendors' webhooks
	// have some hundred; a batch of them rarely reaches this.
	MaxBody = 64 << 10
	// maxHeaderValue and maxQuery bound the rest.
	maxHeaderValue, maxQuery = 300, 2 << 10
	// mask stands for what is not kept.
	mask = "•••"
)

// keptHeaders are those that help to understand a webhook. No other header is
// kept: one may prove who sent the request.
var keptHeaders = []string{"Content-Type", "Content-Encoding", "User-Agent"}

// secretParams are parts of the names of parameters that prove who sent a
// request; "channel" is what Viber's bots are given such a proof as.
var secretParams = []string{"token", "signature", "secret", "password", "key", "auth", "sha256", "hmac", "channel"}

// Record is one webhook as it is kept.
type Record struct {
	At      time.Time `json:"at"`
	Verdict Verdict   `json:"verdict"`
	Method  string    `json:"method"`
	// Query is that of the address, without what proves who sent the request.
	Query  string            `json:"query,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	// Size is that of the whole body in bytes. Body is what is kept of it: the
	// first MaxBody bytes, or nothing of a webhook that was refused.
	Size int    `json:"size"`
	Body []byte `json:"-"`
	// Reason says why it was refused, and Unverified that nothing proves who
	// sent it. More is how many others were refused since the record of a
	// refusal before, which are not kept.
	Reason     string `json:"reason,omitempty"`
	Unverified bool   `json:"unverified,omitempty"`
	More       int    `json:"more,omitempty"`
	// Events are what the provider read from it.
	Events []channels.Inbound `json:"events,omitempty"`
}

// Cut reports whether only the beginning of the body is kept.
func (r *Record) Cut() bool { return r.Verdict == Accepted && r.Size > len(r.Body) }

// accepted makes the record of a webhook that its vendor sent. It keeps body.
func (s *Sender) accepted(r *http.Request, body []byte, events []channels.Inbound, at time.Time) Record {
	rec := s.record(r, len(body), at)
	rec.Verdict, rec.Events = Accepted, events
	rec.Body = body[:min(len(body), MaxBody)]
	for _, secret := range s.secrets {
		if bytes.Contains(rec.Body, []byte(secret)) {
			rec.Body = bytes.ReplaceAll(rec.Body, []byte(secret), []byte(mask))
		}
	}
	return rec
}

func (s *Sender) record(r *http.Request, size int, at time.Time) Record {
	rec := Record{At: at.UTC(), Method: r.Method, Size: size, Query: s.query(r.URL.RawQuery)}
	for _, name := range keptHeaders {
		value := r.Header.Get(name)
		if value == "" {
			continue
		}
		if rec.Header == nil {
			rec.Header = make(map[string]string, len(keptHeaders))
		}
		rec.Header[name] = s.masked(shortened(value, maxHeaderValue))
	}
	return rec
}

// query is the query of an address without what proves who sent a request.
func (s *Sender) query(raw string) string {
	if raw == "" {
		return ""
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return mask
	}
	for name, list := range values {
		lower := strings.ToLower(name)
		secret := slices.ContainsFunc(secretParams, func(part string) bool { return strings.Contains(lower, part) })
		for i, v := range list {
			if list[i] = s.masked(v); secret {
				list[i] = mask
			}
		}
	}
	return shortened(strings.ReplaceAll(values.Encode(), url.QueryEscape(mask), mask), maxQuery)
}

func (s *Sender) masked(text string) string {
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return text
}

func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// A parcel is, compressed, one record after the other: the length of its JSON,
// the JSON, the length of its body, the body. Lengths are varints.

// packers are for reuse: a compressor has a megabyte of its own.
var packers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		// Only an unknown level is an error.
		panic(err)
	}
	return w
}}

// pack makes the content of a parcel.
func pack(records []*entry) ([]byte, error) {
	var out bytes.Buffer
	w, _ := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	var size [binary.MaxVarintLen64]byte
	for _, e := range records {
		for _, part := range [][]byte{e.meta, e.body} {
			// Writing to memory does not fail.
			_, _ = w.Write(size[:binary.PutUvarint(size[:], uint64(len(part)))])
			_, _ = w.Write(part)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack webhooks: %w", err)
	}
	return out.Bytes(), nil
}

// maxParcel bounds what a parcel is unpacked to: far more than is packed.
const maxParcel = 256 << 20

var errParcel = errors.New("a parcel of webhooks is damaged")

// unpack reads the content of a parcel.
func unpack(content []byte) ([]Record, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(content)), maxParcel))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errParcel, err)
	}
	next := func() ([]byte, error) {
		n, read := binary.Uvarint(plain)
		if read <= 0 || n > uint64(len(plain)-read) {
			return nil, errParcel
		}
		part := plain[read : read+int(n)]
		plain = plain[read+int(n):]
		return part, nil
	}
	var records []Record
	for len(plain) > 0 {
		meta, err := next()
		if err != nil {
			return nil, err
		}
		var r Record
		if err := json.Unmarshal(meta, &r); err != nil {
			return nil, fmt.Errorf("%w: %w", errParcel, err)
		}
		if r.Body, err = next(); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}
