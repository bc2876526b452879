package expression

import (
	"time"

	"github.com/expr-lang/expr/ast"

	moments "sluice/engine/moment"
)

// method is one function that is called on a time or a duration, by Go's name.
type method struct {
	arguments  int
	onTime     func(f *frame, t time.Time, args []any) (any, error)
	onDuration func(d time.Duration, args []any) (any, error)
}

func methodNamed(name string) (method, bool) {
	if m, ok := timePart(name); ok {
		return m, true
	}
	switch name {
	case "Format":
		return method{arguments: 1, onTime: formatTime}, true
	case "Add":
		return method{arguments: 1, onTime: addToTime}, true
	case "Sub":
		return method{arguments: 1, onTime: subtractTime}, true
	case "AddDate":
		return method{arguments: 3, onTime: addDate}, true
	case "Truncate":
		return method{arguments: 1, onTime: truncateTime}, true
	case "In":
		return method{arguments: 1, onTime: inZone}, true
	case "UTC":
		return method{onTime: func(_ *frame, t time.Time, _ []any) (any, error) { return t.UTC(), nil }}, true
	case "Before":
		return method{arguments: 1, onTime: compareTimes(time.Time.Before)}, true
	case "After":
		return method{arguments: 1, onTime: compareTimes(time.Time.After)}, true
	case "Equal":
		return method{arguments: 1, onTime: compareTimes(time.Time.Equal)}, true
	case "Hours":
		return durationPart(func(d time.Duration) any { return d.Hours() }), true
	case "Minutes":
		return durationPart(func(d time.Duration) any { return d.Minutes() }), true
	case "Seconds":
		return durationPart(func(d time.Duration) any { return d.Seconds() }), true
	case "Milliseconds":
		return durationPart(func(d time.Duration) any { return int(d.Milliseconds()) }), true
	case "String":
		m := durationPart(func(d time.Duration) any { return d.String() })
		m.onTime = func(_ *frame, t time.Time, _ []any) (any, error) { return timeText(t) }
		return m, true
	}
	return method{}, false
}

// timePart are the methods that read one number off a time.
func timePart(name string) (method, bool) {
	var part func(time.Time) int
	switch name {
	case "Year":
		part = time.Time.Year
	case "Month":
		part = func(t time.Time) int { return int(t.Month()) }
	case "Day":
		part = time.Time.Day
	case "Hour":
		part = time.Time.Hour
	case "Minute":
		part = time.Time.Minute
	case "Second":
		part = time.Time.Second
	case "Weekday":
		part = func(t time.Time) int { return int(t.Weekday()) }
	case "YearDay":
		part = time.Time.YearDay
	case "Unix":
		part = func(t time.Time) int { return int(t.Unix()) }
	case "UnixMilli":
		part = func(t time.Time) int { return int(t.UnixMilli()) }
	default:
		return method{}, false
	}
	return method{onTime: func(_ *frame, t time.Time, _ []any) (any, error) { return part(t), nil }}, true
}

func durationPart(part func(time.Duration) any) method {
	return method{onDuration: func(d time.Duration, _ []any) (any, error) { return part(d), nil }}
}

// methodCall compiles value.Name(…). On nil it gives nil, like a member.
func (c *compiler) methodCall(callee *ast.MemberNode, arguments []ast.Node) (node, error) {
	at := c.offset(callee)
	property, ok := callee.Property.(*ast.StringNode)
	if !ok {
		return nil, problemAt(at, "call a function by its name", "this cannot be called")
	}
	name := property.Value
	m, ok := methodNamed(name)
	if !ok {
		return nil, problemAt(at, methodSuggestion(name), "there is no method .%s()", name)
	}
	if len(arguments) != m.arguments {
		return nil, problemAt(at, "", ".%s() has %s values", name, tooFewOrMany(len(arguments) < m.arguments))
	}
	object, err := c.node(callee.Node)
	if err != nil {
		return nil, err
	}
	parts, err := c.nodes(arguments)
	if err != nil {
		return nil, err
	}
	return func(f *frame) (any, error) {
		v, err := object(f)
		if err != nil || v == nil {
			return nil, err
		}
		if err := f.spend(4); err != nil {
			return nil, place(err, at)
		}
		args, err := evaluateAll(f, parts)
		if err != nil {
			return nil, err
		}
		v, err = m.call(f, v, args)
		return v, named(err, "."+name, at)
	}, nil
}

func methodSuggestion(name string) string {
	if use := elsewhere(name); use != "" {
		return "write " + use
	}
	if _, ok := functionNamed(name); ok || takesLoop(name) {
		return "write " + name + "(x, …)"
	}
	return "only times and durations have methods, such as now().Year()"
}

func (m method) call(f *frame, v any, args []any) (any, error) {
	switch x := v.(type) {
	case time.Time:
		if m.onTime != nil {
			return m.onTime(f, x, args)
		}
	case time.Duration:
		if m.onDuration != nil {
			return m.onDuration(x, args)
		}
	case string:
		return nil, problem("turn the text into a time with date(), or into a duration with duration()", "works on times and durations, not on a text")
	}
	return nil, problem("", "does not work on %s", kind(v))
}

func durationArg(f *frame, args []any) (time.Duration, error) {
	d, err := duration(f, args)
	if err != nil {
		return 0, err
	}
	return d.(time.Duration), nil
}

func formatTime(f *frame, t time.Time, args []any) (any, error) {
	layout, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if len(layout) > maxLayout {
		return nil, problem(`write it as "2 January 2006"`, "needs a layout of at most %d bytes", maxLayout)
	}
	if err := f.spend(4 + len(layout)); err != nil {
		return nil, err
	}
	return t.Format(layout), nil
}

func addToTime(f *frame, t time.Time, args []any) (any, error) {
	d, err := durationArg(f, args)
	return t.Add(d), err
}

func truncateTime(f *frame, t time.Time, args []any) (any, error) {
	d, err := durationArg(f, args)
	return t.Truncate(d), err
}

func timeArg(v any) (time.Time, error) {
	t, ok := v.(time.Time)
	if !ok {
		return t, problem("turn a text into a time with date()", "needs a time, but got %s", kind(v))
	}
	return t, nil
}

func subtractTime(_ *frame, t time.Time, args []any) (any, error) {
	other, err := timeArg(args[0])
	if err != nil {
		return nil, err
	}
	return between(t, other)
}

func compareTimes(holds func(t, u time.Time) bool) func(*frame, time.Time, []any) (any, error) {
	return func(_ *frame, t time.Time, args []any) (any, error) {
		other, err := timeArg(args[0])
		return err == nil && holds(t, other), err
	}
}

func addDate(_ *frame, t time.Time, args []any) (any, error) {
	var by [3]int
	for i := range by {
		n, err := wholeArg(args, i)
		if err != nil {
			return nil, err
		}
		if n < -10_000_000 || n > 10_000_000 { // beyond that time's own arithmetic overflows
			return nil, problem("keep times between the years 0 and 9999", "moves the time too far")
		}
		by[i] = n
	}
	if by == [3]int{} {
		return t, nil // of a time that clocks show twice, Local would give the first
	}
	year, month, day := t.Date()
	wall := time.Date(year+by[0], month+time.Month(by[1]), day+by[2], t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return moments.Local(wall, t.Location()), nil
}

func inZone(f *frame, t time.Time, args []any) (any, error) {
	switch zone := args[0].(type) {
	case *time.Location:
		return t.In(zone), nil
	case string:
		location, err := timezone(f, args)
		if err != nil {
			return nil, err
		}
		return t.In(location.(*time.Location)), nil
	}
	return nil, problem(`write .In(timezone("Asia/Manila"))`, "needs a time zone, but got %s", kind(args[0]))
}
