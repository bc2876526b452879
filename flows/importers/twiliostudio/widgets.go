package twiliostudio

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	"sluice/flows"
	"sluice/flows/importers/liquid"
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

// kind is what becomes of a widget.
type kind int

const (
	asPlaceholder kind = iota
	asStart
	asNode
)

func (b *builder) kindOf(i int) kind {
	s := b.doc.States[i]
	switch s.Type {
	case triggerType:
		if i == b.entry && (s.next(entryEvents[0]) != "" || b.way(s) == "") {
			return asStart
		}
	case sendType, sendAndWaitType, splitType, setVariablesType:
		return asNode
	}
	return asPlaceholder
}

// entryEvents are the events of a trigger, those that fit a run that is started
// by hand or by the API first.
var entryEvents = []string{"incomingRequest", "incomingMessage", "incomingConversationMessage", "incomingParent", "incomingCall"}

// way is the first connected event of a trigger, or "".
func (b *builder) way(s state) string {
	for _, event := range entryEvents {
		if s.next(event) != "" {
			return event
		}
	}
	return ""
}

// advice says how to get by without a widget.
var advice = map[string]string{
	triggerType:            "Sluice starts runs by hand or by the API so far. Delete this node, and connect Start to the first step, to start them so.",
	"make-http-request":    "Give the run what the request would have answered as inputs, and delete this node.",
	"run-function":         "Give the run what the function would have answered as inputs, and delete this node.",
	"run-subflow":          "Draw the steps of the other flow here, or delete this node.",
	"send-to-flex":         "Send a message that tells how to reach a person, or delete this node.",
	"enqueue-call":         "Calls are not handled here. Delete this node.",
	"connect-call-to":      "Calls are not handled here. Delete this node.",
	"say-play":             "Calls are not handled here. Send the words as a message, or delete this node.",
	"gather-input-on-call": "Calls are not handled here. Ask by a message, or delete this node.",
}

// Bounds of what placeholders keep, as their node type has them and so that the
// flow stays within the size of a document.
const (
	maxProperties    = 64 << 10
	maxAllProperties = 1 << 20
)

// placeholder keeps a widget that has no counterpart, with all that it holds.
func (b *builder) placeholder(i int) {
	s := b.doc.States[i]
	b.keep(i, b.ids[i], cut(s.Name), s.Transitions, *position(s))
	b.replaced++
	code, what := "placeholder", fmt.Sprintf("a widget of type %q has no counterpart", s.Type)
	if s.Type == triggerType {
		what = "runs that begin by a message or a call have no counterpart yet"
	}
	b.report(flows.SeverityError, code, i, b.doc.at(i), fmt.Sprintf("%s: %s. A placeholder keeps its place.", s.Name, what), adviceFor(s.Type))
}

func adviceFor(widget string) string {
	if a := advice[widget]; a != "" {
		return a
	}
	return "Rebuild it with other nodes, then delete it."
}

// keep adds a placeholder of some transitions of a widget.
func (b *builder) keep(i int, id, name string, transitions []transition, at flows.Position) {
	s := b.doc.States[i]
	type port struct {
		Port  string `json:"port"`
		Title string `json:"title,omitempty"`
	}
	ports, taken := []port{}, map[string]bool{}
	made := map[int]string{}
	for j, t := range transitions {
		if len(ports) == 100 {
			break
		}
		name := unique(nameOf(t.Event), taken)
		made[j] = name
		ports = append(ports, port{name, cut(t.Event)})
	}
	kind := s.Type
	if kind == "" {
		kind = "unknown"
	}
	config := map[string]any{"tool": "Twilio Studio", "kind": cut(kind), "advice": adviceFor(s.Type), "ports": ports}
	if s.Type == triggerType {
		for _, event := range entryEvents {
			for j, t := range transitions {
				if t.Event == event && t.Next != "" && config["passes"] == nil {
					config["passes"] = made[j]
				}
			}
		}
	}
	switch text := string(s.Properties); {
	case text == "" || text == "null":
	case len(text) > maxProperties || b.kept+len(text) > maxAllProperties:
		b.report(flows.SeverityError, "too_large", i, b.doc.at(i, "properties"), s.Name+": its properties are too large to be kept.", "Look them up in the Studio file.")
	default:
		b.kept += len(text)
		config["properties"] = text
	}
	data, err := json.Marshal(config)
	if err != nil {
		panic("twiliostudio: " + err.Error())
	}
	b.nodes = append(b.nodes, flows.Node{ID: id, Type: "placeholder", Name: name, Position: &at, Config: data})
	if id == b.ids[i] {
		b.ports[i] = made
		return
	}
	for j, t := range transitions {
		if to, known := b.index[t.Next]; known && b.ids[to] != "start" {
			b.edges = append(b.edges, flows.Edge{From: id, Port: made[j], To: b.ids[to]})
		}
	}
}

// otherTriggers keeps the ways by which a flow also begins.
func (b *builder) otherTriggers(i int) {
	s := b.doc.States[i]
	var others []transition
	for _, t := range s.Transitions {
		if t.Event != entryEvents[0] && t.Next != "" && t.Next != s.next(entryEvents[0]) {
			others = append(others, t)
		}
	}
	if len(others) == 0 {
		return
	}
	at := *position(s)
	at.Y += 240
	b.keep(i, unique("other_triggers", b.taken), otherTriggersName, others, at)
	b.report(flows.SeverityError, "placeholder", i, b.doc.at(i, "transitions"), s.Name+": runs that begin by a message or a call have no counterpart yet. A placeholder keeps the way.", adviceFor(triggerType))
}

type variablesProperties struct {
	Variables []struct {
		Key   string `json:"key"`
		Value loose  `json:"value"`
		Type  string `json:"type"`
		Parse bool   `json:"parse_as_json"`
	} `json:"variables"`
}

func (b *builder) setVariables(i int) {
	type variable struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	}
	var list []variable
	for j, v := range properties[variablesProperties](b.doc.States[i]).Variables {
		text := b.readText(i, string(v.Value), "variables", strconv.Itoa(j), "value").Value()
		var value any = text.Template()
		if strings.Contains(v.Type, "json") || v.Parse {
			var literal any
			if text.IsLiteral() && !strings.Contains(text.Literal(), "{{") && json.Unmarshal([]byte(text.Literal()), &literal) == nil {
				value = literal
			} else if !text.HasHole() {
				value = "{{fromJSON(" + text.Text().Expression + ")}}"
			}
		}
		list = append(list, variable{b.names.setName(v.Key), value})
	}
	if len(list) == 0 {
		// The node type wants at least one; this one changes nothing.
		list = append(list, variable{Name: b.names.setName(b.ids[i]), Value: ""})
		b.warn("empty", i, "the widget sets no variables.", "Delete the node, or fill it in.")
	}
	b.add(i, "set_variables", map[string]any{"variables": list[:min(len(list), 100)]}, map[string]string{"next": "next"})
}

type sendProperties struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Body     string `json:"body"`
	MediaURL string `json:"media_url"`
	Service  string `json:"service"`
	Timeout  loose  `json:"timeout"`
	// Content templates go by two names in the field.
	ContentSID         string          `json:"content_sid"`
	ContentTemplateSID string          `json:"content_template_sid"`
	ContentVariables   json.RawMessage `json:"content_variables"`
}

func (b *builder) send(i int) {
	s := b.doc.States[i]
	p := properties[sendProperties](s)
	b.sending++
	channelType := b.channelType(i, p)
	if strings.TrimSpace(p.To) == "" {
		p.To = "{{contact.channel.address}}"
	}
	to := b.readText(i, p.To, "to")
	for _, prefix := range []string{"whatsapp:", "messenger:", "rcs:"} {
		to = to.TrimPrefix(prefix)
	}
	if name := to.Single(); name != "" && channelType != "messenger" {
		b.names.retype(name, "phone")
	}
	config := map[string]any{
		"channel": b.channel(i, channelType, p), "to": to.Template(),
		"message": b.message(i, channelType, p),
	}
	if s.Type == sendType {
		b.add(i, "send_"+channelType, config, map[string]string{"sent": "next", "failed": "failed"})
		return
	}
	config["channel_type"] = channelType
	config["reply_within"] = b.replyWithin(i, p)
	b.add(i, "ask", config, map[string]string{"incomingMessage": "replied", "timeout": "no_reply", "deliveryFailure": "failed"})
}

// replyWithin is how long a question waits: Studio's default is an hour.
func (b *builder) replyWithin(i int, p sendProperties) string {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(p.Timeout)), 64)
	if err != nil || seconds < 1 || seconds > 1e8 {
		if p.Timeout != "" {
			b.warn("timeout", i, fmt.Sprintf("the timeout %q is no number of seconds; the question waits for an hour.", p.Timeout), "Set Reply within in the node.", "properties", "timeout")
		}
		seconds = 3600
	}
	return strconv.Itoa(int(seconds)) + "s"
}

// channelType is how a message goes, by the prefixes of Twilio's addresses.
func (b *builder) channelType(i int, p sendProperties) string {
	for _, address := range []string{p.From, p.To} {
		switch address = strings.TrimSpace(address); {
		case strings.HasPrefix(address, "whatsapp:"):
			return "whatsapp"
		case strings.HasPrefix(address, "messenger:"):
			return "messenger"
		case strings.HasPrefix(address, "rcs:"):
			b.warn("sender_replaced", i, "there is no channel type RCS; the message goes by SMS.", "Choose another node where people have another channel.", "properties", "from")
			return "sms"
		}
	}
	if content(p) != "" && (p.From == "" || strings.Contains(p.From, "{{")) {
		// Flows that leave the sender open and send approved templates are WhatsApp's.
		return "whatsapp"
	}
	return "sms"
}

// content is the id of a content template, or "". It goes by two names in the field.
func content(p sendProperties) string {
	if p.ContentSID != "" {
		return p.ContentSID
	}
	return p.ContentTemplateSID
}

// channel is the slug of the channel that a sender stands for.
func (b *builder) channel(i int, channelType string, p sendProperties) string {
	slug := channelType + "-main"
	from := strings.TrimSpace(p.From)
	for _, prefix := range []string{"whatsapp:", "messenger:", "rcs:"} {
		from = strings.TrimPrefix(from, prefix)
	}
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
	body := b.readText(i, p.Body, "body").Template()
	media := channelType == "whatsapp" || channelType == "messenger"
	switch sid := content(p); {
	case sid != "" && channelType == "whatsapp":
		return map[string]any{"type": "template", "template": strings.ToLower(sid), "parameters": b.parameters(i, p.ContentVariables)}
	case sid != "":
		b.report(flows.SeverityError, "content_template", i, b.doc.at(i, "properties"), b.doc.States[i].Name+": content templates are for WhatsApp here.", "Write the text into the node.")
		body += liquid.Hole("the text of the content template " + sid).Template()
	case p.MediaURL != "" && media:
		return map[string]any{"type": mediaType(p.MediaURL), "url": b.readText(i, p.MediaURL, "media_url").Template(), "caption": body}
	case p.MediaURL != "":
		b.warn("unsupported_message", i, "SMS carry no media here; the address of the file stands in the text.", "", "properties", "media_url")
		body = strings.TrimSpace(body + "\n" + b.readText(i, p.MediaURL, "media_url").Template())
	}
	if strings.TrimSpace(body) == "" {
		b.report(flows.SeverityError, "empty", i, b.doc.at(i, "properties"), b.doc.States[i].Name+": the message has no text.", "Write it into the node.")
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
func (b *builder) parameters(i int, raw json.RawMessage) []string {
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
			b.report(flows.SeverityError, "content_variables", i, b.doc.at(i, "properties", "content_variables"), b.doc.States[i].Name+": the template's variables are named; here they are counted.", "Fill in the parameters in the node.")
			return append(parameters, liquid.Hole("the named variables of the template").Template())
		}
		parameters = append(parameters, b.readText(i, value, "content_variables").Template())
	}
	return parameters
}
