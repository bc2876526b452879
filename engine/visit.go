package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"time"

	"sluice/engine/address"
	"sluice/engine/expression"
	"sluice/engine/phone"
)

// Visit is one stay of a run in a node, as its behaviour sees it.
type Visit struct {
	x    *execution
	node *node
	// zone is that of local times, nil until somebody asks.
	zone *time.Location
}

// Now is the time of the event.
func (v *Visit) Now() time.Time { return v.x.now }

// Number is the sequence number of the visit in its run, from 1.
func (v *Visit) Number() int { return v.x.s.Visit }

// EnteredAt is when the visit began. Deadlines count from it.
func (v *Visit) EnteredAt() time.Time { return v.x.s.EnteredAt }

// Zone is the zone in which local times are meant: the run's, unless the node has
// said otherwise.
func (v *Visit) Zone() *time.Location {
	if v.zone == nil {
		v.zone = v.x.zone()
	}
	return v.zone
}

// In makes a zone that of the visit's local times, and of those that its
// expressions read from now on.
func (v *Visit) In(zone *time.Location) { v.zone = zone }

// nowFor is the time of the event for what is evaluated. Its zone is only looked
// for where it matters: reading one takes a while.
func (v *Visit) nowFor(what interface{ Zoned() bool }) time.Time {
	if what.Zoned() {
		return v.x.now.In(v.Zone())
	}
	return v.x.now
}

// Text renders a template.
func (v *Visit) Text(t *expression.Template) (string, error) {
	return v.x.work.Text(t, v.x.environment(), v.nowFor(t))
}

// Masked renders a template with secrets hidden.
func (v *Visit) Masked(t *expression.Template) (string, error) {
	return v.x.work.Masked(t, v.x.environment(), v.nowFor(t), Mask, v.x.p.secrets.reads, nil)
}

// HTML renders a template of HTML: what its expressions give is escaped.
func (v *Visit) HTML(t *expression.Template) (string, error) {
	return v.x.work.Escaped(t, v.x.environment(), v.nowFor(t), html.EscapeString)
}

// MaskedHTML is HTML with secrets hidden.
func (v *Visit) MaskedHTML(t *expression.Template) (string, error) {
	return v.x.work.Masked(t, v.x.environment(), v.nowFor(t), Mask, v.x.p.secrets.reads, html.EscapeString)
}

// Value evaluates a template; one that is a single expression keeps its type, and a
// text is cut where it becomes longer than a run keeps.
func (v *Visit) Value(t *expression.Template) (any, error) {
	return v.x.work.Kept(t, v.x.environment(), v.nowFor(t))
}

// Eval evaluates an expression.
func (v *Visit) Eval(e *expression.Expression) (any, error) {
	return v.x.work.Eval(e, v.x.environment(), v.nowFor(e))
}

// Regexp compiles a pattern that only the run knows.
func (v *Visit) Regexp(pattern string) (*expression.Regexp, error) { return v.x.work.Regexp(pattern) }

// Match reports whether a pattern matches the whole text.
func (v *Visit) Match(r *expression.Regexp, text string) bool { return v.x.work.Match(r, text) }

// Works counts going through values in another way than by an expression.
func (v *Visit) Works(values ...any) {
	for _, value := range values {
		v.x.work.Scan(sizeOf(value))
	}
}

// Phone reads a phone number; see phone.Parse.
func (v *Visit) Phone(text string) (n phone.Number, ok bool) {
	v.x.work.Spend(phoneWork)
	return v.x.p.phones.Parse(text)
}

// Address is a person's address as it is sent to; see address.Normal.
func (v *Visit) Address(channelType, text string) string {
	return address.Reader{Phones: v.x.p.phones}.Normal(channelType, text)
}

// Set sets a run variable.
func (v *Visit) Set(name string, value any) error {
	value, err := expression.Normalize(value)
	if err != nil {
		return err
	}
	secret := v.x.p.secrets.variables[name]
	old := v.x.s.Vars
	if secret {
		old = v.x.s.Secrets
	}
	if !v.x.grows(change(old, name, value)) {
		return v.x.over
	}
	shown := value
	if secret {
		shown = Mask
		v.x.setSecret(name, value)
	} else {
		v.x.setVariable(name, value)
	}
	if v.x.env != nil {
		v.x.env[name] = value
	}
	v.x.note(TraceItem{Kind: TraceSet, At: v.x.now, Node: v.node.id, Visit: v.x.s.Visit, Values: map[string]any{name: shown}})
	return nil
}

// Output leaves values for steps.<node id>.<name>.
func (v *Visit) Output(values map[string]any) {
	shown := make(map[string]any, len(values))
	open := make(map[string]any, len(values))
	maps.Copy(open, v.x.s.Outputs[v.node.id])
	for _, name := range keys(values) {
		value, err := expression.Normalize(values[name])
		if err != nil {
			continue
		}
		if !v.x.grows(change(open, name, value)) {
			break
		}
		if v.x.p.secrets.outputs[[2]string{v.node.id, name}] {
			shown[name] = Mask
			v.x.setSecret(secretOutputKey(v.node.id, name), value)
			continue
		}
		shown[name] = value
		open[name] = value
	}
	v.x.setOutputs(v.node.id, open)
	if v.x.env != nil {
		v.x.showOutputs(v.node.id)
	}
	v.x.note(TraceItem{Kind: TraceOutput, At: v.x.now, Node: v.node.id, Visit: v.x.s.Visit, Values: shown})
}

// secretOutputKey is where a secret output stands among the secrets. Variable
// names have no dot, so it cannot collide with one.
func secretOutputKey(node, name string) string { return "steps." + node + "." + name }

// ExpiresAt is when the lifetime of the run ends.
func (v *Visit) ExpiresAt() time.Time { return v.x.s.Run.StartedAt.Add(v.x.p.limits.Lifetime) }

// Send asks for a message to be sent. A visit sends at most one. One with a time
// to come is taken back when the run leaves the visit before anything is known
// of it.
func (v *Visit) Send(s Send) {
	if len(v.x.effects) >= maxEffects {
		v.x.exceed(tooLargeStep())
		return
	}
	v.x.s.Held = s.SendAt.After(v.x.now)
	v.x.effects = append(v.x.effects, Effect{Kind: EffectSend, Visit: v.x.s.Visit, Node: v.node.id, Send: &s})
	detail, err := encode(SentDetail{Channel: s.Channel, ChannelType: s.ChannelType, To: s.MaskedTo, Category: s.Category, Message: s.Masked, SendAt: s.SendAt})
	if err != nil {
		// A rendered message is text only and always encodes.
		panic("engine: " + err.Error())
	}
	v.x.note(TraceItem{Kind: TraceSent, At: v.x.now, Node: v.node.id, Visit: v.x.s.Visit, Detail: detail})
}

// Status notes in the history that the node took in a send result or receipt.
func (v *Visit) Status(status, code, reason string) {
	v.x.note(TraceItem{Kind: TraceStatus, At: v.x.now, Node: v.node.id, Visit: v.x.s.Visit, Status: status, Code: code, Reason: reason})
}

// Replied notes in the history that the node took in a reply.
func (v *Visit) Replied(text string) {
	v.x.note(TraceItem{Kind: TraceStatus, At: v.x.now, Node: v.node.id, Visit: v.x.s.Visit, Status: "replied", Reason: text})
}

// Connected reports whether a port has an edge of its own.
func (v *Visit) Connected(port string) bool {
	_, ok := v.node.edges[port]
	return ok
}

// CountJump counts one more jump of this node if fewer than limit were done.
func (v *Visit) CountJump(limit int) bool {
	if v.x.s.Jumps[v.node.id] >= limit {
		return false
	}
	v.x.countJump(v.node.id)
	return true
}

// Remember keeps data for the later events of this visit. JSON that is there
// already is kept as it is.
func (v *Visit) Remember(data any) {
	if ready, ok := data.(json.RawMessage); ok {
		v.x.memory = ready
		return
	}
	encoded, err := encode(data)
	if err != nil {
		panic(fmt.Sprintf("engine: what %s remembers cannot be encoded: %v", v.node.spec.Type, err))
	}
	v.x.memory = encoded
}

// Memory is what was remembered, as JSON. It must not be changed.
func (v *Visit) Memory() json.RawMessage { return v.x.memory }

// Recall reads what was remembered.
func (v *Visit) Recall(target any) error {
	if len(v.x.memory) == 0 {
		return errors.New("nothing was remembered")
	}
	return json.Unmarshal(v.x.memory, target)
}

// encode writes JSON that people can read in a history: without escapes for
// characters that only matter within HTML.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
