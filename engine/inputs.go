package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/expression"
	"sluice/engine/moment"
	"sluice/engine/phone"
	"sluice/flows"
)

// InputType is the type of a run's input.
type InputType string

const (
	// InputString is any text up to MaxInputText.
	InputString InputType = "string"
	// InputPhone is a telephone number in international format; runs see E.164.
	InputPhone InputType = "phone"
	InputEmail InputType = "email"
	// InputInteger, InputNumber and InputBoolean are JSON numbers and booleans.
	InputInteger InputType = "integer"
	InputNumber  InputType = "number"
	InputBoolean InputType = "boolean"
	// InputDate is "2006-01-02", InputDateTime RFC 3339; runs see it in UTC.
	InputDate     InputType = "date"
	InputDateTime InputType = "datetime"
	// InputJSON is any JSON value.
	InputJSON InputType = "json"
)

// MaxInputText is the size of a text input in bytes: as much as a rendered
// text may have.
const MaxInputText = expression.MaxRenderedText

// maxInputProblems is how many things that are wrong with the inputs of a run are
// told: enough to see what is wrong with all of them.
const maxInputProblems = 100

// Input is one declared input of a flow.
type Input struct {
	Name     string          `json:"name"`
	Type     InputType       `json:"type"`
	Title    string          `json:"title,omitempty"`
	Help     string          `json:"help,omitempty"`
	Example  string          `json:"example,omitempty"`
	Required bool            `json:"required,omitempty"`
	Secret   bool            `json:"secret,omitempty"`
	Default  json.RawMessage `json:"default,omitempty"`
}

// InputProblem says what is wrong with one input of a run.
type InputProblem struct {
	Name    string `json:"name"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// CheckInputs turns the inputs of a trigger into values of the run, or reports
// a problem for each wrong one: missing, extra, of a wrong type.
func (p *Program) CheckInputs(raw map[string]json.RawMessage) (map[string]any, []InputProblem) {
	values := map[string]any{}
	var problems []InputProblem
	known := map[string]bool{}
	for _, in := range p.inputs {
		known[in.Name] = true
		data, given := raw[in.Name]
		if !given || string(data) == "null" {
			if data = in.Default; len(data) == 0 || string(data) == "null" {
				if in.Required {
					problems = append(problems, in.missing())
				}
				continue
			}
		}
		value, problem := in.read(data, p.phones)
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		if in.Required && value == "" {
			problems = append(problems, in.missing())
			continue
		}
		values[in.Name] = value
	}
	if size := sizeOf(values); size > maxState {
		problems = append(problems, InputProblem{
			Code: "too_large", Message: fmt.Sprintf("The inputs take more than %d KiB together.", maxState>>10), Hint: "Send shorter values.",
		})
	}
	var spell flows.Suggestions
	names := flows.Once(func() []string { return keys(known) })
	for _, name := range keys(raw) {
		if known[name] {
			continue
		}
		if len(problems) >= maxInputProblems {
			break
		}
		shown := flows.Shortened(name, flows.MaxName)
		problems = append(problems, InputProblem{
			Name: shown, Code: "unknown_input", Message: fmt.Sprintf("The flow has no input %q.", shown), Hint: spell.For(name, names),
		})
	}
	return values, problems
}

// ParseInputs is CheckInputs for inputs written as text, as on a command line.
func (p *Program) ParseInputs(text map[string]string) (map[string]any, []InputProblem) {
	raw := make(map[string]json.RawMessage, len(text))
	for name, s := range text {
		data, err := json.Marshal(s)
		if err != nil {
			return nil, []InputProblem{{Name: name, Code: "wrong_type", Message: "This is not text."}}
		}
		raw[name] = data
		for _, in := range p.inputs {
			if in.Name == name && in.literal() && json.Valid([]byte(s)) {
				raw[name] = json.RawMessage(s)
			}
		}
	}
	return p.CheckInputs(raw)
}

// literal reports whether the type is written without quotes in JSON.
func (in Input) literal() bool {
	return in.Type == InputInteger || in.Type == InputNumber || in.Type == InputBoolean || in.Type == InputJSON
}

func (in Input) missing() InputProblem {
	return InputProblem{Name: in.Name, Code: "missing_input", Message: fmt.Sprintf("The input %q is missing.", in.Name), Hint: in.hint()}
}

func (in Input) hint() string {
	switch in.Type {
	case InputPhone:
		return "Write it in international format, such as +639171234567."
	case InputEmail:
		return "Write it as name@example.com."
	case InputInteger:
		return "Write a whole number, such as 3."
	case InputNumber:
		return "Write a number, such as 12.5."
	case InputBoolean:
		return "Write true or false."
	case InputDate:
		return "Write it as 2026-01-31."
	case InputDateTime:
		return "Write it as 2026-01-31T15:04:05Z."
	case InputJSON:
		return "Write any JSON value."
	default:
		return "Write text."
	}
}

func (in Input) wrong(code, what string) *InputProblem {
	return &InputProblem{Name: in.Name, Code: code, Message: fmt.Sprintf("The input %q %s.", in.Name, what), Hint: in.hint()}
}

// read turns a JSON value into a value of the input's type. The problem never
// repeats the value, which may be secret.
func (in Input) read(data json.RawMessage, phones *phone.Memory) (any, *InputProblem) {
	v, err := expression.DecodeValue(data)
	if errors.Is(err, expression.ErrInexact) {
		return nil, &InputProblem{
			Name: in.Name, Code: "inexact_number", Message: fmt.Sprintf("The input %q is a number with more digits than can be kept exactly.", in.Name),
			Hint: "Declare the input as text and send the number in quotes.",
		}
	}
	if err != nil {
		return nil, in.wrong("wrong_type", "is not a JSON value of at most 64 KiB")
	}
	switch in.Type {
	case InputInteger:
		if _, ok := v.(int); !ok {
			return nil, in.wrong("wrong_type", "is not a whole number")
		}
		return v, nil
	case InputNumber:
		switch v.(type) {
		case int, float64:
			return v, nil
		}
		return nil, in.wrong("wrong_type", "is not a number")
	case InputBoolean:
		if _, ok := v.(bool); !ok {
			return nil, in.wrong("wrong_type", "is not true or false")
		}
		return v, nil
	case InputJSON:
		v, err := expression.Normalize(v)
		if err != nil {
			return nil, in.wrong("too_large", "is too large")
		}
		return v, nil
	}
	s, ok := v.(string)
	if !ok {
		return nil, in.wrong("wrong_type", "is not text")
	}
	if len(s) > MaxInputText {
		return nil, in.wrong("too_large", "is longer than "+strconv.Itoa(MaxInputText)+" bytes")
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return nil, in.wrong("wrong_type", "holds characters that are not text")
	}
	return in.readText(s, phones)
}

func (in Input) readText(s string, phones *phone.Memory) (any, *InputProblem) {
	if s == "" {
		return s, nil
	}
	switch in.Type {
	case InputPhone:
		n, ok := phones.Parse(s)
		if !ok {
			return nil, in.wrong("bad_phone", "is not a possible phone number")
		}
		return n.E164, nil
	case InputEmail:
		a, err := mail.ParseAddress(s)
		if err != nil || a.Address != s {
			return nil, in.wrong("bad_email", "is not an email address")
		}
	case InputDate:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, in.wrong("bad_date", "is not a date")
		}
	case InputDateTime:
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, in.wrong("bad_date", "is not a date with a time")
		}
		text, ok := moment.Text(t)
		if !ok {
			return nil, in.wrong("bad_date", "is not a date between the years 0 and 9999")
		}
		return text, nil
	}
	return s, nil
}

// CheckDefault reports what is wrong with the input's default.
func (in Input) CheckDefault() *InputProblem {
	if len(in.Default) == 0 {
		return nil
	}
	_, problem := in.read(in.Default, nil)
	return problem
}
