package flows

import (
	"fmt"
	"strings"
	"testing"
)

func TestSuggestionsNameTheNearest(t *testing.T) {
	t.Parallel()
	many := []string{"customerPhoneNumber", "country", "verificationCode"}
	for i := range 20 {
		many = append(many, fmt.Sprintf("zz_%d", i))
	}
	tests := []struct {
		name, unknown string
		known         []string
		want          string
	}{
		{"a letter too few", "contry", many, `Did you mean "country"?`},
		{"two letters swapped", "coutnry", many, `Did you mean "country"?`},
		{"nothing near", "hello", many, ""},
		{"few names", "hello", []string{"a", "b"}, "Known here: a, b."},
		{"no names", "hello", nil, ""},
		{"long names that are far", "x", []string{strings.Repeat("y", 100)}, "Known here: " + strings.Repeat("y", 64) + "…."},
		{"nothing for an empty name", "", many, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := DidYouMean(tt.unknown, tt.known); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// INVARIANT 29: however many names are unknown, only so much is compared.
func TestSuggestionsOfOneDocumentAreBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		length int
		known  int
	}{{"many short names", 8, 100_000}, {"names of the greatest length", 64, 5_000}, {"longer names", 10_000, 1_000}} {
		known := make([]string, tt.known)
		for i := range known {
			known[i] = fmt.Sprintf("%0*d", tt.length, i)
		}
		asked := 0
		list := func() []string {
			asked++
			return known
		}
		var s Suggestions
		for i := range 10_000 {
			s.For(fmt.Sprintf("%0*d", tt.length, 1_000_000+i), list)
		}
		if s.compared > suggestionBudget+maxCompared*maxCompared || asked > maxSuggestions {
			t.Errorf("%s: %d letters compared, known names asked for %d times", tt.name, s.compared, asked)
		}
	}
}
