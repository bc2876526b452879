package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// States and traces are written with every step, so they are encoded without
// reflection. What is written is what encoding/json writes, byte for byte; a
// test compares the two field by field. Whatever is not of the usual kinds is
// left to encoding/json itself.

// EncodeState writes the state. The same state gives the same bytes.
func EncodeState(s State) ([]byte, error) {
	e := encoder{b: make([]byte, 0, 1024)}
	e.state(&s)
	if e.err != nil {
		return nil, fmt.Errorf("encode the state of run %s: %w", s.Run.ID, e.err)
	}
	return e.b, nil
}

// EncodeTrace writes a trace.
func EncodeTrace(t Trace) ([]byte, error) {
	if t == nil {
		return []byte("null"), nil
	}
	e := encoder{b: make([]byte, 0, 256*len(t))}
	e.b = append(e.b, '[')
	for i := range t {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.item(&t[i])
	}
	e.b = append(e.b, ']')
	if e.err != nil {
		return nil, fmt.Errorf("encode a trace: %w", e.err)
	}
	return e.b, nil
}

// encoder appends JSON to b until an error.
type encoder struct {
	b   []byte
	err error
}

func (e *encoder) state(s *State) {
	e.b = append(e.b, `{"v":`...)
	e.b = strconv.AppendInt(e.b, int64(s.V), 10)
	e.b = append(e.b, `,"run":{"id":`...)
	e.text(s.Run.ID)
	e.optionalTime(`,"started_at":`, s.Run.StartedAt)
	e.optionalText(`,"time_zone":`, s.Run.TimeZone)
	e.b = append(e.b, '}')
	e.optionalText(`,"status":`, string(s.Status))
	e.optionalText(`,"outcome":`, s.Outcome)
	if s.Error != nil {
		e.b = append(e.b, `,"error":`...)
		e.other(s.Error)
	}
	e.optionalText(`,"node":`, s.Node)
	e.optionalInt(`,"visit":`, s.Visit)
	e.optionalTime(`,"entered_at":`, s.EnteredAt)
	if s.Held {
		e.b = append(e.b, `,"held":true`...)
	}
	if s.Wait != nil {
		e.b = append(e.b, `,"wait":`...)
		e.waiting(s.Wait)
	}
	e.optionalObject(`,"vars":`, s.Vars)
	e.optionalObject(`,"secrets":`, s.Secrets)
	if len(s.Outputs) > 0 {
		e.b = append(e.b, `,"outputs":`...)
		object(e, s.Outputs, func(m map[string]any) { e.object(m) })
	}
	if len(s.Jumps) > 0 {
		e.b = append(e.b, `,"jumps":`...)
		object(e, s.Jumps, func(n int) { e.b = strconv.AppendInt(e.b, int64(n), 10) })
	}
	e.optionalInt(`,"traced":`, s.Traced)
	e.optionalObject(`,"trigger":`, s.Trigger)
	e.optionalObject(`,"contact":`, s.Contact)
	e.b = append(e.b, '}')
}

func (e *encoder) waiting(w *Waiting) {
	at := len(e.b)
	e.optionalTime(`,"due":`, w.Due)
	if w.Expires {
		e.b = append(e.b, `,"expires":true`...)
	}
	if w.Replies {
		e.b = append(e.b, `,"replies":true`...)
	}
	if len(w.Data) > 0 {
		e.b = append(e.b, `,"data":`...)
		e.raw(w.Data)
	}
	if len(e.b) == at {
		e.b = append(e.b, '{')
	} else {
		e.b[at] = '{'
	}
	e.b = append(e.b, '}')
}

func (e *encoder) item(t *TraceItem) {
	e.b = append(e.b, `{"kind":`...)
	e.text(string(t.Kind))
	e.b = append(e.b, `,"at":`...)
	e.time(t.At)
	e.optionalText(`,"node":`, t.Node)
	e.optionalInt(`,"visit":`, t.Visit)
	e.optionalText(`,"port":`, t.Port)
	e.optionalText(`,"via":`, t.Via)
	e.optionalText(`,"to":`, t.To)
	e.optionalTime(`,"due":`, t.Due)
	e.optionalText(`,"status":`, t.Status)
	e.optionalText(`,"outcome":`, t.Outcome)
	e.optionalText(`,"reason":`, t.Reason)
	e.optionalText(`,"code":`, t.Code)
	e.optionalObject(`,"values":`, t.Values)
	if len(t.Detail) > 0 {
		e.b = append(e.b, `,"detail":`...)
		e.raw(t.Detail)
	}
	e.b = append(e.b, '}')
}

func (e *encoder) optionalText(name, s string) {
	if s != "" {
		e.b = append(e.b, name...)
		e.text(s)
	}
}

func (e *encoder) optionalInt(name string, n int) {
	if n != 0 {
		e.b = append(e.b, name...)
		e.b = strconv.AppendInt(e.b, int64(n), 10)
	}
}

func (e *encoder) optionalTime(name string, t time.Time) {
	if !t.IsZero() {
		e.b = append(e.b, name...)
		e.time(t)
	}
}

func (e *encoder) optionalObject(name string, m map[string]any) {
	if len(m) > 0 {
		e.b = append(e.b, name...)
		e.object(m)
	}
}

func (e *encoder) value(v any) {
	switch x := v.(type) {
	case nil:
		e.b = append(e.b, "null"...)
	case bool:
		e.b = strconv.AppendBool(e.b, x)
	case int:
		e.b = strconv.AppendInt(e.b, int64(x), 10)
	case string:
		e.text(x)
	case map[string]any:
		e.object(x)
	case []any:
		e.list(x)
	default:
		e.other(v)
	}
}

func (e *encoder) list(list []any) {
	if list == nil {
		e.b = append(e.b, "null"...)
		return
	}
	e.b = append(e.b, '[')
	for i, v := range list {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.value(v)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) object(m map[string]any) { object(e, m, e.value) }

// object writes the members in the order of their names.
func object[V any](e *encoder, m map[string]V, write func(V)) {
	if m == nil {
		e.b = append(e.b, "null"...)
		return
	}
	var few [8]string
	names := few[:0]
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	e.b = append(e.b, '{')
	for i, name := range names {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.text(name)
		e.b = append(e.b, ':')
		write(m[name])
	}
	e.b = append(e.b, '}')
}

func (e *encoder) text(s string) {
	if !plain(s) {
		e.other(s)
		return
	}
	e.b = append(e.b, '"')
	e.b = append(e.b, s...)
	e.b = append(e.b, '"')
}

// plain reports whether encoding/json writes the text as it stands.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			ascii = false
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	if ascii {
		return true
	}
	for _, r := range s {
		if r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

func (e *encoder) time(t time.Time) {
	if y := t.Year(); t.Location() != time.UTC || y < 0 || y > 9999 {
		e.other(t)
		return
	}
	e.b = append(e.b, '"')
	e.b = t.AppendFormat(e.b, time.RFC3339Nano)
	e.b = append(e.b, '"')
}

// raw writes JSON that is there already. That of encode is written as it
// stands where encoding/json would do the same.
func (e *encoder) raw(data json.RawMessage) {
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '<', c == '>', c == '&', c == 0xE2, c <= ' ' && !quoted:
			// Blanks are dropped, and what matters within HTML is escaped.
			e.other(data)
			return
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		}
	}
	if !json.Valid(data) {
		e.other(data)
		return
	}
	e.b = append(e.b, data...)
}

// other writes what is left to encoding/json.
func (e *encoder) other(v any) {
	data, err := json.Marshal(v)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.b = append(e.b, data...)
}
