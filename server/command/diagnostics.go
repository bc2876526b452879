package command

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"sluice/flows"
)

// printDiagnostics writes findings for people: where, what, and what to do.
func printDiagnostics(w io.Writer, name string, data []byte, diags flows.Diagnostics) {
	s := styleFor(w)
	places := locate(data)
	// From top to bottom: people work through the file that way.
	diags = slices.Clone(diags)
	slices.SortStableFunc(diags, func(a, b flows.Diagnostic) int {
		return cmp.Compare(places.offset(a.Pointer), places.offset(b.Pointer))
	})
	for _, d := range diags {
		line, column := places.at(d.Pointer)
		severity := string(d.Severity)
		switch d.Severity {
		case flows.SeverityError:
			severity = s.red(severity)
		case flows.SeverityWarning:
			severity = s.yellow(severity)
		}
		fmt.Fprintf(w, "%s:%d:%d: %s: %s%s\n", s.bold(displayName(name)), line, column, severity, d.Message, s.faint(" ["+d.Code+"]"))
		if d.Hint != "" {
			fmt.Fprintf(w, "    %s\n", d.Hint)
		}
	}
}

// counts is "2 errors, 1 warning".
func counts(diags flows.Diagnostics) string {
	n := map[flows.Severity]int{}
	for _, d := range diags {
		n[d.Severity]++
	}
	text := plural(n[flows.SeverityError], "error")
	if w := n[flows.SeverityWarning]; w > 0 {
		text += ", " + plural(w, "warning")
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
