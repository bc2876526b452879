package twilio

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sluice/server/channels"
)

const (
	contentBaseURL = "https://content.twilio.com"
	contentPath    = "/v1/ContentAndApprovals"
	// Twilio allows 1,000 in a page; each holds every variant of its message.
	contentPage = "100"
)

// content is a Content resource with its approval by WhatsApp.
type content struct {
	SID       string                     `json:"sid"`
	Name      string                     `json:"friendly_name"`
	Language  string                     `json:"language"`
	Variables map[string]string          `json:"variables"`
	Types     map[string]json.RawMessage `json:"types"`
	Approval  struct {
		Name     string `json:"name"`
		Category string `json:"category"`
		Status   string `json:"status"`
		Reason   string `json:"rejection_reason"`
	} `json:"approval_requests"`
}

// variant is one type of a content: what a channel shows of it. Each type has
// some of the fields.
type variant struct {
	Body     string    `json:"body"`
	Title    string    `json:"title"`
	Subtitle string    `json:"subtitle"`
	Header   string    `json:"header_text"`
	Footer   string    `json:"footer"`
	Media    mediaList `json:"media"`
	Button   string    `json:"button"`
	Actions  []action  `json:"actions"`
	Minutes  int       `json:"code_expiration_minutes"`
	Advice   bool      `json:"add_security_recommendation"`
}

type action struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	URL      string `json:"url"`
	Phone    string `json:"phone"`
	Code     string `json:"code"`
	CopyText string `json:"copy_code_text"`
}

// mediaList is a list of addresses, which some types write as one.
type mediaList []string

func (m *mediaList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*m = mediaList{one}
		return nil
	}
	var list []string
	err := json.Unmarshal(data, &list)
	*m = list
	return err
}

// ListTemplates reads a page of the account's contents. The next page is the
// query of the address that Twilio gives: the address itself is ours.
func (p *Provider) ListTemplates(ctx context.Context, a channels.Account, page string) (channels.TemplatePage, error) {
	if err := checkComplete(a); err != nil {
		return channels.TemplatePage{}, err
	}
	if page == "" {
		page = url.Values{"PageSize": {contentPage}}.Encode()
	}
	req, err := p.contentRequest(ctx, a, page)
	if err != nil {
		return channels.TemplatePage{}, err
	}
	body, err := p.call(a, req)
	if err != nil {
		return channels.TemplatePage{}, err
	}
	var answer struct {
		Contents *[]content `json:"contents"`
		Meta     struct {
			Next string `json:"next_page_url"`
		} `json:"meta"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Contents == nil {
		return channels.TemplatePage{}, channels.NoAnswer(title, err)
	}
	var found channels.TemplatePage
	for _, c := range *answer.Contents {
		if v, why := readContent(a.Type, c); why != "" {
			found.Skipped = append(found.Skipped, channels.SkippedTemplate{Name: c.Name, Language: c.Language, Reason: why})
		} else {
			found.Templates = append(found.Templates, v)
		}
	}
	if next, err := url.Parse(answer.Meta.Next); err == nil {
		found.Next = next.RawQuery
	}
	return found, nil
}

// contentRequest prepares a call of the Content API, which has a host of its
// own beside the one for messages: content.twilio.com, or that of a region.
func (p *Provider) contentRequest(ctx context.Context, a channels.Account, query string) (*http.Request, error) {
	req, err := p.request(ctx, a, http.MethodGet, "", nil)
	if err != nil {
		return nil, err
	}
	base := a.Base(contentBaseURL)
	if host, ok := strings.CutPrefix(base, "https://api."); ok && strings.HasSuffix(req.URL.Hostname(), ".twilio.com") {
		base = "https://content." + host
	}
	target, err := url.Parse(base + contentPath + "?" + query)
	if err != nil {
		return nil, channels.BadBaseURL(defaultBaseURL)
	}
	req.URL, req.Host = target, target.Host
	return req, nil
}

// shown are the types in the order of what shows most.
var shown = []string{
	"whatsapp/authentication", "whatsapp/card", "twilio/card", "twilio/quick-reply", "twilio/call-to-action",
	"twilio/list-picker", "twilio/media", "twilio/text",
}

// readContent turns a content into a template of the registry. why says why it
// cannot be sent on the channel, if it cannot.
func readContent(t channels.ChannelType, c content) (v channels.VendorTemplate, why string) {
	kind := ""
	for _, known := range shown {
		if _, ok := c.Types[known]; ok && (t == channels.WhatsApp || known == "twilio/text" || known == "twilio/media") {
			kind = known
			break
		}
	}
	if kind == "" {
		names := slices.Sorted(maps.Keys(c.Types))
		if t != channels.WhatsApp {
			return v, "Text messages take text and media only, and this is " + strings.Join(names, ", ") + "."
		}
		return v, "Content of the type " + strings.Join(names, ", ") + " cannot be sent from here."
	}
	var in variant
	if err := json.Unmarshal(c.Types[kind], &in); err != nil {
		return v, "Its content cannot be read."
	}
	v = channels.VendorTemplate{ID: c.SID, Template: channels.Template{
		Name: first(c.Approval.Name, c.Name, c.SID), Language: c.Language, Category: strings.ToLower(c.Approval.Category), ProviderID: c.SID,
	}}
	v.Status, v.Reason = approval(t, c)
	if kind == "whatsapp/authentication" {
		v.Category = first(v.Category, "authentication")
		in.Body = first(in.Body, "{{1}} is your verification code.")
		if in.Advice {
			in.Body += " For your security, do not share this code."
		}
		if in.Minutes > 0 {
			in.Footer = fmt.Sprintf("This code expires in %d minutes.", in.Minutes)
		}
	}
	fill(&v, in, c.Variables)
	return v, ""
}

// approval is WhatsApp's word on the content. Text messages need none.
func approval(t channels.ChannelType, c content) (channels.TemplateStatus, string) {
	if t != channels.WhatsApp {
		return channels.TemplateApproved, ""
	}
	reason := strings.TrimSpace(c.Approval.Reason)
	switch c.Approval.Status {
	case "approved":
		return channels.TemplateApproved, ""
	case "received", "pending":
		return channels.TemplatePending, ""
	case "rejected":
		return channels.TemplateRejected, reason
	case "paused":
		return channels.TemplatePaused, first(reason, "People complained about it, so WhatsApp paused it.")
	case "disabled":
		return channels.TemplateDisabled, first(reason, "People complained about it, so WhatsApp disabled it.")
	case "", "unsubmitted":
		return channels.TemplateDraft, "It was not submitted for WhatsApp's approval."
	}
	return channels.TemplatePending, "Twilio calls its state " + c.Approval.Status + "."
}

var contentVariable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}`)

// fill sets the texts of a template, its variables replaced by the registry's
// numbers.
func fill(v *channels.VendorTemplate, in variant, samples map[string]string) {
	texts := []string{in.Body, in.Title, in.Subtitle, in.Header, in.Footer}
	texts = append(texts, in.Media...)
	for _, a := range in.Actions {
		texts = append(texts, a.Title, a.URL, a.Phone, a.Code)
	}
	numbers := number(texts, samples)
	r := func(text string) string {
		return contentVariable.ReplaceAllStringFunc(text, func(m string) string {
			return fmt.Sprintf("{{%d}}", numbers[contentVariable.FindStringSubmatch(m)[1]])
		})
	}
	v.Body = r(joined(in.Body, in.Title, in.Subtitle))
	v.Footer = r(in.Footer)
	if in.Body == "" && in.Subtitle != "" {
		// A card's subtitle stands where a footer does.
		v.Body, v.Footer = r(in.Title), r(in.Subtitle)
	}
	switch {
	case len(in.Media) > 0:
		v.Header = &channels.TemplateHeader{Format: formatOf(in.Media[0]), URL: r(in.Media[0])}
	case in.Header != "":
		v.Header = &channels.TemplateHeader{Format: channels.HeaderText, Text: r(in.Header)}
	}
	for _, a := range in.Actions {
		v.Buttons = append(v.Buttons, buttonOf(a, r))
	}
	if in.Button != "" {
		v.Buttons = append(v.Buttons, channels.TemplateButton{Type: channels.ButtonOther, Text: r(in.Button)})
	}
	v.Parameters = make([]channels.TemplateParameter, len(numbers))
	for name, n := range numbers {
		v.Parameters[n-1] = channels.TemplateParameter{Name: name, Kind: kindOf(name, in, v.Category), Example: samples[name]}
	}
}

// joined is the text of a card that has its title apart.
func joined(body, title, subtitle string) string {
	if body != "" && title != "" {
		return title + "\n" + body
	}
	return first(body, title, subtitle)
}

// number gives each variable a place. Variables that are numbers keep them as
// long as none is missing.
func number(texts []string, samples map[string]string) map[string]int {
	var names []string
	for _, text := range texts {
		for _, m := range contentVariable.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	// Twilio's types that show less than they hold name the rest here.
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if !slices.ContainsFunc(names, func(name string) bool { _, err := strconv.Atoi(name); return err != nil }) {
		slices.SortFunc(names, func(x, y string) int { return atoi(x) - atoi(y) })
	}
	numbers := make(map[string]int, len(names))
	for i, name := range names {
		numbers[name] = i + 1
	}
	return numbers
}

func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// kindOf says what the value of a variable is, by where it stands.
func kindOf(name string, in variant, category string) string {
	has := func(text string) bool {
		return slices.ContainsFunc(contentVariable.FindAllStringSubmatch(text, -1), func(m []string) bool { return m[1] == name })
	}
	switch {
	case slices.ContainsFunc(in.Media, has):
		return channels.ParameterMedia
	case has(in.Body) && category == "authentication", slices.ContainsFunc(in.Actions, func(a action) bool { return has(a.Code) }):
		return channels.ParameterCode
	case slices.ContainsFunc(in.Actions, func(a action) bool { return has(a.URL) }) && !has(in.Body):
		return channels.ParameterLink
	}
	return channels.ParameterText
}

func buttonOf(a action, r func(string) string) channels.TemplateButton {
	switch a.Type {
	case "URL":
		return channels.TemplateButton{Type: channels.ButtonURL, Text: r(a.Title), URL: r(a.URL)}
	case "PHONE_NUMBER", "VOICE_CALL":
		return channels.TemplateButton{Type: channels.ButtonPhone, Text: r(a.Title), Phone: r(a.Phone)}
	case "COPY_CODE":
		return channels.TemplateButton{Type: channels.ButtonCode, Text: first(r(a.Title), a.CopyText), Code: first(r(a.Code), "{{1}}")}
	case "", "QUICK_REPLY":
		return channels.TemplateButton{Type: channels.ButtonReply, Text: r(a.Title)}
	}
	return channels.TemplateButton{Type: channels.ButtonOther, Text: r(a.Title)}
}

// formatOf is the kind of a file by the end of its address.
func formatOf(address string) string {
	end := strings.ToLower(address)
	if i := strings.IndexAny(end, "?#"); i >= 0 {
		end = end[:i]
	}
	for format, ends := range map[string][]string{
		channels.HeaderVideo:    {".mp4", ".3gp", ".3gpp"},
		channels.HeaderDocument: {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".txt"},
	} {
		if slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(end, e) }) {
			return format
		}
	}
	return channels.HeaderImage
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// variables are a message's parameters in Twilio's form, by the names that the
// content gives them; of a template that was recorded by hand by their places.
func variables(t *channels.Template, parameters []string) (string, error) {
	if err := t.CheckParameters(parameters); err != nil {
		return "", err
	}
	if len(t.Parameters) == 0 {
		return contentVariables(parameters), nil
	}
	data, err := json.Marshal(t.ByName(parameters))
	if err != nil {
		panic("twilio: a map of strings cannot be written as JSON: " + err.Error())
	}
	return string(data), nil
}
