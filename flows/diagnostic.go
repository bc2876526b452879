package flows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Severity says what a diagnostic means for the flow.
type Severity string

const (
	// SeverityError keeps a flow from being published or run.
	SeverityError Severity = "error"
	// SeverityWarning is very likely a mistake, but the flow runs.
	SeverityWarning Severity = "warning"
	// SeverityInfo is worth knowing.
	SeverityInfo Severity = "info"
)

// Diagnostic is one finding about a flow document. Code is stable; Message and
// Hint are for people. Pointer is an RFC 6901 JSON pointer into the document.
// Node is empty when the finding is about no node, Hint when there is none to
// give; in JSON every field stands all the same.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	Node     string   `json:"node"`
	Pointer  string   `json:"pointer"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint"`
}

// Diagnostics are the findings about one document, in document order.
type Diagnostics []Diagnostic //nolint:errname // they are findings first, and an error where one is asked for

// HasErrors reports whether the document can not be published or run.
func (d Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(d, func(x Diagnostic) bool { return x.Severity == SeverityError })
}

// CodePlaceholder is the code of the error that each placeholder of a flow is.
const CodePlaceholder = "placeholder"

// Broken reports whether the document cannot even be tried: it has errors besides
// those of its placeholders, which nodes of other tools left.
func (d Diagnostics) Broken() bool {
	return slices.ContainsFunc(d, func(x Diagnostic) bool { return x.Severity == SeverityError && x.Code != CodePlaceholder })
}

// ErrorsByNode lists the errors in the config of each node, by the node's place in
// the document.
func (d Diagnostics) ErrorsByNode() map[int]Diagnostics {
	found := map[int]Diagnostics{}
	for _, x := range d {
		rest, ok := strings.CutPrefix(x.Pointer, "/nodes/")
		place, part, _ := strings.Cut(rest, "/")
		i, err := strconv.Atoi(place)
		if ok && err == nil && x.Severity == SeverityError && (part == "config" || strings.HasPrefix(part, "config/")) {
			found[i] = append(found[i], x)
		}
	}
	return found
}

// Error makes the errors among the diagnostics one Go error message.
func (d Diagnostics) Error() string {
	var lines []string
	for _, x := range d {
		if x.Severity == SeverityError {
			lines = append(lines, x.String())
		}
	}
	return strings.Join(lines, "\n")
}

// String is the diagnostic on one line: where, what, and what to do.
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Pointer != "" {
		b.WriteString(d.Pointer + ": ")
	}
	b.WriteString(d.Message)
	if d.Hint != "" {
		b.WriteString(" " + d.Hint)
	}
	return b.String()
}

// Sort puts the diagnostics in document order, errors before warnings at the
// same place.
func (d Diagnostics) Sort() {
	slices.SortStableFunc(d, func(a, b Diagnostic) int {
		return cmp.Or(comparePointers(a.Pointer, b.Pointer),
			cmp.Compare(severityRank[a.Severity], severityRank[b.Severity]), cmp.Compare(a.Code, b.Code))
	})
}

var severityRank = map[Severity]int{SeverityError: 0, SeverityWarning: 1, SeverityInfo: 2}

// comparePointers orders array indexes by number, so that /nodes/10 follows
// /nodes/9.
func comparePointers(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		if errX == nil && errY == nil {
			if c := cmp.Compare(x, y); c != 0 {
				return c
			}
			continue
		}
		if c := cmp.Compare(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// Pointer joins reference tokens to a JSON pointer below base, escaping them
// as RFC 6901 asks.
func Pointer(base string, tokens ...string) string {
	for _, t := range tokens {
		base += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(t)
	}
	return base
}
