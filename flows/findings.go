package flows

import (
	"fmt"
	"slices"
)

const (
	// MaxDiagnostics is how many findings about one document are told: nobody reads
	// more, and a hostile document can be wrong in a million places.
	MaxDiagnostics = 500
	// maxPerNode is how many of them are looked for in one node's config.
	maxPerNode = 100
	// maxMessage is the length of a message and of a hint, in bytes. Names in them
	// come from the document.
	maxMessage = 1 << 10
)

// Findings collects diagnostics of one document, of which it counts those beyond
// MaxDiagnostics. Its zero value is ready.
type Findings struct {
	list   Diagnostics
	errors int
	// more counts those that are left out, worst is the severity of the worst of
	// them.
	more  int
	worst Severity
}

// Full reports whether further findings are only counted.
func (f *Findings) Full() bool { return len(f.list) >= MaxDiagnostics }

// Add takes findings in. Errors are kept before others.
func (f *Findings) Add(all ...Diagnostic) {
	for _, d := range all {
		d.Message, d.Hint = Shortened(d.Message, maxMessage), Shortened(d.Hint, maxMessage)
		if !f.Full() {
			f.keep(d)
			continue
		}
		if d.Severity == SeverityError && f.errors < len(f.list) {
			// It takes the place of the last one that is none.
			i := len(f.list) - 1
			for f.list[i].Severity == SeverityError {
				i--
			}
			f.leaveOut(f.list[i])
			f.list = slices.Delete(f.list, i, i+1)
			f.keep(d)
			continue
		}
		f.leaveOut(d)
	}
}

func (f *Findings) keep(d Diagnostic) {
	f.list = append(f.list, d)
	if d.Severity == SeverityError {
		f.errors++
	}
}

func (f *Findings) leaveOut(d Diagnostic) {
	f.more++
	if f.worst == "" || severityRank[d.Severity] < severityRank[f.worst] {
		f.worst = d.Severity
	}
}

// HasErrors reports whether an error is among them.
func (f *Findings) HasErrors() bool { return f.errors > 0 }

// Diagnostics are the findings in document order, closed by how many are left
// out.
func (f *Findings) Diagnostics() Diagnostics {
	list := slices.Clone(f.list)
	list.Sort()
	if f.more > 0 {
		list = append(list, Diagnostic{
			Severity: f.worst, Code: CodeMore, Message: fmt.Sprintf("And %d more.", f.more), Hint: "Mend these first, then check again.",
		})
	}
	return list
}

// CodeMore is the code of the diagnostic that says how many are left out.
const CodeMore = "more_findings"

// Bounded is at most MaxDiagnostics of the diagnostics, in document order, and how
// many are left out.
func (d Diagnostics) Bounded() Diagnostics {
	var f Findings
	more := Diagnostics{}
	for _, x := range d {
		if x.Code == CodeMore {
			more = append(more, x)
			continue
		}
		f.Add(x)
	}
	list := f.Diagnostics()
	if f.more == 0 && len(more) > 0 {
		list = append(list, more[0])
	}
	return list
}
