// Package channels is the contract between Sluice and the vendors that carry
// messages: what a vendor offers (Kind), a bound sender (Account), what is
// sent and what comes back, and the Provider that talks to one vendor's API.
//
// Providers live in one folder each below this one. They know this package and
// the outbound HTTP client, and nothing of the runtime, the store or the API.
// Every provider passes the suite in channeltest.
package channels

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"sluice/flows"
)

// ChannelType is a way to reach a person. It decides how people are addressed
// and which message forms make sense, whichever vendor carries them.
type ChannelType string

// The channel types that providers exist for.
const (
	SMS      ChannelType = "sms"
	Viber    ChannelType = "viber"
	WhatsApp ChannelType = "whatsapp"
	// Messenger and Instagram are addressed by the id that Meta gives a person
	// for one account, which their first message brings.
	Messenger ChannelType = "messenger"
	Instagram ChannelType = "instagram"
	// ViberBot is addressed by the id that Viber gives a person for one bot,
	// which their first message brings.
	ViberBot ChannelType = "viber_bot"
	// Email is addressed by email address.
	Email ChannelType = "email"
	// WeCom is a group of WeCom, which the channel itself stands for.
	WeCom ChannelType = "wecom"
	// Custom is whatever the generic HTTP provider leads to.
	Custom ChannelType = "custom"
)

// ByPhone tells whether people on the channel type are addressed by their
// telephone number in E.164 form.
func (t ChannelType) ByPhone() bool { return t == SMS || t == Viber || t == WhatsApp }

// ByRecipient tells whether a message on the channel type names who gets it.
// The channel itself stands for who does on the others.
func (t ChannelType) ByRecipient() bool { return t != WeCom }

// Kind describes what a provider offers, to the code and forms that set up a
// channel without knowing the vendor.
type Kind struct {
	// Name is stored with each channel, such as "twilio". Title is for people.
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help,omitempty"`
	// ChannelTypes are the types a channel of this kind can have.
	ChannelTypes []ChannelType `json:"channel_types"`
	// Credentials prove who we are to the vendor; Settings are the rest.
	Credentials []Field `json:"credentials"`
	Settings    []Field `json:"settings"`
	// Sections say how the form is laid out. Each field is in one of them.
	Sections []Section `json:"sections"`
	// Receipts says which news of a message the vendor can give, per type: a
	// flow that waits for others would always wait in vain.
	Receipts map[ChannelType]Receipts `json:"receipts"`
	// Forms are the message forms that Send takes, per type.
	Forms map[ChannelType][]flows.MessageType `json:"forms"`
	// DefaultBaseURL is where the vendor's API is, when Account.BaseURL is
	// empty. It is empty for a provider without a network.
	DefaultBaseURL string `json:"default_base_url,omitempty"`
	// Address asks for the base URL itself, of a vendor whose API is wherever
	// the operator put it. Nil where DefaultBaseURL is right for most.
	Address *Field `json:"address,omitempty"`
	// HookHelp says where the operator enters the webhook's address at the
	// vendor. It is empty when nobody has to: the address goes with each send.
	HookHelp string `json:"hook_help,omitempty"`
	// RatePerSecond is the vendor's own default limit on messages of one
	// sender, per type. No entry: the vendor queues for us or sets no limit.
	RatePerSecond map[ChannelType]float64 `json:"rate_per_second,omitempty"`
	// RatePerRecipient is the vendor's limit per recipient, per type.
	RatePerRecipient map[ChannelType]PairRate `json:"rate_per_recipient,omitempty"`
	// Identity names the credentials and settings (and AddressField) that together
	// say which account and sender a channel is: two channels that agree in all of
	// them are one, and cannot both be bound. Empty: any number may be.
	Identity []string `json:"-"`
	// IgnoresCategory are the types whose vendor has no word for a message's
	// category: it then decides only what becomes of a send of unclear outcome.
	IgnoresCategory []ChannelType `json:"ignores_category,omitempty"`
	// Inbound is whether people's messages come in through the webhook.
	Inbound bool `json:"inbound"`
	// WindowSetting names the setting that makes channels keep to the channel
	// type's reply window. Empty: they always do.
	WindowSetting string `json:"-"`
}

// WindowOn is the value of Kind.WindowSetting that keeps to the window.
const WindowOn = "on"

// Window is how long after a person's last message anything of that category but
// templates may be sent from the account; zero means always. Where people's
// messages do not reach us, the vendor alone knows.
func (k Kind) Window(a Account, category string) time.Duration {
	heard := k.Inbound && a.HookURL != ""
	if k.WindowSetting != "" {
		heard = k.Inbound && k.Setting(a, k.WindowSetting) == WindowOn
	}
	t, ok := flows.ChannelTypeNamed(string(a.Type))
	if !ok || !heard {
		return 0
	}
	if category == flows.CategoryAgent {
		return time.Duration(max(t.Window, t.AgentWindow))
	}
	return time.Duration(t.Window)
}

// Receipts are the kinds of news that a vendor gives of a message.
type Receipts struct {
	Delivered bool `json:"delivered"`
	Read      bool `json:"read"`
}

// Field is one value that setting up a channel asks for.
type Field struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Help    string `json:"help,omitempty"`
	Example string `json:"example,omitempty"`
	// Pattern is an RE2 expression that a whole non-empty value matches.
	Pattern  string `json:"pattern,omitempty"`
	Required bool   `json:"required,omitempty"`
	// Secret values are stored encrypted and never shown again.
	Secret bool `json:"secret,omitempty"`
	// Choices are the possible values; empty: any text. Default is what an
	// empty value means.
	Choices []Choice `json:"choices,omitempty"`
	Default string   `json:"default,omitempty"`
	// Address is true where the value says which host the credentials go to. A new
	// one asks for them again, as a new base URL does.
	Address bool `json:"-"`
	// Multiline asks for a text area.
	Multiline bool `json:"multiline,omitempty"`
	// Short values leave room for another field beside them.
	Short bool `json:"short,omitempty"`
	// When makes the field matter only with some value of a setting. Otherwise
	// it is not shown and not needed.
	When *When `json:"when,omitempty"`
	// Types are the channel types that the field is for; empty: all. With others
	// it is not shown and not needed.
	Types []ChannelType `json:"types,omitempty"`
}

// Choice is one possible value of a field.
type Choice struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

// When is a condition on a setting with choices.
type When struct {
	Setting string   `json:"setting"`
	Values  []string `json:"values"`
}

// Setting is the account's value of a setting, or the field's default.
func (k Kind) Setting(a Account, name string) string {
	if v := a.Settings[name]; v != "" {
		return v
	}
	for _, f := range k.Settings {
		if f.Name == name {
			return f.Default
		}
	}
	return ""
}

// asksFor tells whether the field matters for the account.
func (k Kind) asksFor(a Account, f Field) bool {
	if len(f.Types) > 0 && !slices.Contains(f.Types, a.Type) {
		return false
	}
	return f.When == nil || slices.Contains(f.When.Values, k.Setting(a, f.When.Setting))
}

// Account is a channel as its provider sees it: one sender at one vendor, with
// the credentials in the clear. It is made for one call and not kept.
type Account struct {
	ID          string
	WorkspaceID string
	// Slug is how flows refer to the channel.
	Slug        string
	Type        ChannelType
	Kind        string
	Credentials map[string]string
	Settings    map[string]string
	// BaseURL replaces Kind.DefaultBaseURL, for regions, proxies and tests.
	BaseURL string
	// HookURL is the public address of this channel's webhook, without query.
	// It is empty while the server has no public address; providers then ask
	// for no receipts and refuse every webhook.
	HookURL string
}

// FieldError is what is wrong with one field of a channel's set-up. Field is
// "credentials.auth_token", "settings.sender" or "type".
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is the message.
func (p *FieldError) Error() string { return p.Message }

// Check reports every field of the account that does not fit the kind. It does
// not repeat values, which may be secrets.
func (k Kind) Check(a Account) []FieldError {
	var problems []FieldError
	if !slices.Contains(k.ChannelTypes, a.Type) {
		problems = append(problems, FieldError{"type", fmt.Sprintf("%s has no channels of type %q.", k.Title, a.Type)})
	}
	if k.Address != nil && k.Address.Required && a.BaseURL == "" {
		problems = append(problems, FieldError{"base_url", k.Address.Title + " is missing."})
	}
	problems = append(problems, k.checkFields(a, "credentials", k.Credentials, a.Credentials)...)
	return append(problems, k.checkFields(a, "settings", k.AllSettings(), a.Settings)...)
}

func (k Kind) checkFields(a Account, group string, fields []Field, values map[string]string) []FieldError {
	var problems []FieldError
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
		v := values[f.Name]
		switch {
		case v == "" && f.Required && k.asksFor(a, f):
			problems = append(problems, FieldError{group + "." + f.Name, f.Title + " is missing."})
		case v != "" && len(f.Choices) > 0 && !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == v }):
			problems = append(problems, FieldError{group + "." + f.Name, f.Title + " has no such choice."})
		case v != "" && f.Pattern != "" && !wholeMatch(f.Pattern, v):
			message := f.Title + " does not look right."
			if f.Example != "" {
				message += " It looks like " + f.Example + "."
			}
			problems = append(problems, FieldError{group + "." + f.Name, message})
		}
	}
	for name := range values {
		if !known[name] {
			problems = append(problems, FieldError{group + "." + name, "There is no such field."})
		}
	}
	slices.SortStableFunc(problems, func(x, y FieldError) int { return strings.Compare(x.Field, y.Field) })
	return problems
}

func wholeMatch(pattern, v string) bool {
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	return err == nil && re.MatchString(v)
}

// Takes tells whether Send takes that form of message on that type of channel.
func (k Kind) Takes(t ChannelType, form flows.MessageType) bool {
	return slices.Contains(k.Forms[t], form)
}

// Redact replaces the account's secret credentials in text that came from
// outside, such as a vendor's error message.
func (k Kind) Redact(a Account, text string) string {
	for _, f := range k.Credentials {
		if v := a.Credentials[f.Name]; f.Secret && v != "" {
			text = strings.ReplaceAll(text, v, "***")
		}
	}
	return text
}
