package nodes

import (
	"encoding/json"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

const (
	// maxRetries is how often a question can be repeated: more would only
	// annoy.
	maxRetries = 10
	// maxReply is how much of a reply a run keeps, in bytes: as much as it may
	// render. Data beyond it is left out, as half of it would mean something else.
	maxReply = 16 << 10
)

// Ask sends a message and waits for the recipient's reply.
func Ask() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "ask", Title: "Send and Wait for Reply", Group: groupChannels, Icon: "message-square-reply", Hue: "amber",
			Help:    "Sends a message and waits for the recipient's answer. With choices it branches by the answer; without, any answer goes on.",
			Summary: "{message.text}{message.template}{message.caption}", Detail: "→ {to}",
			ChannelTypeFrom: "channel_type", PortsFrom: "choices", Replies: true,
			Ports: []flows.PortSpec{
				{Name: "replied", Title: "Replied", Icon: "check", Without: "choices", Help: "The recipient answered."},
				{Name: "else", Title: "Something else", Icon: "corner-down-right", With: "choices", Help: "The answer is none of the choices."},
				{Name: "no_reply", Title: "No reply", Icon: "timer", Deadline: "reply_within", Help: "No answer came in time."},
				{Name: "not_delivered", Title: "Not delivered", Icon: "timer", Failure: true, Deadline: "delivered_within", Help: "No delivery receipt came in time."},
				{Name: "failed", Title: "Failed", Icon: "circle-x", Failure: true, FallsBackTo: []string{"not_delivered", "no_reply"}, Help: "The message was refused, by the vendor or because it cannot be sent as it is. Not connected, the run goes on at Not delivered, else at No reply."},
			},
			Sets: []flows.SetSpec{{Path: "output", Type: "string"}},
			Outputs: []flows.OutputSpec{
				{Name: "reply", Type: "string", Help: "What the recipient answered.", Example: "Yes"},
				{Name: "reply_at", Type: "datetime", Help: "When the answer was sent.", Example: "2026-01-31T09:00:00Z"},
				{Name: "choice", Type: "string", Help: "The exit of the choice that the answer is; empty for anything else.", Example: "yes"},
				{Name: "message_id", Type: "string", Help: "The id of the answer in the list of messages."},
				{Name: "reply_type", Type: "string", Help: "What the recipient sent: text, image, video, audio or document.", Example: "image"},
				{Name: "reply_data", Type: "object", Help: "What the recipient sent besides text, as the vendor's fields: the answers of a form, an order, a place. Empty otherwise, and for more than 16 KiB.", Example: `{"screen_0_name": "Ana"}`},
				{Name: "media_id", Type: "string", Help: "The id of the file in the answer; empty without one."},
				{Name: "media_url", Type: "string", Help: "Where the file of the answer can be had with an API key of this server, a moment after the answer; empty without one.", Example: "https://sluice.example.com/api/v1/media/in-1f0c-0"},
				{Name: "status", Type: "string", Help: "How far the question got: pending, sent, delivered, read or failed.", Example: "delivered"},
				{Name: "code", Type: "string", Help: "The vendor's code when it failed, or one of ours, such as too_long.", Example: "21211"},
				{Name: "reason", Type: "string", Help: "Why it failed."},
			},
			Config: askFields(),
		},
		Compile: compileAsk,
	}
}

func askFields() []flows.Field {
	var types []flows.Choice
	for _, t := range flows.ChannelTypes() {
		if t.Replies {
			types = append(types, flows.Choice{Value: t.Name, Title: t.Title})
		}
	}
	return []flows.Field{
		{Name: "channel_type", Kind: flows.KindChoice, Title: "Channel type", Required: true, Choices: types, Help: "How to reach the person."},
		{Name: "channel", Kind: flows.KindChannel, Title: "Channel", Required: true, Example: "whatsapp-main", Help: "The sender account. Answers to it count."},
		{Name: "to", Kind: flows.KindTemplate, Title: "To", Example: "{{customerPhoneNumber}}", Help: "The recipient, as for the channel type: a phone number in international format, or the vendor's id. On WeCom the member whose answer counts, by user id; empty: any member's. The whole group sees the question."},
		{Name: "message", Kind: flows.KindUnion, Title: "Question", Required: true, Variants: []flows.Variant{
			textForm(), buttonsForm(), listForm(), templateForm(), imageForm(), videoForm(), audioForm(), documentForm(),
		}},
		{Name: "choices", Kind: flows.KindList, Title: "Choices", Max: 50, Unique: "port", Help: "One exit each. Capital letters, the script of digits, punctuation, spaces and a mention of the sender around an answer do not matter. Without choices, any answer goes on at Replied.", Items: &flows.Field{
			Kind: flows.KindObject, Title: "Choice", Fields: []flows.Field{
				{Name: "port", Kind: flows.KindPort, Title: "Exit", Required: true, Example: "yes", Help: "Also the id of a button that means this choice."},
				{Name: "title", Kind: flows.KindText, Title: "Label", MaxLength: flows.MaxName, Example: "Yes"},
				{Name: "keywords", Kind: flows.KindList, Title: "Also answers", Max: 50, Help: "Other answers and button ids that mean this choice.", Items: &flows.Field{Kind: flows.KindText, Title: "Answer", Required: true, MaxLength: 256, Example: "OK"}},
			},
		}},
		{Name: "reply_within", Kind: flows.KindDuration, Title: "Reply within", Example: "10m", Help: "Counted from sending the question, and anew when it is repeated. After it the run leaves by No reply."},
		{Name: "delivered_within", Kind: flows.KindDuration, Title: "Delivered within", Example: "30s", Help: "Counted from entering this node. After it the run leaves by Not delivered."},
		{Name: "retries", Kind: flows.KindInteger, Title: "Ask again at most", Max: maxRetries, Default: 0, Help: "How often the question is repeated after an answer that is none of the choices."},
		{Name: "retry_text", Kind: flows.KindTemplate, Title: "Asking again", Multiline: true, Example: "Please answer YES or NO.", Help: "Sent instead of the question when it is repeated."},
		{Name: "output", Kind: flows.KindVariable, Title: "Save the answer as", Example: "answer", Help: "A variable that then holds what the recipient answered."},
		typingOfAsk(),
		onUnknownField(),
	}
}

// ask waits for the answer to a question. Deadlines count from entering, so
// anew with each repetition.
type ask struct {
	// question is sent first, again when the question is repeated.
	question, again send
	answers         answers
	choices         []string
	replyWithin     time.Duration
	retries         int
	output          string
}

func compileAsk(c *engine.Compiler) engine.Behaviour {
	var config struct {
		ChannelType     string           `json:"channel_type"`
		Channel         string           `json:"channel"`
		Message         json.RawMessage  `json:"message"`
		Choices         []choice         `json:"choices"`
		ReplyWithin     string           `json:"reply_within"`
		DeliveredWithin string           `json:"delivered_within"`
		Retries         int              `json:"retries"`
		Output          string           `json:"output"`
		OnUnknown       engine.OnUnknown `json:"on_unknown"`
		Typing          string           `json:"typing"`
	}
	c.Config(&config)
	n := &ask{
		question: send{
			channel: config.Channel, channelType: config.ChannelType, category: transactional(config.ChannelType), onUnknown: config.OnUnknown,
			to: c.Template("to"), message: compileMessage(c, config.ChannelType, config.Message), deliveredWithin: duration(config.DeliveredWithin),
			typing: compileTyping(c, config.Typing),
		},
		answers: compileAnswers(c, config.Choices), replyWithin: duration(config.ReplyWithin), retries: config.Retries, output: config.Output,
	}
	if n.question.onUnknown == "" {
		n.question.onUnknown = engine.OnUnknownResend
	}
	for _, choice := range config.Choices {
		n.choices = append(n.choices, choice.Port)
	}
	n.again = n.question
	if text := c.Template("retry_text"); text.Source() != "" {
		n.again.message = compileRetry(c, config.ChannelType, text)
	}
	c.Refer("channel", config.Channel, "channel")
	if t := n.question.message.form.Template; t != "" {
		c.Refer("template", t, "message", "template")
	}
	if form := n.question.message.form.Type; form != "" && form != flows.MessageTemplate {
		c.Session("message")
	}
	if n.output != "" {
		c.Sets(n.output, false)
	}
	n.check(c)
	return n
}

// compileRetry is the message that repeats a question in other words.
func compileRetry(c *engine.Compiler, channelType string, text *expression.Template) messageTemplate {
	t := messageTemplate{form: flows.Message{Type: flows.MessageText}}
	t.rules = messageRules{form: t.form, fields: textForm().Fields}
	t.rules.channelType, _ = flows.ChannelTypeNamed(channelType)
	rule := t.rules.of([]string{"text"})
	rule.label = "Asking again"
	rule.check(c, text, "retry_text")
	t.texts = []messageText{{template: text, put: func(m *flows.Message, s string) { m.Text = s }, textRule: rule}}
	return t
}

// check reports what the spec cannot say.
func (n *ask) check(c *engine.Compiler) {
	form := n.question.message.form
	t, ok := flows.ChannelTypeNamed(n.question.channelType)
	if ok && form.Type != "" && !t.Takes(form.Type) {
		c.Report("unknown_form", "There are no messages of the form "+string(form.Type)+" on "+t.Title+".", "Choose another form, or another channel type.", "message", "type")
	}
	if ok && !t.Delivered && n.question.deliveredWithin > 0 {
		c.Report("receipt_unavailable", t.Title+" does not tell whether a message was delivered.", "Remove it; Reply within ends the waiting.", "delivered_within")
	}
	if ok && t.Address != flows.AddressNone && strings.TrimSpace(n.question.to.Source()) == "" {
		c.Report("missing_field", "To is missing.", "For instance: {{customerPhoneNumber}}", "to")
	}
	if n.retries > 0 && len(n.choices) == 0 {
		c.Warn("never_used", "Without choices every answer is right, so the question is never repeated.", "Add choices, or remove this.", "retries")
	}
	if n.retries == 0 && c.Template("retry_text").Source() != "" {
		c.Warn("never_used", "This text is never sent: the question is not repeated.", "Set how often it is asked again.", "retry_text")
	}
	if n.replyWithin > 0 && n.question.deliveredWithin > n.replyWithin {
		c.Warn("deadline_order", "The message has to be answered before it has to be delivered.", "Make Delivered within the shorter one.", "delivered_within")
	}
	n.answers.checkButtons(c, form)
}

// asked is what an ask remembers of its visit.
type asked struct {
	// Status is "", sent, delivered or read.
	Status engine.ReceiptStatus `json:"status,omitempty"`
	// Retries is how often the question was repeated so far.
	Retries int `json:"retries,omitempty"`
	// AskedAt is when it was asked first, if it was repeated since.
	AskedAt time.Time `json:"asked_at,omitzero"`
}

// in reports whether a visit asked this question: a repetition is a visit of
// its own, the next one.
func (a asked) in(v *engine.Visit, visit int) bool {
	return visit == 0 || visit <= v.Number() && visit >= v.Number()-a.Retries
}

// since is when the question was asked first.
func (a asked) since(v *engine.Visit) time.Time {
	if a.AskedAt.IsZero() {
		return v.EnteredAt()
	}
	return a.AskedAt
}

func (a asked) delivered() bool {
	return a.Status == engine.ReceiptDelivered || a.Status == engine.ReceiptRead
}

func (n *ask) Enter(v *engine.Visit) engine.Move {
	var before asked
	question := n.question
	fresh := v.Recall(&before) != nil
	if !fresh {
		question = n.again
	}
	a := asked{Retries: before.Retries, AskedAt: before.AskedAt}
	effect, f, err := question.render(v, progress{})
	if err != nil {
		return failed(err)
	}
	if due := n.due(v, a); n.question.deliveredWithin == 0 && !due.IsZero() {
		effect.GiveUpAt = due
	}
	if f == nil {
		v.Send(effect)
	}
	outputs := map[string]any{"status": "pending", "code": "", "reason": ""}
	if fresh {
		outputs["reply"], outputs["reply_at"], outputs["choice"], outputs["message_id"] = "", "", "", ""
		if err := n.save(v, ""); err != nil {
			return failed(err)
		}
	}
	v.Output(outputs)
	if f != nil {
		return question.fail(v, f.code, f.reason)
	}
	v.Remember(a)
	return engine.WaitForReply(n.due(v, a))
}

func (n *ask) save(v *engine.Visit, answer string) error {
	if n.output == "" {
		return nil
	}
	return v.Set(n.output, answer)
}

// due is the next deadline that has not been met, or zero.
func (n *ask) due(v *engine.Visit, a asked) time.Time {
	var due time.Time
	if n.replyWithin > 0 {
		due = v.EnteredAt().Add(n.replyWithin)
	}
	if n.question.deliveredWithin > 0 && !a.delivered() {
		if d := v.EnteredAt().Add(n.question.deliveredWithin); due.IsZero() || d.Before(due) {
			due = d
		}
	}
	return due
}

func (n *ask) Handle(v *engine.Visit, ev engine.Event) engine.Move {
	var a asked
	if err := v.Recall(&a); err != nil {
		return engine.Fail("bad_state", "The state of the question cannot be read: "+err.Error()+".", "Report this as a bug.")
	}
	switch {
	case ev.Kind == engine.EventTimer:
		return n.deadline(v, a)
	case ev.Kind == engine.EventSendResult && ev.Send != nil:
		return n.result(v, a, *ev.Send)
	case ev.Kind == engine.EventReceipt && ev.Receipt != nil:
		return n.receipt(v, a, *ev.Receipt)
	case ev.Kind == engine.EventReply && ev.Reply != nil:
		return n.reply(v, a, *ev.Reply)
	default:
		return engine.Ignore("the node does not wait for that")
	}
}

// deadline leaves by the deadline that has passed. Both at once: what was not
// even delivered counts as that.
func (n *ask) deadline(v *engine.Visit, a asked) engine.Move {
	if within := n.question.deliveredWithin; within > 0 && !a.delivered() && !v.Now().Before(v.EnteredAt().Add(within)) {
		return engine.Leave("not_delivered")
	}
	return engine.Leave("no_reply")
}

func (n *ask) result(v *engine.Visit, a asked, r engine.SendResult) engine.Move {
	if r.Class == "" {
		return n.advance(v, a, engine.ReceiptSent)
	}
	if a.Status != "" {
		return engine.Ignore("a receipt has shown that the message was sent")
	}
	// What was tried until the deadline passed has missed it, as if the timer
	// had come first.
	tried := r.Class == engine.ClassRetryable || r.Class == engine.ClassUnknown
	if due := n.due(v, a); tried && !due.IsZero() && !v.Now().Before(due) {
		return n.deadline(v, a)
	}
	return n.question.fail(v, r.Code, r.Message)
}

func (n *ask) receipt(v *engine.Visit, a asked, r engine.Receipt) engine.Move {
	if r.Status != engine.ReceiptFailed {
		return n.advance(v, a, r.Status)
	}
	if a.delivered() {
		return engine.Ignore("the message was delivered before")
	}
	return n.question.fail(v, r.Code, r.Reason)
}

func (n *ask) advance(v *engine.Visit, a asked, status engine.ReceiptStatus) engine.Move {
	if rank[status] == 0 {
		return engine.Ignore("the status is not known")
	}
	if rank[status] <= rank[a.Status] {
		return engine.Ignore("the message is further already")
	}
	a.Status = status
	v.Status(string(status), "", "")
	v.Output(map[string]any{"status": string(status)})
	v.Remember(a)
	return engine.WaitForReply(n.due(v, a))
}

// Refuses implements engine.Listener.
func (n *ask) Refuses(v *engine.Visit, quoted int, r engine.Reply) string {
	var a asked
	if err := v.Recall(&a); err != nil {
		// Handle says what is wrong.
		return ""
	}
	switch {
	case !a.in(v, quoted):
		return engine.LeftVisit
	case r.ChannelType != "" && r.ChannelType != n.question.channelType:
		return "the reply came over another channel"
	case r.Before(a.since(v)):
		return engine.ReplyTooOld
	}
	return ""
}

// reply takes in what the recipient answered. It is data: braces in it mean
// nothing.
func (n *ask) reply(v *engine.Visit, a asked, r engine.Reply) engine.Move {
	text := shorten(asTyped(r.Text), maxReply)
	at := r.At
	if at.IsZero() {
		at = v.Now()
	}
	port := n.answers.choose(r)
	v.Replied(text)
	v.Output(map[string]any{"reply": text, "reply_at": at.UTC().Format(time.RFC3339Nano), "choice": port, "message_id": r.MessageID})
	if r.Type != "" {
		// Replies of before files and data were known say nothing of them.
		v.Output(map[string]any{"reply_type": r.Type, "media_id": r.MediaID, "media_url": r.MediaURL, "reply_data": replyData(r.Data)})
	}
	if err := n.save(v, text); err != nil {
		return failed(err)
	}
	switch {
	case len(n.choices) == 0:
		return engine.Leave("replied")
	case port != "":
		return engine.Leave(port)
	case a.Retries < n.retries:
		if !r.At.IsZero() {
			// Replies without a time are never too old.
			a.AskedAt = a.since(v)
		}
		a.Retries++
		v.Remember(a)
		return engine.Again()
	default:
		return engine.Leave("else")
	}
}

// replyData is the object that a reply holds; empty for what is none.
func replyData(data json.RawMessage) map[string]any {
	if len(data) > 0 && len(data) <= maxReply {
		value, err := expression.DecodeValue(data)
		if object, ok := value.(map[string]any); ok && err == nil {
			return object
		}
	}
	return map[string]any{}
}

func (n *ask) Exits(func(string) bool) engine.Exits {
	retries := n.retries
	if len(n.choices) == 0 {
		retries = 0
	}
	x := engine.Exits{Messages: 1 + retries, Again: retries}
	// Each repetition comes at the latest when the time to reply is nearly
	// over.
	before := time.Duration(retries) * n.replyWithin
	forever := ""
	if n.replyWithin == 0 {
		forever = "the run waits for a reply without a deadline"
	}
	exit := func(port string, after time.Duration, bounded bool) {
		e := engine.Exit{Port: port, After: before + after}
		if !bounded || retries > 0 {
			e.Unbounded = forever
		}
		x.Ports = append(x.Ports, e)
	}
	for _, port := range n.choices {
		exit(port, n.replyWithin, false)
	}
	if len(n.choices) == 0 {
		exit("replied", n.replyWithin, false)
	} else {
		exit("else", n.replyWithin, false)
	}
	// A message can fail until it has to be delivered, or as long as the run
	// waits.
	first := n.question.deliveredWithin
	if n.replyWithin > 0 {
		exit("no_reply", n.replyWithin, true)
		if first == 0 || n.replyWithin < first {
			first = n.replyWithin
		}
	}
	if within := n.question.deliveredWithin; within > 0 && within == first {
		exit("not_delivered", within, true)
	}
	exit("failed", first, first > 0)
	return x
}
