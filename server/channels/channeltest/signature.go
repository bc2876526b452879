package channeltest

import (
	"net/url"
	"strings"
)

// signature is where the vendor puts it: in a header, or in the address.
func (w *Webhooks) signature(r Request) string {
	if w.SignatureParam == "" {
		return r.Header.Get(w.SignatureHeader)
	}
	_, query, _ := strings.Cut(r.URL, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get(w.SignatureParam)
}

func (w *Webhooks) withSignature(r Request, value string) Request {
	return w.changed(r, func(v url.Values) { v.Set(w.SignatureParam, value) }, value)
}

func (w *Webhooks) withoutSignature(r Request) Request {
	r = w.changed(r, func(v url.Values) { v.Del(w.SignatureParam) }, "")
	if w.SignatureParam == "" {
		r.Header.Del(w.SignatureHeader)
	}
	return r
}

// changed returns a copy of the request with another signature.
func (w *Webhooks) changed(r Request, edit func(url.Values), header string) Request {
	r.Header = r.Header.Clone()
	if w.SignatureParam == "" {
		r.Header.Set(w.SignatureHeader, header)
		return r
	}
	address, query, _ := strings.Cut(r.URL, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return r
	}
	edit(values)
	r.URL = address + "?" + values.Encode()
	return r
}
