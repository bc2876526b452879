package channels

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Template is an entry of the template registry: a message that the vendor
// approved beforehand.
//
// Its texts hold {{1}}, {{2}} … where a sender's parameters go, numbered through
// all parts: a message gives one list of values, whatever the vendor calls them.
type Template struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Category string `json:"category,omitempty"`
	// ProviderID is what a send names it by: Twilio's ContentSid.
	ProviderID string `json:"provider_id,omitempty"`
	// Body is the approved text. It may be unknown (empty): only the vendor
	// needs it.
	Body string `json:"body,omitempty"`
	TemplateContent
}

// TemplateContent is what a template holds beside its body. All of it is empty
// for a template that a person recorded.
type TemplateContent struct {
	Header     *TemplateHeader     `json:"header,omitempty"`
	Footer     string              `json:"footer,omitempty"`
	Buttons    []TemplateButton    `json:"buttons,omitempty"`
	Parameters []TemplateParameter `json:"parameters,omitempty"`
}

// The formats of a template's header.
const (
	HeaderText     = "text"
	HeaderImage    = "image"
	HeaderVideo    = "video"
	HeaderDocument = "document"
)

// TemplateHeader stands above the body: a line of text, or a file at URL.
type TemplateHeader struct {
	Format string `json:"format"`
	Text   string `json:"text,omitempty"`
	URL    string `json:"url,omitempty"`
}

// The types of a template's buttons.
const (
	ButtonReply = "reply"
	ButtonURL   = "url"
	ButtonPhone = "phone"
	// ButtonCode copies Code: a coupon, or the one-time password of an
	// authentication template.
	ButtonCode  = "copy_code"
	ButtonOther = "other"
)

// TemplateButton is a button below the body. Which fields it has follows from
// its type.
type TemplateButton struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	URL   string `json:"url,omitempty"`
	Phone string `json:"phone,omitempty"`
	Code  string `json:"code,omitempty"`
}

// The kinds of a parameter, which say what its value is.
const (
	ParameterText = "text"
	// ParameterMedia is the public address of a file.
	ParameterMedia = "media"
	// ParameterLink is the end of a link's address.
	ParameterLink = "link"
	ParameterCode = "code"
)

// TemplateParameter is one value that a sender gives. Name is the vendor's key
// of it, which need not be unique where the vendor counts each part by itself.
type TemplateParameter struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Example string `json:"example,omitempty"`
}

// TemplateStatus is a vendor's word on a template, as the registry keeps it:
// draft, pending, approved, rejected, paused or disabled.
type TemplateStatus string

// The statuses of a template.
const (
	TemplateDraft    TemplateStatus = "draft"
	TemplatePending  TemplateStatus = "pending"
	TemplateApproved TemplateStatus = "approved"
	TemplateRejected TemplateStatus = "rejected"
	TemplatePaused   TemplateStatus = "paused"
	TemplateDisabled TemplateStatus = "disabled"
)

// TemplateLister is a provider whose vendor lists the templates of an account.
type TemplateLister interface {
	// ListTemplates reads one page. The first has the name ""; each page names
	// the next one. Errors are *SendError; a retryable one is not the end.
	ListTemplates(ctx context.Context, a Account, page string) (TemplatePage, error)
}

// TemplatePage is one page of a vendor's list.
type TemplatePage struct {
	Templates []VendorTemplate
	Skipped   []SkippedTemplate
	// Next names the page after this one; empty: there is none.
	Next string
	// Total is how many templates there are; zero: the vendor does not say.
	Total int
	// Pause is how long the vendor's rate limit wants us to wait before the
	// next page.
	Pause time.Duration
}

// VendorTemplate is a template as its vendor tells of it. ID is the vendor's
// name for it in all its languages or in this one; together with the language
// it is unique in the account.
type VendorTemplate struct {
	ID     string
	Status TemplateStatus
	// Reason is why the status is not "approved", if the vendor says.
	Reason string
	// Quality is "high", "medium", "low" or empty.
	Quality string
	// Template has no slug yet.
	Template
}

// SkippedTemplate is one that cannot be sent from here, and why.
type SkippedTemplate struct {
	Name, Language, Reason string
}

// Quality is a vendor's colour for how people take to a template, in words.
func Quality(colour string) string {
	return map[string]string{"GREEN": "high", "YELLOW": "medium", "RED": "low"}[strings.ToUpper(colour)]
}

var placeholder = regexp.MustCompile(`\{\{\s*(\d{1,3})\s*\}\}`)

// Placeholders are the numbers of the parameters in a text, each once, ascending.
func Placeholders(text string) []int {
	found := map[int]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			found[n] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Fill puts parameters in the place of {{1}}, {{2}} … Placeholders without one
// stay as they are. What a parameter contains is not looked at again.
func Fill(text string, parameters []string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		n, err := strconv.Atoi(placeholder.FindStringSubmatch(m)[1])
		if err != nil || n < 1 || n > len(parameters) {
			return m
		}
		return parameters[n-1]
	})
}

// Render is the text a person gets to see.
func (t Template) Render(parameters []string) string { return Fill(t.Body, parameters) }

// CheckParameters refuses a message that gives fewer values than the template
// needs: vendors would refuse it with less telling words. Of a template that
// was not imported nobody knows how many it needs.
func (t Template) CheckParameters(given []string) error {
	if len(given) >= len(t.Parameters) {
		return nil
	}
	return &SendError{
		Class: ClassPermanent, Code: CodeTemplate, Fallback: true,
		Message: fmt.Sprintf("The template %q needs %d parameters, and the message gives %d.", t.Slug, len(t.Parameters), len(given)),
		Hint:    "Fill in the template's parameters in the step that sends it.",
	}
}

// ByName are the parameters of a message by the vendor's keys.
func (c TemplateContent) ByName(given []string) map[string]string {
	named := make(map[string]string, len(c.Parameters))
	for i, p := range c.Parameters {
		if i < len(given) {
			named[p.Name] = given[i]
		}
	}
	return named
}
