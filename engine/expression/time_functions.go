package expression

import (
	"strings"
	"time"

	moments "sluice/engine/moment"
	"sluice/flows"
)

const (
	// zoneCost is what finding a time zone's rules costs: they are read and parsed.
	zoneCost = 4_000
	// maxLayout is the longest date or layout, in bytes.
	maxLayout = 256
)

func timeFunction(name string) (function, bool) {
	switch name {
	case "now":
		return function{`now() or now(timezone("Asia/Manila"))`, 0, 1, now}, true
	case "date":
		return function{`date(text), date(text, layout) or date(text, layout, zone)`, 1, 4, date}, true
	case "strftime":
		return function{`strftime(time, "%d %B %Y") or strftime(time, "%H:%M", "Asia/Manila")`, 2, 3, strftime}, true
	case "duration":
		return function{`duration("90s")`, 1, 1, duration}, true
	case "timezone":
		return function{`timezone("Asia/Manila")`, 1, 1, timezone}, true
	}
	return function{}, false
}

func now(f *frame, args []any) (any, error) {
	if len(args) == 0 {
		return f.now, nil
	}
	zone, ok := args[0].(*time.Location)
	if !ok {
		return nil, problem(`write now(timezone("Asia/Manila"))`, "needs a time zone, but got %s", kind(args[0]))
	}
	return f.now.In(zone), nil
}

func duration(f *frame, args []any) (any, error) {
	if d, ok := args[0].(time.Duration); ok {
		return d, nil
	}
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if len(s) > maxLayout {
		return nil, notDuration()
	}
	if err := f.encoding(len(s)); err != nil {
		return nil, err
	}
	if d, err := time.ParseDuration(s); err == nil {
		return d, nil
	}
	d, err := flows.ParseDuration(s)
	if err != nil {
		return nil, notDuration()
	}
	return time.Duration(d), nil
}

func notDuration() error {
	return problem("write it as 90s, 15m, 1h30m or 7d", "needs a duration")
}

func timezone(f *frame, args []any) (any, error) {
	name, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := f.spend(zoneCost); err != nil {
		return nil, err
	}
	return loadZone(name)
}

// constantZone finds a zone that the source names while compiling, so that
// running costs nothing and a wrong name is found before the flow runs.
func constantZone(name string) (node, error) {
	zone, err := loadZone(name)
	if err != nil {
		return nil, err
	}
	return constant(zone), nil
}

func loadZone(name string) (*time.Location, error) {
	zone, err := moments.Zone(name)
	if err != nil {
		return nil, problem("write it as Asia/Manila, Europe/Zurich or UTC", "the time zone is not known")
	}
	return zone, nil
}

// dateLayouts are the forms that date() recognizes by itself, expr-lang's set.
func dateLayouts() []string {
	return []string{
		"2006-01-02", "15:04:05", "2006-01-02 15:04:05",
		time.RFC3339, time.RFC822, time.RFC850, time.RFC1123,
	}
}

// date reads date([zone,] text [, layout [, zone name]]). Texts without a zone
// are in UTC, never in the machine's own zone.
func date(f *frame, args []any) (any, error) {
	zone := time.UTC
	if given, ok := args[0].(*time.Location); ok {
		zone, args = given, args[1:]
	}
	if len(args) == 0 || len(args) > 3 {
		return nil, problem("write date(text), date(text, layout) or date(text, layout, zone)", "needs one to three texts")
	}
	if t, ok := args[0].(time.Time); ok && len(args) == 1 {
		return t.In(zone), nil
	}
	s, err := texts(f, args, len(args))
	if err != nil {
		return nil, err
	}
	if len(s[0]) > maxLayout || len(s) > 1 && len(s[1]) > maxLayout {
		return nil, notDate()
	}
	if len(s) == 3 {
		given, err := timezone(f, args[2:])
		if err != nil {
			return nil, err
		}
		zone = given.(*time.Location)
	}
	layouts := dateLayouts()
	if len(s) > 1 {
		layouts = s[1:2]
	}
	for _, layout := range layouts {
		if err := f.encoding(len(s[0]) + len(layout)); err != nil {
			return nil, err
		}
		if t, err := parseIn(layout, s[0], zone); err == nil {
			return t, nil
		}
	}
	return nil, notDate()
}

// parseIn is time.ParseInLocation with one answer for times that a clock change
// skips or repeats.
func parseIn(layout, text string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(layout, text, zone)
	if err != nil {
		return t, err
	}
	wall, err := time.ParseInLocation(layout, text, time.UTC)
	// What names its offset or its zone means the same everywhere.
	if err != nil || wall.Equal(t) || strings.Contains(layout, "MST") {
		return t, nil
	}
	return moments.Local(wall, zone), nil
}

func notDate() error {
	return problem(`write it as 2026-01-31 or 2026-01-31T08:00:00Z, or give a layout such as "02.01.2006"`, "needs a text that is a date")
}
