package expression

// Limits. Each one keeps a hostile flow or a hostile variable from holding up
// the runs of others; together they keep every evaluation below 50 ms.
const (
	// MaxSource is the longest expression, in bytes: longer ones are programs
	// that belong into several nodes.
	MaxSource = 4 << 10
	// MaxTemplateSource is the longest template, in bytes: twice what it may
	// render, so that long expressions have room beside the text.
	MaxTemplateSource = 32 << 10
	// MaxRenderedText is the longest text that a template renders, in bytes: no channel
	// takes a longer message. It is also what a run keeps of an answer.
	MaxRenderedText = 16 << 10
	// MaxDepth is how deep lists and objects may nest in a value.
	MaxDepth = 32
	// MaxElements is how many list elements and object entries a value may hold in
	// all, and how many elements a list that an expression builds may have.
	MaxElements = 10_000
	// MaxText is how many bytes of text (keys included) a value may hold in all, and
	// how long a text that an expression builds may be: there is room for the longest
	// answer and what a flow puts around it.
	MaxText = 64 << 10
	// MaxPattern is the longest regular expression, in bytes.
	MaxPattern = 256

	// maxNesting is how deep an expression may nest. A chain of 500 `or` is one
	// level each; Go's stack would hold far more.
	maxNesting = 500
	// budget is how many units one evaluation may spend. The dearest unit costs
	// about 50 ns on a slow core (see BenchmarkHostile), a usual expression spends
	// fewer than 100 units.
	budget = 200_000
	// compileBudget is what all regular expressions of one source may cost to
	// compile.
	compileBudget = 100_000
)

// How many bytes one unit pays for, by the kind of work; measured by
// BenchmarkHostile.
const (
	copiedPerUnit  = 64 // memmove, plus what it costs to allocate and collect
	scannedPerUnit = 16 // decoding characters, searching, changing case
	encodedPerUnit = 4  // JSON and base64, character by character

	decimalCost = 8 // two fractions are written out, and one is read
)

// meter counts what an evaluation spends.
type meter struct {
	used, limit int
}

// spend charges n units before the work is done. n may be any size, also one
// that was multiplied out of bounds and became negative.
func (m *meter) spend(n int) error {
	if n < 0 || n > m.limit-m.used {
		m.used = m.limit
		return exhausted()
	}
	m.used += n
	return nil
}

func exhausted() error {
	return &fault{
		offset: unplaced, final: true,
		message: "the expression does too much work",
		hint:    "use shorter lists and texts, or fewer loops inside loops",
	}
}

// decimal pays for working with the digits of fractions.
func (m *meter) decimal() error { return m.spend(decimalCost) }

func (m *meter) copying(bytes int) error  { return m.spend(1 + bytes/copiedPerUnit) }
func (m *meter) scanning(bytes int) error { return m.spend(1 + bytes/scannedPerUnit) }
func (m *meter) encoding(bytes int) error { return m.spend(1 + bytes/encodedPerUnit) }

// tooLong refuses a text that is longer than a template may render.
func tooLong(bytes int) error { return longerThan(MaxRenderedText, bytes) }

// tooLongToKeep refuses a text that is longer than an expression may build.
func tooLongToKeep(bytes int) error { return longerThan(MaxText, bytes) }

func longerThan(limit, bytes int) error {
	if bytes < 0 || bytes > limit {
		return problem("shorten its parts", "the text becomes longer than %d KiB", limit>>10)
	}
	return nil
}

// tooMany refuses a list that is longer than an expression may build.
func tooMany(elements int) error {
	if elements < 0 || elements > MaxElements {
		return problem("use fewer elements", "the list becomes longer than %d elements", MaxElements)
	}
	return nil
}
