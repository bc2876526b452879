package nodes

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

// defaultSendWindow is how long a failing send without deadlines is tried
// again. Within it most outages of a vendor pass; a code that comes later is of
// no use to its recipient.
const defaultSendWindow = 10 * time.Minute

// sender is what the send node types differ in.
type sender struct {
	kind, title, help, channelType, icon, hue string
	// categories the vendor's terms distinguish; the first one is the default.
	categories []flows.Choice
	// atMostOnce lists the categories that are rather lost than sent twice.
	atMostOnce []string
	forms      []flows.Variant
	// typing is whether the recipient can be shown that somebody writes.
	typing bool
	// readable is false where the channel type has no read receipts.
	readable bool
	// unreported is why there are no receipts at all; empty where there are.
	unreported string
	// undelivered is why there is no news of a delivery; empty where there is.
	undelivered string
	// to is the help and the example of the recipient; zero where people are
	// addressed by phone, and nobody marks a channel that stands for who gets
	// the message.
	to     addressField
	nobody bool
	// summary is the card's line about the message; empty: its text.
	summary string
}

type addressField struct{ example, help string }

func (s sender) nodeType() engine.NodeType {
	detail := "→ {to}"
	if s.nobody {
		detail = ""
	}
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: s.kind, Title: s.title, Help: s.help, Group: groupChannels, Icon: s.icon, Hue: s.hue, ChannelType: s.channelType,
			Summary: cmp.Or(s.summary, "{message.text}{message.template}{message.caption}"), Detail: detail,
			Ports: s.ports(),
			Outputs: []flows.OutputSpec{
				{Name: "status", Type: "string", Help: "How far the message got: scheduled, pending, sent, delivered, read or failed.", Example: "delivered"},
				{Name: "code", Type: "string", Help: "The vendor's code when it failed, or one of ours, such as too_long.", Example: "21211"},
				{Name: "reason", Type: "string", Help: "Why it failed."},
			},
			Config: s.fields(),
		},
		Compile: s.compile,
	}
}

func (s sender) ports() []flows.PortSpec {
	if s.unreported != "" {
		return []flows.PortSpec{
			{Name: "failed", Title: "Failed", Icon: "circle-x", Failure: true, Help: "The message was refused, by the vendor or because it cannot be sent as it is."},
			{Name: "next", Title: "Next", Icon: "check", Help: "The vendor took the message."},
		}
	}
	if s.undelivered != "" {
		return []flows.PortSpec{
			{Name: "not_read", Title: "Not read", Icon: "eye-off", Deadline: "read_within", Help: "No read receipt came in time."},
			{Name: "failed", Title: "Failed", Icon: "circle-x", Failure: true, FallsBackTo: []string{"not_read"}, Help: "The message was refused, by the vendor or because it cannot be sent as it is. Not connected, the run goes on at Not read."},
			{Name: "next", Title: "Next", Icon: "check", Help: "All that was asked for happened."},
		}
	}
	return []flows.PortSpec{
		{Name: "not_delivered", Title: "Not delivered", Icon: "timer", Failure: true, Deadline: "delivered_within", Help: "No delivery receipt came in time."},
		{Name: "not_read", Title: "Not read", Icon: "eye-off", Deadline: "read_within", Help: "No read receipt came in time."},
		{Name: "failed", Title: "Failed", Icon: "circle-x", Failure: true, FallsBackTo: []string{"not_delivered", "not_read"}, Help: "The message was refused, by the vendor or because it cannot be sent as it is. Not connected, the run goes on at Not delivered, else at Not read."},
		{Name: "next", Title: "Next", Icon: "check", Help: "All that was asked for happened."},
	}
}

func (s sender) fields() []flows.Field {
	fields := []flows.Field{
		{Name: "channel", Kind: flows.KindChannel, Title: "Channel", Required: true, Example: strings.ReplaceAll(s.channelType, "_", "-") + "-main", Help: "The sender account."},
	}
	if !s.nobody {
		to := s.to
		if to.help == "" {
			to = addressField{example: "{{customerPhoneNumber}}", help: "The recipient's phone number in international format."}
		}
		fields = append(fields, flows.Field{Name: "to", Kind: flows.KindTemplate, Title: "To", Required: true, Example: to.example, Help: to.help})
	}
	if len(s.categories) > 0 {
		fields = append(fields, flows.Field{
			Name: "category", Kind: flows.KindChoice, Title: "Category", Default: s.categories[0].Value, Choices: s.categories,
			Help: "Vendors route and price messages by it.",
		})
	}
	fields = append(fields, flows.Field{Name: "message", Kind: flows.KindUnion, Title: "Message", Required: true, Variants: s.forms})
	fields = append(fields, sendAtField(), timezoneField("Where local times and dates of Send at are meant."))
	if s.typing {
		fields = append(fields, typingField())
	}
	for _, deadline := range []flows.Field{
		{Name: "delivered_within", Kind: flows.KindDuration, Title: "Delivered within", Example: "30s", Help: "Counted from entering this node, or from Send at. After it the run leaves by Not delivered."},
		{Name: "read_within", Kind: flows.KindDuration, Title: "Read within", Example: "60s", Help: "Counted from entering this node, or from Send at. After it the run leaves by Not read."},
	} {
		switch {
		case s.unreported != "":
			deadline = flows.Field{Name: deadline.Name, Title: deadline.Title, Refused: s.unreported, Hint: "Remove it. The run goes on at Next when the vendor took the message, at Failed when not."}
		case s.undelivered != "" && deadline.Name == "delivered_within":
			deadline = flows.Field{Name: deadline.Name, Title: deadline.Title, Refused: s.undelivered, Hint: "Remove it, or ask for Read within instead."}
		}
		fields = append(fields, deadline)
	}
	return append(fields, onUnknownField())
}

func onUnknownField() flows.Field {
	return flows.Field{
		Name: "on_unknown", Kind: flows.KindChoice, Title: "If it is unclear whether it was sent", Help: "A connection can break after the vendor got the message. By default only marketing and promotional messages are not sent again.",
		Choices: []flows.Choice{{Value: string(engine.OnUnknownResend), Title: "Send again"}, {Value: string(engine.OnUnknownFail), Title: "Treat as failed"}},
	}
}

type send struct {
	channel, channelType, category string
	onUnknown                      engine.OnUnknown
	to                             *expression.Template
	message                        messageTemplate
	// at is when the message is to go out, nil for at once.
	at *expression.Template
	// zone is where local times of at are meant.
	zone zone
	// typing is how long the recipient sees that somebody writes.
	typing time.Duration
	// deliveredWithin and readWithin are zero when not asked for.
	deliveredWithin, readWithin time.Duration
}

func (s sender) compile(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Channel         string           `json:"channel"`
		Category        string           `json:"category"`
		Message         json.RawMessage  `json:"message"`
		DeliveredWithin string           `json:"delivered_within"`
		ReadWithin      string           `json:"read_within"`
		OnUnknown       engine.OnUnknown `json:"on_unknown"`
		SendAt          string           `json:"send_at"`
		Typing          string           `json:"typing"`
	}
	c.Config(&config)
	n := &send{
		channel: config.Channel, channelType: s.channelType, category: config.Category, onUnknown: config.OnUnknown,
		to: c.Template("to"), message: compileMessage(c, s.channelType, config.Message),
		deliveredWithin: duration(config.DeliveredWithin), readWithin: duration(config.ReadWithin),
		at: compileSendAt(c, config.SendAt), zone: compileTimezone(c), typing: compileTyping(c, config.Typing),
	}
	if n.category == "" && len(s.categories) > 0 {
		n.category = s.categories[0].Value
	}
	if n.onUnknown == "" {
		n.onUnknown = engine.OnUnknownResend
		for _, category := range s.atMostOnce {
			if n.category == category {
				n.onUnknown = engine.OnUnknownFail
			}
		}
	}
	c.Refer("channel", n.channel, "channel")
	if n.message.form.Template != "" {
		c.Refer("template", n.message.form.Template, "message", "template")
	}
	if form := n.message.form.Type; form != "" && form != flows.MessageTemplate {
		c.Session("message")
	}
	if s.unreported != "" {
		// The spec refuses them already.
		n.deliveredWithin, n.readWithin = 0, 0
	}
	if s.undelivered != "" {
		n.deliveredWithin = 0
	}
	if n.readWithin > 0 && !s.readable {
		c.Warn("receipt_unavailable", "Recipients of "+s.title[len("Send "):]+" give no read receipts, so this deadline always passes.", "Remove it, or ask for delivery instead.", "read_within")
	}
	if n.readWithin > 0 && n.deliveredWithin > n.readWithin {
		c.Warn("deadline_order", "The message has to be read before it has to be delivered.", "Make Delivered within the shorter one.", "delivered_within")
	}
	return n
}

// duration reads what has passed the spec's checks; absent or bad, it is zero.
func duration(text string) time.Duration {
	d, err := flows.ParseDuration(text)
	if err != nil {
		return 0
	}
	return time.Duration(d)
}

func (n *send) Enter(v *engine.Visit) engine.Move {
	at, problem := n.moment(v)
	if problem != nil {
		return *problem
	}
	p := progress{From: at}
	effect, f, err := n.render(v, p)
	if err != nil {
		return failed(err)
	}
	if f != nil {
		return n.fail(v, f.code, f.reason)
	}
	status := "pending"
	if !at.IsZero() {
		status = "scheduled"
	}
	v.Send(effect)
	v.Output(map[string]any{"status": status, "code": "", "reason": ""})
	v.Remember(p.memory())
	return engine.Wait(n.due(v, p))
}

// render makes the message of one run. The fault is why it cannot be sent; nil
// when it can.
func (n *send) render(v *engine.Visit, p progress) (engine.Send, *fault, error) {
	open, err := v.Text(n.to)
	if err != nil {
		return engine.Send{}, nil, err
	}
	maskedTo, err := v.Masked(n.to)
	if err != nil {
		return engine.Send{}, nil, err
	}
	message, f, err := n.message.render(shown(v))
	if err != nil {
		return engine.Send{}, nil, err
	}
	hidden, _, err := n.message.render(masked(v))
	if err != nil {
		return engine.Send{}, nil, err
	}
	if seenEmpty(open) && n.message.rules.channelType.Address != flows.AddressNone {
		f = &fault{CodeEmptyRecipient, "To is empty, so the message has no recipient."}
	}
	to := v.Address(n.channelType, open)
	if maskedTo == open {
		maskedTo = to
	}
	giveUp := n.due(v, p)
	if n.deliveredWithin > 0 {
		giveUp = p.from(v).Add(n.deliveredWithin)
	}
	if giveUp.IsZero() {
		giveUp = p.from(v).Add(defaultSendWindow)
	}
	return engine.Send{
		Channel: n.channel, ChannelType: n.channelType, To: to, MaskedTo: maskedTo, Category: n.category,
		Message: message, Masked: hidden, OnUnknown: n.onUnknown, GiveUpAt: giveUp, SendAt: p.From, TypingFor: flows.Duration(n.typing),
	}, f, nil
}

// due is the next deadline that has not been met, or zero.
func (n *send) due(v *engine.Visit, p progress) time.Time {
	var due time.Time
	if n.readWithin > 0 && p.Status != engine.ReceiptRead {
		due = p.from(v).Add(n.readWithin)
	}
	if n.deliveredWithin > 0 && p.Status != engine.ReceiptDelivered && p.Status != engine.ReceiptRead {
		if d := p.from(v).Add(n.deliveredWithin); due.IsZero() || d.Before(due) {
			due = d
		}
	}
	return due
}

func (n *send) Handle(v *engine.Visit, ev engine.Event) engine.Move {
	p, err := recallProgress(v)
	if err != nil {
		return engine.Fail("bad_state", "The state of the send cannot be read: "+err.Error()+".", "Report this as a bug.")
	}
	switch {
	case ev.Kind == engine.EventTimer:
		return n.deadline(v, p)
	case ev.Kind == engine.EventSendResult && ev.Send != nil:
		return n.result(v, p, *ev.Send)
	case ev.Kind == engine.EventReceipt && ev.Receipt != nil:
		return n.receipt(v, p, *ev.Receipt)
	default:
		return engine.Ignore("the node does not wait for replies")
	}
}

// deadline leaves by the deadline that has passed. Both at once: what was not
// even delivered counts as that.
func (n *send) deadline(v *engine.Visit, p progress) engine.Move {
	delivered := p.Status == engine.ReceiptDelivered || p.Status == engine.ReceiptRead
	if n.deliveredWithin > 0 && !delivered && !v.Now().Before(p.from(v).Add(n.deliveredWithin)) {
		return engine.Leave("not_delivered")
	}
	return engine.Leave("not_read")
}

func (n *send) result(v *engine.Visit, p progress, r engine.SendResult) engine.Move {
	if r.Class == "" {
		return n.advance(v, p, engine.Receipt{Status: engine.ReceiptSent})
	}
	if p.Status != "" {
		return engine.Ignore("a receipt has shown that the message was sent")
	}
	// What was tried until the deadline passed has missed it, as if the timer
	// had come first.
	tried := r.Class == engine.ClassRetryable || r.Class == engine.ClassUnknown
	if due := n.due(v, p); tried && !due.IsZero() && !v.Now().Before(due) {
		return n.deadline(v, p)
	}
	return n.fail(v, r.Code, r.Message)
}

func (n *send) receipt(v *engine.Visit, p progress, r engine.Receipt) engine.Move {
	if r.Status != engine.ReceiptFailed {
		return n.advance(v, p, r)
	}
	if p.Status == engine.ReceiptDelivered || p.Status == engine.ReceiptRead {
		return engine.Ignore("the message was delivered before")
	}
	return n.fail(v, r.Code, r.Reason)
}

// rank orders the statuses: a message only moves forwards.
var rank = map[engine.ReceiptStatus]int{engine.ReceiptSent: 1, engine.ReceiptDelivered: 2, engine.ReceiptRead: 3}

func (n *send) advance(v *engine.Visit, p progress, r engine.Receipt) engine.Move {
	if rank[r.Status] == 0 {
		return engine.Ignore("the status is not known")
	}
	if rank[r.Status] <= rank[p.Status] {
		return engine.Ignore("the message is further already")
	}
	p.Status = r.Status
	v.Status(string(r.Status), "", "")
	v.Output(map[string]any{"status": string(r.Status)})
	v.Remember(p.memory())
	met := rank[p.Status]
	if n.readWithin > 0 && met < rank[engine.ReceiptRead] || n.deliveredWithin > 0 && met < rank[engine.ReceiptDelivered] {
		return engine.Wait(n.due(v, p))
	}
	return engine.Leave("next")
}

func (n *send) fail(v *engine.Visit, code, reason string) engine.Move {
	v.Status(string(engine.ReceiptFailed), code, reason)
	v.Output(map[string]any{"status": string(engine.ReceiptFailed), "code": code, "reason": reason})
	return engine.Leave("failed")
}

func (n *send) Exits(func(string) bool) engine.Exits {
	x := engine.Exits{Messages: 1}
	// first is the deadline that a message without any receipt misses first; a
	// failure can come until then, and all that was asked for until the last.
	first, last := n.deliveredWithin, n.readWithin
	if last == 0 {
		last = first
	}
	if first == 0 || last < first {
		first = last
	}
	if n.deliveredWithin > 0 && n.deliveredWithin == first {
		x.Ports = append(x.Ports, engine.Exit{Port: "not_delivered", After: n.deliveredWithin})
	}
	if n.readWithin > 0 {
		x.Ports = append(x.Ports, engine.Exit{Port: "not_read", After: n.readWithin})
	}
	x.Ports = append(x.Ports, engine.Exit{Port: "failed", After: first}, engine.Exit{Port: "next", After: last})
	if n.at != nil {
		for i := range x.Ports {
			x.Ports[i].Unbounded = "the run sends at a moment that only the run knows"
		}
	}
	return x
}
