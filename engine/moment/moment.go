// Package moment reads and writes points in time, and says what a time of day on
// somebody's wall means when the clocks change.
package moment

import (
	"errors"
	"regexp"
	"strings"
	"time"
	// The zones are part of the binary, so that a machine without a zone database
	// gives the same answers.
	_ "time/tzdata"
)

// MaxText is the longest text that is taken for a moment, in bytes.
const MaxText = 64

// maxZone is longer than any name in the zone database.
const maxZone = 64

// ErrNone means that a text is no moment.
var ErrNone = errors.New("no moment")

// ErrZone means that there is no time zone of that name.
var ErrZone = errors.New("no time zone")

// localLayouts are the forms of a time on the wall, which a zone makes a moment.
var localLayouts = []string{
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

// Parse reads RFC 3339; a time without an offset, such as 2026-01-31T09:00 or
// 2026-01-31 09:00:30, which is meant in the zone; or a date, which begins there
// at midnight. The error is ErrNone.
func Parse(text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if len(text) > MaxText {
		return time.Time{}, ErrNone
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, layout := range localLayouts {
		if wall, err := time.Parse(layout, text); err == nil {
			return Local(wall, zone), nil
		}
	}
	return time.Time{}, ErrNone
}

// Local is the moment at which clocks in the zone show what wall shows in its own.
// One that a clock change skips is as long after the change as it would have been
// without it: 02:30 becomes 03:30. Of two that show the same it is the first.
func Local(wall time.Time, zone *time.Location) time.Time {
	year, month, day := wall.Date()
	utc := time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), time.UTC)
	at := func(offset int) time.Time { return utc.Add(-time.Duration(offset) * time.Second).In(zone) }
	near := at(0)
	start, end := near.ZoneBounds()
	// Offsets of up to a day around it: of its own time, the one before, the one after.
	offsets := []int{offsetOf(near)}
	if !start.IsZero() {
		offsets = append(offsets, offsetOf(start.Add(-1)))
	}
	if !end.IsZero() {
		offsets = append(offsets, offsetOf(end))
	}
	var first, gap time.Time
	for _, offset := range offsets {
		t := at(offset)
		switch {
		case offsetOf(t) == offset:
			if first.IsZero() || t.Before(first) {
				first = t
			}
		case gap.IsZero() || t.After(gap):
			// With the offset of before the change it is the later one.
			gap = t
		}
	}
	if first.IsZero() {
		return gap
	}
	return first
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

// Zone finds a time zone by its name in the IANA database, such as Asia/Manila. It
// refuses the names that mean different things on different machines. The error is
// ErrZone.
func Zone(name string) (*time.Location, error) {
	if len(name) <= maxZone && zoneName.MatchString(name) && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return nil, ErrZone
}

// zoneName is how zones are called. Machines may have others, such as right/UTC with
// leap seconds and localtime, their own.
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*)*$`)

// Text is a moment as the engine keeps it: RFC 3339 in UTC or, within hours of the
// year 10000 there, with the offset that it came with. RFC 3339 has four digits
// for the year: ok is false for moments that it cannot write.
func Text(t time.Time) (text string, ok bool) {
	if utc := t.UTC(); written(utc) {
		return utc.Format(time.RFC3339Nano), true
	}
	return t.Format(time.RFC3339Nano), written(t)
}

func written(t time.Time) bool { return 0 <= t.Year() && t.Year() <= 9999 }
