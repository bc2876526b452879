package channeltest

import (
	"net/url"
	"strings"

	"sluice/server/channels"
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

// genuine is a request that the provider takes: a receipt, or a message of a
// vendor that gives no receipts.
func (w *Webhooks) genuine(a channels.Account) Request {
	if w.Receipt == nil {
		return w.Message(a, "person-1", "vendor-1")
	}
	statuses := w.statuses(channels.Receipts{Delivered: true})
	return w.Receipt(a, "vendor-1", "ours-1", statuses[len(statuses)-1])
}

// statuses are what receipts bring, the earliest first.
func (w *Webhooks) statuses(r channels.Receipts) []channels.Status {
	if w.Statuses != nil {
		return w.Statuses
	}
	statuses := []channels.Status{channels.StatusSent, channels.StatusFailed}
	if r.Delivered {
		statuses = append(statuses, channels.StatusDelivered)
	}
	if r.Read {
		statuses = append(statuses, channels.StatusRead)
	}
	return statuses
}

// noNews tells whether the vendor has no such request.
func (r Request) noNews(status channels.Status) bool {
	return r.Body == nil && r.Method == "" && status == channels.StatusSent
}

// altered makes the request be about another message: in its content, or in its
// address when the content names none.
func (w *Webhooks) altered(r Request) Request {
	if w.Alter != nil {
		return w.Alter(r)
	}
	body, address := string(r.Body), r.URL
	switch {
	case strings.Contains(body, "vendor-1"):
		r.Body = []byte(strings.Replace(body, "vendor-1", "vendor-2", 1))
	case strings.Contains(body, "ours-1"):
		r.Body = []byte(strings.ReplaceAll(body, "ours-1", "ours-2"))
	case strings.Contains(address, "ours-1"):
		r.URL = strings.ReplaceAll(address, "ours-1", "ours-2")
	}
	return r
}
