package api

import (
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
)

const never = "never"

// phoneRuleOf describes a rule in the API's words.
func phoneRuleOf(r simulator.Rule) PhoneRule {
	p := PhoneRule{
		Recipient: r.To, ChannelType: optionalText(string(r.ChannelType)),
		DeliveredAfter: delayText(r.DeliveredAfter), ReadAfter: delayText(r.ReadAfter),
	}
	if r.Manual {
		p.Manual = &r.Manual
	}
	if f := r.Fail; f != nil {
		p.Fail = &PhoneRuleFailure{When: PhoneRuleFailureWhen(f.When), Code: optionalText(f.Code), After: durationText(f.After)}
		if f.Class != "" {
			class := PhoneRuleFailureClass(f.Class)
			p.Fail.Class = &class
		}
	}
	if r.Reply != nil {
		p.Reply = &PhoneRuleReply{Text: r.Reply.Text, After: durationText(r.Reply.After)}
	}
	return p
}

func delayText(d *simulator.Delay) *string {
	if d == nil {
		return nil
	}
	text := never
	if !d.Never {
		text = flows.Duration(d.After).String()
	}
	return &text
}

func durationText(d flows.Duration) *string {
	if d == 0 {
		return nil
	}
	text := d.String()
	return &text
}

// ruleOf reads a rule. wrong names the fields that are no durations.
func ruleOf(p PhoneRule) (rule simulator.Rule, wrong []string) {
	duration := func(field string, text *string) flows.Duration {
		if text == nil || *text == "" {
			return 0
		}
		d, err := flows.ParseDuration(*text)
		if err != nil {
			wrong = append(wrong, field)
		}
		return d
	}
	delay := func(field string, text *string) *simulator.Delay {
		switch {
		case text == nil || *text == "":
			return nil
		case *text == never:
			return simulator.Never()
		}
		return simulator.After(time.Duration(duration(field, text)))
	}
	rule = simulator.Rule{
		To: p.Recipient, ChannelType: channels.ChannelType(textOf(p.ChannelType)),
		Manual:         p.Manual != nil && *p.Manual,
		DeliveredAfter: delay("delivered_after", p.DeliveredAfter), ReadAfter: delay("read_after", p.ReadAfter),
	}
	if f := p.Fail; f != nil {
		rule.Fail = &simulator.Fail{When: string(f.When), Code: textOf(f.Code), After: duration("fail.after", f.After)}
		if f.Class != nil {
			rule.Fail.Class = channels.Class(*f.Class)
		}
	}
	if p.Reply != nil {
		rule.Reply = &simulator.Reply{Text: p.Reply.Text, After: duration("reply.after", p.Reply.After)}
	}
	return rule, wrong
}

// ruleProblem places a finding about a rule. The simulator calls the recipient
// "to".
func ruleProblem(index int, field, message string) FieldProblem {
	if field == "to" {
		field = "recipient"
	}
	pointer := "/rules/" + strconv.Itoa(index) + "/" + strings.ReplaceAll(field, ".", "/")
	return FieldProblem{Field: field[strings.LastIndex(field, ".")+1:], Pointer: pointer, Code: "invalid", Message: message}
}
