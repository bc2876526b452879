package flows

import (
	"fmt"
	"strings"
)

// Limits of suggestions. A document can be wrong in thousands of places and know
// thousands of names; comparing each with each would take minutes.
const (
	// maxSuggestions is how many unknown names of one document get a suggestion:
	// more than a person works through before validating again.
	maxSuggestions = 50
	// suggestionBudget is how many letters of two names are compared with each
	// other for one document: a hundred suggestions among a thousand usual names.
	suggestionBudget = 4 << 20
	// maxCompared is how many bytes of a name are compared: longer names are not
	// typing mistakes.
	maxCompared = 64
	// maxListed is how many known names are told when none is near, and
	// maxListedName how many bytes of each.
	maxListed, maxListedName = 12, 64
)

// Suggestions gives hints for unknown names, only so many for one document. Its
// zero value is ready; it is for one goroutine.
type Suggestions struct {
	given, compared int
}

// For is the hint for a name that is not among the known ones: the nearest of
// them, or all when there are few. known is asked only when there is still
// something to give; what it returns must not change from one call to the next if
// the hints are to be the same.
func (s *Suggestions) For(name string, known func() []string) string {
	if s.given++; s.given > maxSuggestions || s.compared >= suggestionBudget {
		return ""
	}
	names := known()
	best, distance := "", min(len(name), maxCompared)/2+1
	for _, k := range names {
		if s.compared++; s.compared >= suggestionBudget {
			break
		}
		// As many letters have to be put in or taken out as one is longer.
		if gap := min(len(name), maxCompared) - min(len(k), maxCompared); gap >= distance || -gap >= distance {
			continue
		}
		if d := s.distance(name, k, distance); d < distance {
			best, distance = k, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("Did you mean %q?", best)
	case len(names) == 0 || len(names) > maxListed:
		return ""
	}
	listed := make([]string, len(names))
	for i, n := range names {
		listed[i] = Shortened(n, maxListedName)
	}
	return "Known here: " + strings.Join(listed, ", ") + "."
}

// Once makes a list when it is first asked for, and gives the same one from then
// on. It is for one goroutine.
func Once(list func() []string) func() []string {
	var made []string
	return func() []string {
		if list != nil {
			made, list = list(), nil
		}
		return made
	}
}

// DidYouMean is Suggestions.For for a single name.
func DidYouMean(name string, known []string) string {
	var s Suggestions
	return s.For(name, func() []string { return known })
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b. It gives up at limit.
func (s *Suggestions) distance(a, b string, limit int) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
	var rows [3][maxCompared + 1]int
	beforeLast, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		s.compared += len(b)
		row[0] = i + 1
		nearest := row[0]
		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], beforeLast[j-1]+1)
			}
			nearest = min(nearest, row[j+1])
		}
		// A swap can still use the row before, so both have to be too far.
		if nearest >= limit && i > 0 && least(last) >= limit {
			return limit
		}
		beforeLast, last, row = last, row, beforeLast
	}
	return last[len(b)]
}

func least(row []int) int {
	n := row[0]
	for _, x := range row[1:] {
		n = min(n, x)
	}
	return n
}

// Shortened is a text of at most that many bytes, cut between two characters and
// marked where it is longer.
func Shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
