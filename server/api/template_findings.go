package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/store"
)

// sentTemplate is the message of the step that names a template.
func sentTemplate(f *flows.Flow, ref engine.ChannelRef) flows.Message {
	for _, n := range f.Nodes {
		if n.ID != ref.Node {
			continue
		}
		var config struct {
			Message flows.Message `json:"message"`
		}
		if err := json.Unmarshal(n.Config, &config); err == nil {
			return config.Message
		}
	}
	return flows.Message{}
}

// templateFinding fills in what is wrong with a reference to a template. It is
// false when nothing is.
func templateFinding(d *flows.Diagnostic, ref engine.ChannelRef, message flows.Message, found []store.Template) bool {
	if len(found) == 0 {
		d.Code, d.Message = "template_missing", fmt.Sprintf("There is no %s template %q in this workspace.", ref.ChannelType, ref.Slug)
		d.Hint = "Create or import the template, or choose another one."
		return true
	}
	if message.Language == "" {
		return noneApproved(d, ref.Slug, found)
	}
	var languages []string
	for _, t := range found {
		if t.Language == message.Language {
			return oneFinding(d, t, len(message.Parameters))
		}
		languages = append(languages, t.Language)
	}
	d.Code = "template_language"
	d.Message = fmt.Sprintf("The template %q is not there in the language %q.", ref.Slug, message.Language)
	d.Hint = "It is there in: " + strings.Join(languages, ", ") + "."
	return true
}

func noneApproved(d *flows.Diagnostic, slug string, found []store.Template) bool {
	for _, t := range found {
		if t.Usable() {
			return false
		}
	}
	d.Severity, d.Code = flows.SeverityWarning, "template_not_approved"
	d.Message = fmt.Sprintf("The template %q is not approved in any language, so the provider will refuse it.", slug)
	d.Hint = "Have it approved before the flow is used."
	return true
}

// oneFinding looks at the very template that a message sends.
func oneFinding(d *flows.Diagnostic, t store.Template, given int) bool {
	d.Severity = flows.SeverityWarning
	name := fmt.Sprintf("The template %q (%s)", t.Slug, t.Language)
	switch {
	case !t.GoneAt.IsZero():
		d.Code, d.Message = "template_gone", name+" is not at the provider any more, so it cannot be sent."
		d.Hint = "Choose another template, or import the channel's templates again."
	case t.Status != store.TemplateApproved:
		d.Code, d.Message = "template_not_approved", fmt.Sprintf("%s is %s, so it cannot be sent.", name, statusWords[t.Status])
		d.Hint = "Have it approved before the flow is used."
		if t.StatusReason != "" {
			d.Hint = "The provider says: " + t.StatusReason
		}
	case t.Parameters != given:
		d.Code = "template_parameters"
		d.Message = fmt.Sprintf("%s has %s, and this step gives %d.", name, counted(t.Parameters), given)
		d.Hint = "Choose the template again, and fill in what it asks for."
	default:
		return false
	}
	return true
}

func counted(parameters int) string {
	switch parameters {
	case 0:
		return "no parameters"
	case 1:
		return "1 parameter"
	}
	return fmt.Sprintf("%d parameters", parameters)
}

// statusWords say of a template what its status means.
var statusWords = map[store.TemplateStatus]string{
	store.TemplateDraft: "not submitted for approval", store.TemplatePending: "waiting for the provider's approval",
	store.TemplateRejected: "rejected by the provider", store.TemplatePaused: "paused by the provider", store.TemplateDisabled: "disabled by the provider",
}
