package alibaba

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
)

const (
	// templatePage templates are listed at a time: one call for the list and
	// one for each, at "up to five requests per second".
	templatePage  = 5
	templatePause = 1200 * time.Millisecond
)

// listed is a template in the list, which does not hold its texts.
type listed struct {
	Name     string `json:"TemplateName"`
	Code     string `json:"TemplateCode"`
	Language string `json:"Language"`
	Status   string `json:"AuditStatus"`
	Category string `json:"Category"`
	Reason   string `json:"Reason"`
	Quality  string `json:"QualityScore"`
}

// detail is what GetChatappTemplateDetail tells more.
type detail struct {
	Status     string            `json:"AuditStatus"`
	Reason     string            `json:"Reason"`
	Quality    string            `json:"QualityScore"`
	Category   string            `json:"Category"`
	Example    map[string]string `json:"Example"`
	Components []component       `json:"Components"`
}

type component struct {
	Type      string   `json:"Type"`
	Text      string   `json:"Text"`
	Format    string   `json:"Format"`
	URL       string   `json:"Url"`
	Caption   string   `json:"Caption"`
	Advice    bool     `json:"AddSecretRecommendation"`
	Minutes   int      `json:"CodeExpirationMinutes"`
	Buttons   []button `json:"Buttons"`
	OfferTime string   `json:"OfferExpirationTimeMs"`
}

type button struct {
	Type   string `json:"Type"`
	Text   string `json:"Text"`
	Phone  string `json:"PhoneNumber"`
	URL    string `json:"Url"`
	Coupon string `json:"CouponCode"`
}

// ListTemplates reads a page of the instance's templates and the details of
// each. Its pages are numbered from 1.
func (p *Provider) ListTemplates(ctx context.Context, a channels.Account, page string) (channels.TemplatePage, error) {
	if err := checkComplete(a); err != nil {
		return channels.TemplatePage{}, err
	}
	index := 1
	if n, err := strconv.Atoi(page); err == nil {
		index = n
	}
	kind := strings.ToUpper(string(a.Type))
	body, err := p.call(ctx, a, call{"ListChatappTemplate", chatVersion, url.Values{
		"CustSpaceId": {a.Settings[settingSpace]}, "TemplateType": {kind}, "Page": {fmt.Sprintf(`{"Index":%d,"Size":%d}`, index, templatePage)},
	}, nil})
	if err != nil {
		return channels.TemplatePage{}, err
	}
	var answer struct {
		List  []listed `json:"ListTemplate"`
		Total int      `json:"Total"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return channels.TemplatePage{}, channels.NoAnswer(title, err)
	}
	found := channels.TemplatePage{Total: answer.Total, Pause: templatePause}
	if len(answer.List) == templatePage && (answer.Total == 0 || index*templatePage < answer.Total) {
		found.Next = strconv.Itoa(index + 1)
	}
	for _, l := range answer.List {
		d, err := p.templateDetail(ctx, a, kind, l)
		if err != nil {
			return channels.TemplatePage{}, err
		}
		if v, why := readTemplate(l, d); why != "" {
			found.Skipped = append(found.Skipped, channels.SkippedTemplate{Name: l.Name, Language: l.Language, Reason: why})
		} else {
			found.Templates = append(found.Templates, v)
		}
	}
	return found, nil
}

func (p *Provider) templateDetail(ctx context.Context, a channels.Account, kind string, l listed) (detail, error) {
	body, err := p.call(ctx, a, call{"GetChatappTemplateDetail", chatVersion, url.Values{
		"CustSpaceId": {a.Settings[settingSpace]}, "TemplateType": {kind}, "TemplateCode": {l.Code}, "Language": {l.Language},
	}, nil})
	if err != nil {
		return detail{}, err
	}
	var answer struct {
		Data detail `json:"Data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return detail{}, channels.NoAnswer(title, err)
	}
	return answer.Data, nil
}

// auditStatus maps Alibaba Cloud's word.
func auditStatus(word string) (channels.TemplateStatus, string) {
	switch strings.ToLower(word) {
	case "pass", "approved":
		return channels.TemplateApproved, ""
	case "fail", "rejected":
		return channels.TemplateRejected, ""
	case "auditing", "pending":
		return channels.TemplatePending, ""
	case "unaudit":
		return channels.TemplatePaused, "The review is suspended."
	case "paused":
		return channels.TemplatePaused, "People complained about it, so WhatsApp paused it."
	case "disabled":
		return channels.TemplateDisabled, "People complained about it, so WhatsApp disabled it."
	}
	return channels.TemplatePending, "Alibaba Cloud calls its state " + word + "."
}

// readTemplate turns a template into one of the registry. why says why it cannot
// be sent from here, if it cannot.
func readTemplate(l listed, d detail) (v channels.VendorTemplate, why string) {
	v = channels.VendorTemplate{ID: l.Code, Quality: channels.Quality(first(d.Quality, l.Quality)), Template: channels.Template{
		Name: first(l.Name, l.Code), Language: l.Language, Category: strings.ToLower(first(d.Category, l.Category)), ProviderID: l.Code,
	}}
	v.Status, v.Reason = auditStatus(first(d.Status, l.Status))
	if reason := first(d.Reason, l.Reason); reason != "" && !strings.EqualFold(reason, "none") && v.Status != channels.TemplateApproved {
		v.Reason = reason
	}
	r := templateReader{out: &v, samples: d.Example, numbers: map[string]int{}}
	// The body comes first, as in the templates of other vendors.
	for _, kind := range []string{"BODY", "HEADER", "FOOTER", "BUTTONS", ""} {
		for _, c := range d.Components {
			if c.Type != kind && kind != "" {
				continue
			}
			if why := r.read(kind, c); why != "" {
				return v, why
			}
		}
	}
	// Variables of fixed texts that Alibaba Cloud does not show.
	for _, name := range slices.Sorted(maps.Keys(d.Example)) {
		r.number(name, channels.ParameterText)
	}
	return v, ""
}

type templateReader struct {
	out     *channels.VendorTemplate
	samples map[string]string
	numbers map[string]int
}

// number is the place of a variable, which has one name in all parts.
func (r *templateReader) number(name, kind string) int {
	if n, ok := r.numbers[name]; ok {
		return n
	}
	r.out.Parameters = append(r.out.Parameters, channels.TemplateParameter{Name: name, Kind: kind, Example: r.samples[name]})
	r.numbers[name] = len(r.out.Parameters)
	return r.numbers[name]
}

func (r *templateReader) text(text, kind string) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		return fmt.Sprintf("{{%d}}", r.number(variable.FindStringSubmatch(m)[1], kind))
	})
}

func (r *templateReader) read(kind string, c component) (why string) {
	authentication := r.out.Category == "authentication"
	switch kind {
	case "BODY":
		text, of := c.Text, channels.ParameterText
		if authentication {
			of = channels.ParameterCode
			if text == "" {
				text = "$(" + r.codeName() + ") is your verification code."
				if c.Advice {
					text += " For your security, do not share this code."
				}
			}
		}
		r.out.Body = r.text(text, of)
	case "HEADER":
		format := strings.ToLower(c.Format)
		switch format {
		case channels.HeaderText:
			r.out.Header = &channels.TemplateHeader{Format: format, Text: r.text(c.Text, channels.ParameterText)}
		case channels.HeaderImage, channels.HeaderVideo, channels.HeaderDocument:
			r.out.Header = &channels.TemplateHeader{Format: format, URL: r.text(c.URL, channels.ParameterMedia)}
		default:
			return "Its header (" + format + ") cannot be sent from here."
		}
	case "FOOTER":
		r.out.Footer = r.text(c.Text, channels.ParameterText)
		if c.Text == "" && c.Minutes > 0 {
			r.out.Footer = fmt.Sprintf("This code expires in %d minutes.", c.Minutes)
		}
	case "BUTTONS":
		for _, b := range c.Buttons {
			if !r.button(b, authentication) {
				return "Its button of the type " + b.Type + " cannot be sent from here."
			}
		}
	default:
		if c.Type == "CAROUSEL" || c.Type == "LIMITED_TIME_OFFER" {
			return "Templates with the part " + c.Type + " cannot be sent from here."
		}
	}
	return ""
}

// codeName is the variable of a one-time password, whose text is not told.
func (r *templateReader) codeName() string {
	for _, name := range slices.Sorted(maps.Keys(r.samples)) {
		return name
	}
	return "code"
}

func (r *templateReader) button(b button, authentication bool) bool {
	made := channels.TemplateButton{Text: r.text(b.Text, channels.ParameterText)}
	switch b.Type {
	case "QUICK_REPLY":
		made.Type = channels.ButtonReply
	case "PHONE_NUMBER":
		made.Type, made.Phone = channels.ButtonPhone, r.text(b.Phone, channels.ParameterText)
	case "URL":
		made.Type, made.URL = channels.ButtonURL, r.text(b.URL, channels.ParameterLink)
	case "COPY_CODE", "ONE_TAP", "ZERO_TAP":
		made.Type, made.Code = channels.ButtonCode, r.text(b.Coupon, channels.ParameterCode)
		if authentication {
			made.Code = "{{1}}"
		}
	default:
		return false
	}
	r.out.Buttons = append(r.out.Buttons, made)
	return true
}

// variable is a placeholder as Alibaba Cloud's templates write it.
var variable = regexp.MustCompile(`\$\(([A-Za-z0-9_]{1,64})\)`)

// named are a message's parameters by the names that the template gives them.
func named(t *channels.Template, parameters []string) map[string]string {
	if len(t.Parameters) > 0 {
		return t.ByName(parameters)
	}
	names := parameterNames(t.Body)
	byName := make(map[string]string, len(parameters))
	for i, v := range parameters {
		name := strconv.Itoa(i + 1)
		if i < len(names) {
			name = names[i]
		}
		byName[name] = v
	}
	return byName
}
