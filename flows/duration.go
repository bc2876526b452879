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

var leadingDays = regexp.MustCompile(`^(\d+(?:\.\d+)?)d`)

// ParseDuration reads a duration. Negative durations are refused: nothing in a
// flow can happen before it begins.
func ParseDuration(s string) (Duration, error) {
	rest, days := s, time.Duration(0)
	if m := leadingDays.FindStringSubmatch(s); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil || n > float64(math.MaxInt64)/float64(24*time.Hour) {
			return 0, fmt.Errorf("%w: %q is too long", ErrDuration, s)
		}
		days = time.Duration(n * float64(24*time.Hour))
		rest = s[len(m[0]):]
		if rest == "" {
			return Duration(days), nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrDuration, s)
	}
	if d < 0 || strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "-") {
		return 0, fmt.Errorf("%w: %q has a sign", ErrDuration, s)
	}
	if days > math.MaxInt64-d {
		return 0, fmt.Errorf("%w: %q is too long", ErrDuration, s)
	}
	return Duration(days + d), nil
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
			t -= n * unit.size
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
