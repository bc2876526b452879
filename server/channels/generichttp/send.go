package generichttp

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Some services sign with HMAC-SHA1, which is still sound.
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sluice/server/channels"
	"sluice/server/egress"
)

var (
	placeholder = regexp.MustCompile(`\{\{\s*([a-z_]*)\s*\}\}`)
	headerName  = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

// names are what templates may hold.
func names() []string {
	return []string{"to", "from", "text", "message_id", "category", "callback_url"}
}

// Send makes the request that the settings describe.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := p.ready(a); err != nil {
		return channels.Accepted{}, err
	}
	switch {
	case !p.kind.Takes(a.Type, o.Message.Type):
		return channels.Accepted{}, channels.WrongForm(vendor, o.Message.Type, "Send text.")
	case !o.Deadline.IsZero() && !p.now().Before(o.Deadline):
		return channels.Accepted{}, channels.DeadlinePassed("the service")
	}
	path, body, headers := p.rendered(a, o)
	if climbs(a.Settings["path"], path) {
		return channels.Accepted{}, p.codes["bad_path"].Error("bad_path")
	}
	resp, err := p.call(ctx, a, p.kind.Setting(a, "method"), path, body, headers)
	if err != nil {
		return channels.Accepted{}, err
	}
	return p.accepted(a, o, resp)
}

// rendered is the request with the message in it.
func (p *Provider) rendered(a channels.Account, o channels.Outbound) (path, body string, headers http.Header) {
	values := map[string]string{
		"to": o.To, "from": a.Settings["sender"], "text": o.Message.Text, "message_id": o.MessageID, "category": o.Category, "callback_url": a.HookURL,
	}
	content := p.kind.Setting(a, "content_type")
	body = fill(a.Settings["body"], values, escapes(content))
	headers = http.Header{}
	if body != "" {
		headers.Set("Content-Type", map[string]string{"json": "application/json", "form": "application/x-www-form-urlencoded", "text": "text/plain; charset=utf-8"}[content])
	}
	for line := range strings.Lines(a.Settings["headers"]) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			headers.Set(strings.TrimSpace(name), strings.TrimSpace(fill(value, values, inHeader)))
		}
	}
	return fill(a.Settings["path"], values, escapeQuery), body, headers
}

// climbs tells whether values made a step to the folder itself or above it of the
// path: servers would take the request for another one than the template says.
func climbs(template, path string) bool {
	steps := func(path string) int {
		path, _, _ = strings.Cut(path, "?")
		n := 0
		for step := range strings.SplitSeq(path, "/") {
			if step == "." || step == ".." {
				n++
			}
		}
		return n
	}
	return steps(path) > steps(template)
}

// accepted reads the answer as the settings say.
func (p *Provider) accepted(a channels.Account, o channels.Outbound, resp *egress.Response) (channels.Accepted, error) {
	answer, readable := decoded(resp.Body)
	code := at(answer, a.Settings["error_path"])
	ok := resp.Status >= 200 && resp.Status < 300
	listed := func(name string) bool {
		list := words(a.Settings[name])
		return slices.Contains(list, strings.ToLower(code)) && code != "" || !ok && slices.Contains(list, strconv.Itoa(resp.Status))
	}
	if wanted := words(a.Settings["ok_values"]); ok && (len(wanted) == 0 || slices.Contains(wanted, strings.ToLower(code))) && !listed("retry_values") && !listed("auth_values") {
		id := o.MessageID
		if path := a.Settings["id_path"]; path != "" {
			if id = at(answer, path); id == "" {
				return channels.Accepted{}, p.codes["no_id"].Error("no_id")
			}
		}
		return channels.Accepted{ProviderMessageID: id}, nil
	}
	if ok && !readable {
		return channels.Accepted{}, channels.NoAnswer(vendor, nil)
	}
	se := channels.AnswerError(vendor, code, "", resp.Status, resp.Header)
	switch {
	case listed("retry_values"):
		se.Class = channels.ClassRetryable
	case listed("auth_values"):
		se.Class, se.Hint = channels.ClassAuth, "Check the channel's credentials and bind it again."
	case ok:
		// It says itself that it did not take the message.
		se.Class = channels.ClassPermanent
	}
	if ok {
		se.Message = vendor + " refused the message."
	}
	return channels.Accepted{}, se
}

// checkTemplates finds placeholders that stand for nothing, a body that is no
// JSON, and headers that are none.
func checkTemplates(a channels.Account) *channels.FieldError {
	for _, field := range []string{"path", "body", "headers"} {
		for _, m := range placeholder.FindAllStringSubmatch(a.Settings[field], -1) {
			if !slices.Contains(names(), m[1]) {
				return &channels.FieldError{Field: "settings." + field, Message: "There is nothing that " + m[0] + " stands for. Possible are " + strings.Join(names(), ", ") + "."}
			}
		}
	}
	for line := range strings.Lines(a.Settings["headers"]) {
		name, _, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); strings.TrimSpace(line) != "" && (!ok || !headerName.MatchString(name) || strings.EqualFold(name, "Host")) {
			return &channels.FieldError{Field: "settings.headers", Message: "This line is no header: " + strconv.Quote(strings.TrimSpace(line)) + ". Write one like X-Sender: {{from}}."}
		}
	}
	content := a.Settings["content_type"]
	if body := a.Settings["body"]; body != "" && (content == "" || content == "json") {
		sample := fill(body, map[string]string{"to": "1", "from": "1", "text": "1", "message_id": "1", "category": "1", "callback_url": "1"}, inJSON)
		if !json.Valid([]byte(sample)) {
			return &channels.FieldError{Field: "settings.body", Message: "With values in it, the body is no JSON. Placeholders stand between quotes: \"{{text}}\"."}
		}
	}
	return nil
}

func escapes(content string) func(string) string {
	switch content {
	case "json":
		return inJSON
	case "form":
		return escapeQuery
	}
	return func(s string) string { return s }
}

// inJSON escapes a text for between quotes.
func inJSON(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	// What is special within HTML only stays as it is.
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return ""
	}
	quoted := strings.TrimSpace(b.String())
	return quoted[1 : len(quoted)-1]
}

// inHeader keeps a text to one line.
func inHeader(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// at is the text at a dotted path, "" when there is none. Numbers in the path
// choose from lists.
func at(v any, path string) string {
	if path == "" {
		return ""
	}
	for key := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(in) {
				return ""
			}
			v = in[i]
		default:
			return ""
		}
	}
	switch found := v.(type) {
	case string:
		return found
	case json.Number:
		return found.String()
	case bool:
		return strconv.FormatBool(found)
	}
	return ""
}

// decoded reads JSON, and keeps every digit of numbers: ids may have more than a
// float holds.
func decoded(data []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return nil, false
	}
	return v, true
}

// words splits a list with commas, in lower case.
func words(list string) []string {
	var found []string
	for w := range strings.SplitSeq(list, ",") {
		if w = strings.ToLower(strings.TrimSpace(w)); w != "" {
			found = append(found, w)
		}
	}
	return found
}

// signature is an HMAC of the raw body.
func signature(algorithm, encoding, secret string, body []byte) string {
	algorithms := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
	mac := hmac.New(algorithms[algorithm], []byte(secret))
	mac.Write(body)
	if encoding == "base64" {
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return hex.EncodeToString(mac.Sum(nil))
}
