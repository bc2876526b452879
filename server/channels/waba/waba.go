// Package waba reads and fills the message templates of WhatsApp Business
// accounts, in the form that Meta gives them and that vendors above Meta pass
// on.
//
// The facts come from Meta's public documentation of the WhatsApp Business
// Platform: the message template object, its components, and the components of
// a template message.
package waba

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sluice/server/channels"
)

// Template is a message template as the API lists it.
type Template struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Status   string `json:"status"`
	Category string `json:"category"`
	// ParameterFormat is POSITIONAL or NAMED.
	ParameterFormat string `json:"parameter_format"`
	RejectedReason  string `json:"rejected_reason"`
	QualityScore    struct {
		Score string `json:"score"`
	} `json:"quality_score"`
	Components []Component `json:"components"`
}

// Component is one part of a template; Type says which of the fields it has.
type Component struct {
	Type                string   `json:"type"`
	Format              string   `json:"format"`
	Text                string   `json:"text"`
	Buttons             []Button `json:"buttons"`
	Example             Example  `json:"example"`
	AddSecurityAdvice   bool     `json:"add_security_recommendation"`
	CodeExpirationAfter int      `json:"code_expiration_minutes"`
}

// Button is a button of a template.
type Button struct {
	Type    string   `json:"type"`
	Text    string   `json:"text"`
	URL     string   `json:"url"`
	Phone   string   `json:"phone_number"`
	Example exampled `json:"example"`
}

// Example are sample values, in one of several shapes.
type Example struct {
	HeaderText   []string       `json:"header_text"`
	HeaderHandle []string       `json:"header_handle"`
	BodyText     [][]string     `json:"body_text"`
	HeaderNamed  []namedExample `json:"header_text_named_params"`
	BodyNamed    []namedExample `json:"body_text_named_params"`
}

type namedExample struct {
	Name    string `json:"param_name"`
	Example string `json:"example"`
}

// statuses maps Meta's word to ours, with what to say of it where the word does
// not say enough.
var statuses = map[string]struct {
	status channels.TemplateStatus
	reason string
}{
	"APPROVED":       {channels.TemplateApproved, ""},
	"FLAGGED":        {channels.TemplateApproved, ""},
	"LOCKED":         {channels.TemplateApproved, ""},
	"PENDING":        {channels.TemplatePending, ""},
	"IN_APPEAL":      {channels.TemplatePending, "The rejection is being appealed."},
	"REJECTED":       {channels.TemplateRejected, ""},
	"PAUSED":         {channels.TemplatePaused, "People complained about it, so Meta paused it."},
	"DISABLED":       {channels.TemplateDisabled, "People complained about it, so Meta disabled it."},
	"LIMIT_EXCEEDED": {channels.TemplateDisabled, "The account has more templates than it may have."},
	"ARCHIVED":       {channels.TemplateDisabled, "It is archived in the WhatsApp Manager."},
}

// reasons are Meta's words for a rejection.
var reasons = map[string]string{
	"ABUSIVE_CONTENT":      "Its content breaks WhatsApp's policies.",
	"INVALID_FORMAT":       "Its format is not valid.",
	"PROMOTIONAL":          "It is promotional, and its category is not.",
	"TAG_CONTENT_MISMATCH": "Its content does not fit its category.",
	"INCORRECT_CATEGORY":   "Its content does not fit its category.",
	"SCAM":                 "Meta takes it for a scam.",
}

var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}`)

// Read turns a listed template into one of the registry. why says why it cannot
// be sent from here, if it cannot. listed is false for one that is being deleted.
func Read(t Template) (v channels.VendorTemplate, why string, listed bool) {
	if t.Status == "DELETED" || t.Status == "PENDING_DELETION" {
		return v, "", false
	}
	v = channels.VendorTemplate{ID: t.ID, Quality: channels.Quality(t.QualityScore.Score), Template: channels.Template{
		Name: t.Name, Language: t.Language, Category: strings.ToLower(t.Category), ProviderID: t.Name,
	}}
	v.Status, v.Reason = statusOf(t)
	r := reader{named: t.ParameterFormat == "NAMED", authentication: strings.EqualFold(t.Category, "authentication"), out: &v}
	// The body comes first: its parameters keep the vendor's numbers.
	for _, read := range []func(Component) string{r.body, r.header, r.footer, r.buttons} {
		for _, c := range t.Components {
			if why := read(c); why != "" {
				return v, why, true
			}
		}
	}
	return v, "", true
}

func statusOf(t Template) (channels.TemplateStatus, string) {
	s, known := statuses[t.Status]
	if !known {
		return channels.TemplatePending, "Meta calls its state " + t.Status + "."
	}
	if s.status != channels.TemplateRejected || t.RejectedReason == "" || t.RejectedReason == "NONE" {
		return s.status, s.reason
	}
	if reason, ok := reasons[t.RejectedReason]; ok {
		return s.status, reason
	}
	return s.status, "Meta says: " + t.RejectedReason + "."
}

// reader fills the registry's form part by part.
type reader struct {
	named, authentication bool
	out                   *channels.VendorTemplate
}

// add notes a parameter and returns its placeholder.
func (r *reader) add(p channels.TemplateParameter) string {
	r.out.Parameters = append(r.out.Parameters, p)
	return fmt.Sprintf("{{%d}}", len(r.out.Parameters))
}

// renumber gives the variables of one part the registry's numbers. Positional
// ones are taken in their own order, named ones as they appear.
func (r *reader) renumber(text, kind string, example func(name string, place int) string) string {
	var names []string
	known := map[string]string{}
	note := func(name string) {
		if _, ok := known[name]; !ok {
			known[name] = ""
			names = append(names, name)
		}
	}
	if !r.named {
		highest := 0
		for _, m := range variable.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(m[1]); err == nil {
				highest = max(highest, min(n, maxVariables))
			}
		}
		for n := 1; n <= highest; n++ {
			note(strconv.Itoa(n))
		}
	}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		note(m[1])
	}
	for i, name := range names {
		known[name] = r.add(channels.TemplateParameter{Name: name, Kind: kind, Example: example(name, i)})
	}
	return variable.ReplaceAllStringFunc(text, func(m string) string { return known[variable.FindStringSubmatch(m)[1]] })
}

// maxVariables is far more than a body of 1,024 characters can hold.
const maxVariables = 100

func (r *reader) body(c Component) string {
	if c.Type != "BODY" {
		return ""
	}
	text := c.Text
	if text == "" && r.authentication {
		// Meta words these itself, in the template's language.
		text = "{{1}} is your verification code."
		if c.AddSecurityAdvice {
			text += " For your security, do not share this code."
		}
	}
	kind := channels.ParameterText
	if r.authentication {
		kind = channels.ParameterCode
	}
	r.out.Body = r.renumber(text, kind, func(name string, place int) string {
		return sample(c.Example.BodyNamed, name, append(c.Example.BodyText, nil)[0], place)
	})
	return ""
}

func sample(named []namedExample, name string, positional []string, place int) string {
	for _, e := range named {
		if e.Name == name {
			return e.Example
		}
	}
	if place < len(positional) {
		return positional[place]
	}
	return ""
}

func (r *reader) header(c Component) string {
	switch {
	case c.Type == "CAROUSEL":
		return "It is a carousel, which cannot be sent from here."
	case c.Type == "LIMITED_TIME_OFFER":
		return "It is a limited-time offer, which cannot be sent from here."
	case c.Type != "HEADER":
		return ""
	}
	switch format := strings.ToLower(c.Format); format {
	case channels.HeaderText:
		r.out.Header = &channels.TemplateHeader{Format: format, Text: r.renumber(c.Text, channels.ParameterText, func(name string, place int) string {
			return sample(c.Example.HeaderNamed, name, c.Example.HeaderText, place)
		})}
	case channels.HeaderImage, channels.HeaderVideo, channels.HeaderDocument:
		r.out.Header = &channels.TemplateHeader{Format: format, URL: r.add(channels.TemplateParameter{Name: "header", Kind: channels.ParameterMedia})}
	default:
		return "Its header (" + format + ") cannot be sent from here."
	}
	return ""
}

func (r *reader) footer(c Component) string {
	if c.Type != "FOOTER" {
		return ""
	}
	r.out.Footer = c.Text
	if c.Text == "" && c.CodeExpirationAfter > 0 {
		r.out.Footer = fmt.Sprintf("This code expires in %d minutes.", c.CodeExpirationAfter)
	}
	return ""
}

func (r *reader) buttons(c Component) string {
	if c.Type != "BUTTONS" {
		return ""
	}
	for _, b := range c.Buttons {
		button := channels.TemplateButton{Type: channels.ButtonOther, Text: b.Text}
		switch b.Type {
		case "QUICK_REPLY":
			button.Type = channels.ButtonReply
		case "PHONE_NUMBER", "VOICE_CALL":
			button.Type, button.Phone = channels.ButtonPhone, b.Phone
		case "COPY_CODE":
			button.Type, button.Code = channels.ButtonCode, r.add(channels.TemplateParameter{Name: "coupon_code", Kind: channels.ParameterCode, Example: b.Example.first()})
		case "OTP", "URL":
			if r.authentication && len(r.out.Parameters) > 0 {
				// The button copies the code that stands in the text.
				button.Type, button.Code = channels.ButtonCode, "{{1}}"
				break
			}
			button.Type, button.URL = channels.ButtonURL, r.link(b)
		default:
			return "Its button of the type " + b.Type + " cannot be sent from here."
		}
		r.out.Buttons = append(r.out.Buttons, button)
	}
	return ""
}

// link is a button's address, whose end may be a parameter. It is counted by
// position even where the others have names.
func (r *reader) link(b Button) string {
	plain := &reader{out: r.out}
	return plain.renumber(b.URL, channels.ParameterLink, func(string, int) string { return b.Example.first() })
}
