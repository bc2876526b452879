package moment_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/engine/moment"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := moment.Zone(name)
	if err != nil {
		t.Fatal(name, err)
	}
	return z
}

func TestLocalTimesAroundClockChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ zone, wall, want string }{
		{"America/New_York", "2026-03-08 01:59", "2026-03-08T01:59:00-05:00"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-03-08 03:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T01:30:00-04:00"},
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T03:30:00+02:00"},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00"},
		{"Europe/London", "2026-03-29 01:15", "2026-03-29T02:15:00+01:00"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04T02:45:00+11:00"},
		{"Pacific/Apia", "2011-12-30 12:00", "2011-12-31T12:00:00+14:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"Asia/Kathmandu", "2026-01-31 09:00", "2026-01-31T09:00:00+05:45"},
		{"UTC", "2026-01-31T09:00:30", "2026-01-31T09:00:30Z"},
	} {
		got, err := moment.Parse(tt.wall, zone(t, tt.zone))
		if err != nil || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s in %s is %s, not %s (%v)", tt.wall, tt.zone, got.Format(time.RFC3339), tt.want, err)
		}
	}
}

// Whatever clocks in a zone show at some moment is that moment, or the earlier one
// that shows the same.
func TestLocalIsWhatClocksShow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran", "Antarctica/Troll", "UTC"}).Draw(rt, "zone")
		z := zone(t, name)
		at := time.Unix(rapid.Int64Range(0, 2_500_000_000).Draw(rt, "at"), 0).In(z)
		got := moment.Local(at, z)
		if got.Format(time.DateTime) != at.Format(time.DateTime) || got.After(at) || at.Sub(got) > 3*time.Hour {
			rt.Fatalf("%s in %s: %s", at, name, got)
		}
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	for text, want := range map[string]string{
		"2026-01-31T09:00:00Z": "2026-01-31T09:00:00Z", " 2026-01-31 ": "2026-01-30T23:00:00Z", "2026-07-31 09:00": "2026-07-31T07:00:00Z", "2026-07-31T09:00:00+09:00": "2026-07-31T00:00:00Z",
		"9999-12-31T23:59:59-01:00": "9999-12-31T23:59:59-01:00",
	} {
		got, err := moment.Parse(text, berlin)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if s, ok := moment.Text(got); !ok || s != want {
			t.Errorf("%q is %s, not %s", text, s, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "2026-02-30", "2026-13-01", "31.01.2026", "10000-01-01", "2026-01-31T25:00:00Z", "09:00"} {
		if got, err := moment.Parse(text, berlin); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func TestMomentsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.Date(10000, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(-1, 12, 1, 0, 0, 0, 0, time.UTC)} {
		if s, ok := moment.Text(at); ok {
			t.Errorf("%s is written as %s", at, s)
		}
	}
}

func TestZonesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd", "PH", "right/UTC", "posix/Europe/Berlin", "localtime", "posixrules", "Asia/../Asia/Manila", "/Asia/Manila", "asia/manila", string(make([]byte, 100))} {
		if _, err := moment.Zone(name); err == nil {
			t.Errorf("%q is a zone", name)
		}
	}
}
