package twiliostudio

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	"sluice/flows"
)

// The widget types that have a counterpart.
const (
	triggerType      = "trigger"
	sendType         = "send-message"
	sendAndWaitType  = "send-and-wait-for-reply"
	splitType        = "split-based-on"
	setVariablesType = "set-variables"
)

// properties reads a widget's properties. What has another shape stays empty.
func properties[T any](s state) T {
	var p T
	// Properties that no writer of Studio makes are treated as absent.
	_ = json.Unmarshal(s.Properties, &p)
	return p
}

func (b *builder) supported(i int) bool {
	s := b.doc.States[i]
	switch s.Type {
	case sendType, sendAndWaitType:
		p := properties[sendProperties](s)
		return !strings.HasPrefix(p.To, "messenger:") && !strings.HasPrefix(p.From, "messenger:")
	case splitType, setVariablesType:
		return true
	}
	return false
}

// leaveOut notes a widget that has no counterpart on the canvas and reports it.
func (b *builder) leaveOut(i int) {
	s := b.doc.States[i]
	if s.Type == triggerType {
		return
	}
	goesOn := "the run ends there."
	if to := b.resolve(s.Name); to != "" {
		goesOn = fmt.Sprintf("the run goes on at %q as if it had succeeded.", b.doc.States[b.widgetOf(to)].Name)
	}
	what := "widgets of type " + s.Type
	if s.Type == sendType || s.Type == sendAndWaitType {
		what = "messages by Messenger"
	}
	b.warn("unsupported_widget", i, fmt.Sprintf("%s have no counterpart. It is left out; %s", what, goesOn),
		"A note marks its place. Rebuild it with the nodes there are.")
	b.notes = append(b.notes, flows.Note{
		ID: fmt.Sprintf("left_out_%d", i), Position: position(s), Width: 240, Height: 100,
		Text: fmt.Sprintf("Not imported: %s (%s in Twilio Studio)", s.Name, s.Type),
	})
}

// entryEvents are the events of a trigger, those that fit a run that is started
// by hand or by the API first.
var entryEvents = []string{"incomingRequest", "incomingMessage", "incomingConversationMessage", "incomingParent", "incomingCall"}

func (b *builder) trigger(i int) {
	s := b.doc.States[i]
	chosen := ""
	for _, event := range entryEvents {
		next := s.next(event)
		// A way on which nothing is kept gives place to one on which something is.
		if next != "" && (chosen == "" || b.resolve(s.next(chosen)) == "" && b.resolve(next) != "") {
			chosen = event
		}
	}
	for _, event := range entryEvents {
		if next := s.next(event); next != "" && next != s.next(chosen) {
			b.warn("trigger_left_out", i, fmt.Sprintf("the flow also begins at %q by %s; only the way of %s is connected.", next, event, chosen),
				"Make a second flow for it.", "transitions")
		}
	}
	b.add(i, "start", map[string]any{}, map[string]string{chosen: "next"})
	if chosen != "" && chosen != entryEvents[0] {
		b.warn("trigger_changed", i, fmt.Sprintf("in Studio runs begin by %s; here they begin by hand or by the API.", chosen), "", "transitions")
	}
}

type variablesProperties struct {
	Variables []struct {
		Key   string `json:"key"`
		Value loose  `json:"value"`
	} `json:"variables"`
}

func (b *builder) setVariables(i int) {
	type variable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	var list []variable
	for _, v := range properties[variablesProperties](b.doc.States[i]).Variables {
		list = append(list, variable{Name: b.names.setName(v.Key), Value: b.readText(string(v.Value), b.reporter(i)).template()})
	}
	if len(list) == 0 {
		// The node type wants at least one; this one changes nothing.
		list = append(list, variable{Name: b.names.setName(b.ids[i]), Value: ""})
		b.warn("empty", i, "the widget sets no variables.", "Delete the node, or fill it in.")
	}
	b.add(i, "set_variables", map[string]any{"variables": list}, map[string]string{"next": "next"})
}

type sendProperties struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Body     string `json:"body"`
	MediaURL string `json:"media_url"`
	Service  string `json:"service"`
	// Content templates go by two names in the field.
	ContentSID         string          `json:"content_sid"`
	ContentTemplateSID string          `json:"content_template_sid"`
	ContentVariables   json.RawMessage `json:"content_variables"`
}

func (b *builder) send(i int) {
	s := b.doc.States[i]
	p := properties[sendProperties](s)
	report := b.reporter(i)
	channelType := "sms"
	if strings.HasPrefix(p.From, "whatsapp:") || strings.HasPrefix(p.To, "whatsapp:") {
		channelType = "whatsapp"
	}
	if strings.TrimSpace(p.To) == "" {
		p.To = "{{contact.channel.address}}"
	}
	to := b.readText(p.To, report).trimPrefix("whatsapp:")
	if len(to) == 1 && to[0].expression != "" {
		b.names.phone(to[0].expression)
	}
	config := map[string]any{
		"channel": b.channel(i, channelType, p), "to": to.template(),
		"message": b.message(i, channelType, p),
	}
	ports := map[string]string{"sent": "next", "failed": "failed"}
	if s.Type == sendAndWaitType {
		ports = map[string]string{"incomingMessage": "next", "deliveryFailure": "failed"}
		hint := "Put a Wait node after it, or build the answer as a flow of its own."
		if next := s.next("timeout"); next != "" {
			hint += fmt.Sprintf(" The way of no reply led to %q.", next)
		}
		b.warn("reply_not_awaited", i, "the message is kept, but the run does not wait for a reply; it goes on as if one had come.", hint)
	}
	b.add(i, "send_"+channelType, config, ports)
}

// channel is the slug of the channel that a sender stands for.
func (b *builder) channel(i int, channelType string, p sendProperties) string {
	slug := channelType + "-main"
	from := strings.TrimPrefix(p.From, "whatsapp:")
	if from != "" && !strings.Contains(from, "{") {
		slug = channelType + "-" + strings.ToLower(strings.ReplaceAll(strings.Trim(notOfName.ReplaceAllString(from, "-"), "-"), "_", "-"))
	}
	slug = slug[:min(len(slug), 60)]
	if !b.channels[slug] {
		b.channels[slug] = true
		b.report(flows.SeverityInfo, "channel_needed", i, b.doc.at(i, "properties"),
			fmt.Sprintf("Messages go by a channel called %q.", slug), "Create and bind a channel of that name, or choose another in the nodes.")
	}
	return slug
}

func (b *builder) message(i int, channelType string, p sendProperties) map[string]any {
	report := b.reporter(i)
	body := b.readText(p.Body, report).template()
	content := p.ContentSID
	if content == "" {
		content = p.ContentTemplateSID
	}
	switch {
	case content != "" && channelType == "whatsapp":
		return map[string]any{"type": "template", "template": strings.ToLower(content), "parameters": b.parameters(p.ContentVariables, report)}
	case content != "":
		b.warn("unsupported_message", i, "content templates are for WhatsApp here.", "Write the text into the node.", "properties")
		if body == "" {
			body = "(content template " + content + ")"
		}
	case p.MediaURL != "" && channelType == "whatsapp":
		return map[string]any{"type": mediaType(p.MediaURL), "url": b.readText(p.MediaURL, report).template(), "caption": body}
	case p.MediaURL != "":
		b.warn("unsupported_message", i, "SMS carry no media here; the text is kept.", "Put a link to the file into the text.", "properties", "media_url")
	}
	if strings.TrimSpace(body) == "" {
		body = "(no text)"
		b.warn("empty", i, "the message has no text.", "Write it into the node.", "properties")
	}
	return map[string]any{"type": "text", "text": body}
}

// mediaType guesses what a file is by its name, as vendors want to know.
func mediaType(url string) string {
	url, _, _ = strings.Cut(url, "?")
	switch strings.ToLower(path.Ext(url)) {
	case ".mp4", ".3gp", ".mov":
		return "video"
	case ".mp3", ".ogg", ".aac", ".m4a", ".amr":
		return "audio"
	case ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".txt", ".csv", ".vcf":
		return "document"
	}
	return "image"
}

// parameters reads content variables: [{"key": "1", "value": …}], an object, or
// an object written as text.
func (b *builder) parameters(raw json.RawMessage, report func(code, message, hint string)) []string {
	byKey := map[string]string{}
	var list []struct {
		Key   loose `json:"key"`
		Value loose `json:"value"`
	}
	var object map[string]loose
	var written string
	if json.Unmarshal(raw, &written) == nil {
		raw = json.RawMessage(written)
	}
	if json.Unmarshal(raw, &list) == nil {
		for _, v := range list {
			byKey[string(v.Key)] = string(v.Value)
		}
	} else if json.Unmarshal(raw, &object) == nil {
		for k, v := range object {
			byKey[k] = string(v)
		}
	}
	parameters := []string{}
	for n := 1; n <= len(byKey); n++ {
		value, ok := byKey[strconv.Itoa(n)]
		if !ok {
			report("content_variables", "The template's variables are named; here they are counted.", "Fill in the parameters in the node.")
			break
		}
		parameters = append(parameters, b.readText(value, report).template())
	}
	return parameters
}
