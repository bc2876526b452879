package expression

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	moments "sluice/engine/moment"
)

// strftimeLayouts are the forms of dates that people and programs write besides
// those that every moment may have.
var strftimeLayouts = []string{
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02T15:04:05-0700",
	time.RFC1123, time.RFC1123Z, time.ANSIC, time.UnixDate, time.RubyDate,
	"January 2, 2006", "January 2 2006", "Jan 2, 2006", "Jan 2 2006", "2 January 2006", "2 Jan 2006", "20060102", "2006/01/02", "2006-1-2",
	"January 2, 2006 15:04", "January 2, 2006 3:04 PM", "Jan 2, 2006 3:04 PM", "2006-01-02 3:04 PM", "15:04", "15:04:05", "3:04 PM", "3:04PM",
}

// strftime writes a time by the format of C's strftime, as Liquid's date filter
// does (https://shopify.github.io/liquid/filters/date/). What is no time is given
// back as text.
func strftime(f *frame, args []any) (any, error) {
	format, err := textArg(args, 1)
	if err != nil {
		return nil, err
	}
	if len(format) > maxLayout {
		return nil, problem(`write it as "%d %B %Y"`, "needs a format of at most %d bytes", maxLayout)
	}
	zone := time.UTC
	if len(args) == 3 {
		if zone, err = zoneArg(f, args[2]); err != nil {
			return nil, err
		}
	}
	if err := f.encoding(len(strftimeLayouts)*moments.MaxText/2 + 4*len(format)); err != nil {
		return nil, err
	}
	t, ok := timeOf(args[0], f.now, zone)
	if !ok || t.Year() < 0 || t.Year() > 9999 {
		return toText(f.meter, args[0])
	}
	text := writeTime(t, format)
	return text, tooLong(len(text))
}

// timeOf reads a time, a number of seconds since 1970, or a text that is one or the
// other. What says its own offset keeps it.
func timeOf(v any, now time.Time, zone *time.Location) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return x.In(zone), true
	case int:
		return time.Unix(int64(x), 0).In(zone), true
	case float64:
		if math.Abs(x) > 1e12 {
			return time.Time{}, false
		}
		return time.Unix(int64(math.Floor(x)), 0).In(zone), true
	case string:
		return timeInText(strings.TrimSpace(x), now, zone)
	}
	return time.Time{}, false
}

func timeInText(s string, now time.Time, zone *time.Location) (time.Time, bool) {
	if s == "" || len(s) > moments.MaxText {
		return time.Time{}, false
	}
	if s == "now" || s == "today" {
		return now.In(zone), true
	}
	// Eight digits are a date.
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) != len("20060102") {
		return time.Unix(seconds, 0).In(zone), true
	}
	if t, err := moments.Parse(s, zone); err == nil {
		return t, true
	}
	for _, layout := range strftimeLayouts {
		if t, err := parseIn(layout, s, zone); err == nil {
			if t.Year() == 0 { // a time of day
				year, month, day := now.In(zone).Date()
				t = moments.Local(time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC), zone)
			}
			return t, true
		}
	}
	return time.Time{}, false
}

// writeTime replaces the directives of a format: a percent sign, flags, a width,
// and a letter. What is no directive stays as it is.
func writeTime(t time.Time, format string) string {
	var b strings.Builder
	for {
		literal, rest, found := strings.Cut(format, "%")
		b.WriteString(literal)
		if !found {
			return b.String()
		}
		i := 0
		for i < len(rest) && strings.IndexByte("-0^#_:", rest[i]) >= 0 {
			i++
		}
		flags, width := rest[:i], 0
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			width = min(10*width+int(rest[i]-'0'), 64)
		}
		if i == len(rest) {
			b.WriteString("%" + rest)
			return b.String()
		}
		if text, ok := directive(t, rest[i], flags, width); ok {
			b.WriteString(text)
		} else {
			b.WriteString("%" + rest[:i+1])
		}
		format = rest[i+1:]
	}
}

// directive writes one part of a time.
func directive(t time.Time, letter byte, flags string, width int) (string, bool) {
	if n, digits, blank, ok := numberPart(t, letter); ok {
		fill := "0"
		if blank {
			fill = " "
		}
		if strings.Contains(flags, "0") {
			fill = "0"
		}
		if strings.Contains(flags, "_") {
			fill = " "
		}
		digits = max(digits, width)
		text := strconv.FormatInt(n, 10)
		if !strings.Contains(flags, "-") {
			text = strings.Repeat(fill, max(digits-len(text), 0)) + text
		}
		return text, true
	}
	text, ok := textPart(t, letter, flags)
	switch {
	case strings.Contains(flags, "^"):
		text = strings.ToUpper(text)
	case strings.Contains(flags, "#") && letter == 'p':
		text = strings.ToLower(text)
	case strings.Contains(flags, "#"):
		text = strings.ToUpper(text)
	}
	return strings.Repeat(" ", max(width-len(text), 0)) + text, ok
}

// numberPart is a part that is a number, how many digits it has at least, and
// whether blanks fill them.
func numberPart(t time.Time, letter byte) (n int64, digits int, blank, ok bool) {
	year, week := t.ISOWeek()
	hour12 := (t.Hour()+11)%12 + 1
	switch letter {
	case 'Y':
		return int64(t.Year()), 4, false, true
	case 'C':
		return int64(t.Year() / 100), 2, false, true
	case 'y':
		return int64(t.Year() % 100), 2, false, true
	case 'm':
		return int64(t.Month()), 2, false, true
	case 'd':
		return int64(t.Day()), 2, false, true
	case 'e':
		return int64(t.Day()), 2, true, true
	case 'j':
		return int64(t.YearDay()), 3, false, true
	case 'H':
		return int64(t.Hour()), 2, false, true
	case 'k':
		return int64(t.Hour()), 2, true, true
	case 'I':
		return int64(hour12), 2, false, true
	case 'l':
		return int64(hour12), 2, true, true
	case 'M':
		return int64(t.Minute()), 2, false, true
	case 'S':
		return int64(t.Second()), 2, false, true
	case 's':
		return t.Unix(), 1, false, true
	case 'u':
		return int64((t.Weekday()+6)%7 + 1), 1, false, true
	case 'w':
		return int64(t.Weekday()), 1, false, true
	case 'G':
		return int64(year), 4, false, true
	case 'g':
		return int64(year % 100), 2, false, true
	case 'V':
		return int64(week), 2, false, true
	case 'U':
		return int64((t.YearDay() + 6 - int(t.Weekday())) / 7), 2, false, true
	case 'W':
		return int64((t.YearDay() + 6 - int(t.Weekday()+6)%7) / 7), 2, false, true
	}
	return 0, 0, false, false
}

// textPart is a part that is text, or several parts at once.
func textPart(t time.Time, letter byte, flags string) (text string, ok bool) {
	switch letter {
	case 'A':
		return t.Weekday().String(), true
	case 'a':
		return t.Weekday().String()[:3], true
	case 'B':
		return t.Month().String(), true
	case 'b', 'h':
		return t.Month().String()[:3], true
	case 'p':
		return t.Format("PM"), true
	case 'P':
		return t.Format("pm"), true
	case 'L':
		return fmt.Sprintf("%03d", t.Nanosecond()/1e6), true
	case 'N':
		return fmt.Sprintf("%09d", t.Nanosecond()), true
	case 'Z':
		return t.Format("MST"), true
	case 'z':
		if strings.Contains(flags, ":") {
			return t.Format("-07:00"), true
		}
		return t.Format("-0700"), true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	}
	several := map[byte]string{
		'c': "%a %b %e %H:%M:%S %Y", 'D': "%m/%d/%y", 'x': "%m/%d/%y", 'F': "%Y-%m-%d", 'T': "%H:%M:%S", 'X': "%H:%M:%S",
		'R': "%H:%M", 'r': "%I:%M:%S %p", 'v': "%e-%^b-%Y", '+': "%a %b %e %H:%M:%S %Z %Y",
	}
	format, ok := several[letter]
	if !ok {
		return "", false
	}
	return writeTime(t, format), true
}
