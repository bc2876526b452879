package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a Go duration that also knows days: "30s", "15m", "1h30m", "7d",
// "1d12h". It is written in its shortest form.
type Duration time.Duration

// ErrDuration is wrapped by every error of ParseDuration.
var ErrDuration = errors.New("not a duration")

// durationPart is a number and its unit, the item that durations are made of.
var durationPart = regexp.MustCompile(`[0-9.]+[^0-9.]+`)

// ParseDuration reads a duration. Negative durations are refused: nothing in a
// flow can happen before it begins.
func ParseDuration(s string) (Duration, error) {
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		return 0, fmt.Errorf("%w: %q has a sign", ErrDuration, s)
	}
	var days float64
	// What is left of the days is a Go duration.
	rest := durationPart.ReplaceAllStringFunc(s, func(part string) string {
		number, ok := strings.CutSuffix(part, "d")
		n, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil {
			return part
		}
		days += n
		return ""
	})
	var d time.Duration
	if rest != "" || s == "" {
		var err error
		if d, err = time.ParseDuration(rest); err != nil {
			return 0, fmt.Errorf("%w: %q", ErrDuration, s)
		}
	}
	if days >= float64(math.MaxInt64-d)/float64(24*time.Hour) {
		return 0, fmt.Errorf("%w: %q is too long", ErrDuration, s)
	}
	return Duration(days*float64(24*time.Hour)) + Duration(d), nil
}

// String writes the duration in its shortest form, days first.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	t := time.Duration(d)
	var b strings.Builder
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := t / unit.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit.name)
			t -= n * unit.size //nolint:durationcheck // n counts units
		}
	}
	if t != 0 {
		b.WriteString(t.String())
	}
	return b.String()
}

// MarshalJSON writes the duration as a string.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a duration from a string.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("%w: write it as a string such as \"30s\"", ErrDuration)
	}
	v, err := ParseDuration(s)
	if err != nil {
		return err
	}
	*d = v
	return nil
}
