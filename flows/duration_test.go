package flows_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/flows"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want time.Duration
		out  string
	}{
		{"30s", 30 * time.Second, "30s"},
		{"60s", time.Minute, "1m"},
		{"90s", 90 * time.Second, "1m30s"},
		{"7d", 7 * 24 * time.Hour, "7d"},
		{"1d12h", 36 * time.Hour, "1d12h"},
		{"36h", 36 * time.Hour, "1d12h"},
		{"1.5d", 36 * time.Hour, "1d12h"},
		{"1500ms", 1500 * time.Millisecond, "1.5s"},
		{"0s", 0, "0s"},
		{"12h1d", 36 * time.Hour, "1d12h"},
		{"1h2d3m", 49*time.Hour + 3*time.Minute, "2d1h3m"},
		{".5d", 12 * time.Hour, "12h"},
		{"1.d", 24 * time.Hour, "1d"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := flows.ParseDuration(tt.text)
			if err != nil || time.Duration(got) != tt.want {
				t.Fatalf("got %v, %v", got, err)
			}
			if got.String() != tt.out {
				t.Errorf("written as %q, want %q", got, tt.out)
			}
		})
	}
	for _, text := range []string{"", "30", "soon", "-5s", "+5s", "1d-5s", "d", "1w", "99999999999d", "106751d24h", " 5s"} {
		t.Run("refuses "+text, func(t *testing.T) {
			t.Parallel()
			if d, err := flows.ParseDuration(text); !errors.Is(err, flows.ErrDuration) {
				t.Errorf("got %v, %v; want ErrDuration", d, err)
			}
		})
	}
}

func TestDurationReadsBackWhatItWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := flows.Duration(rapid.Int64Range(0, int64(100*365*24*time.Hour)).Draw(t, "d"))
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back flows.Duration
		if err := json.Unmarshal(data, &back); err != nil || back != d {
			t.Fatalf("%s came back as %d (%v), not %d", data, back, err, d)
		}
	})
}
