package expression

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

const (
	// maxProgram is how many instructions a pattern may compile to. Matching costs
	// instructions times characters, and `(x{1000}){1000}` is short to write.
	maxProgram = 2_000
	// maxClasses is how many Unicode classes (\pL, \p{Greek}) a pattern may have:
	// each one copies tables of hundreds of ranges.
	maxClasses = 8
	// maxFoldedRange is how many characters one range of a case-insensitive pattern
	// may span, because the compiler folds them one by one. Any alphabet fits.
	maxFoldedRange = 2_048

	// regexpBase and the two rates are what compiling costs, in units: for any
	// pattern, per instruction, and per Unicode class.
	regexpBase       = 400
	regexpPerProgram = 40
	regexpPerClass   = 1_000
	frameSize        = 4 // instructions around a pattern: fail, \A, \z, match
)

// Regexp is a compiled regular expression of bounded cost. It is safe for
// concurrent use.
type Regexp struct {
	re *regexp.Regexp
	// size bounds the instructions of the compiled program.
	size int
	// longest is how many characters it can match at most; -1 stands for any number.
	longest int
}

// CompileRegexp compiles an RE2 pattern of at most MaxPattern bytes that tests
// whole texts. Errors are *Error: a pattern that is broken, too long, or whose
// program would be too large.
func CompileRegexp(pattern string) (*Regexp, error) {
	r, err := compileRegexp(&meter{limit: compileBudget}, pattern)
	return r, public(err, 0)
}

// MatchWhole reports whether the pattern matches the whole text. A text that is too
// long for a pattern of this size does not match.
func (r *Regexp) MatchWhole(text string) bool { return r.match(&meter{limit: budget}, text) }

func (r *Regexp) match(m *meter, text string) bool {
	// A pattern without * and + says how long what it matches can be.
	if r.longest >= 0 && len(text) > utf8.UTFMax*r.longest {
		return false
	}
	// The engine may visit every instruction at every character. Products cannot
	// overflow: both factors are below 2^31.
	cost := 4 + r.size*(len(text)+1)/regexpStepsPerUnit
	if cost > m.limit-m.used {
		return false
	}
	m.used += cost
	return r.re.MatchString(text)
}

// regexpStepsPerUnit is how many pairs of instruction and character one unit
// pays for.
const regexpStepsPerUnit = 8

func compileRegexp(m *meter, pattern string) (*Regexp, error) {
	if len(pattern) > MaxPattern {
		return nil, problem("split it into several rules", "the pattern is longer than %d bytes", MaxPattern)
	}
	if err := m.spend(regexpBase); err != nil {
		return nil, err
	}
	if err := chargeClasses(m, pattern); err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, patternProblem(err)
	}
	size := programSize(tree) + frameSize
	if size > maxProgram {
		return nil, problem("use smaller counts in { }", "the pattern is too large once its repetitions are written out")
	}
	if err := m.spend(regexpPerProgram * size); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil { // an unfinished \Q swallowed the bracket
		re, err = regexp.Compile(`\A(?:` + pattern + `\E)\z`)
	}
	if err != nil {
		return nil, patternProblem(err)
	}
	return &Regexp{re: re, size: size, longest: longestMatch(tree)}, nil
}

// longestMatch is how many characters a parsed pattern can match at most; -1
// stands for any number.
func longestMatch(re *syntax.Regexp) int {
	longest := 0
	for _, sub := range re.Sub {
		n := longestMatch(sub)
		switch {
		case n < 0:
			return -1
		case re.Op == syntax.OpAlternate:
			longest = max(longest, n)
		default:
			longest += n
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpStar, syntax.OpPlus:
		return unlessEmpty(longest)
	case syntax.OpRepeat:
		if re.Max < 0 {
			return unlessEmpty(longest)
		}
		return min(longest*re.Max, maxProgram*maxProgram)
	}
	return longest
}

// unlessEmpty is any number, of what has a length at all.
func unlessEmpty(length int) int {
	if length > 0 {
		return -1
	}
	return 0
}

// programSize counts the instructions a parsed pattern compiles to, or a few more,
// without writing its repetitions out. It stops counting beyond maxProgram.
func programSize(re *syntax.Regexp) int {
	size := 0
	for _, sub := range re.Sub {
		if size += programSize(sub); size > maxProgram {
			break
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		size = len(re.Rune)
	case syntax.OpCapture, syntax.OpStar:
		size += 2
	case syntax.OpPlus, syntax.OpQuest:
		size++
	case syntax.OpAlternate:
		size += len(re.Sub)
	case syntax.OpRepeat: // x{2,5} is xx(x(x(x)?)?)?, x{2,} is xx+
		if re.Max < 0 {
			size = max(re.Min, 1)*size + 2
		} else {
			size = re.Max*size + re.Max - re.Min
		}
	}
	return min(max(size, 1), maxProgram+1)
}

// chargeClasses bounds the two things that make a short pattern slow to parse:
// Unicode classes and case-insensitive ranges.
func chargeClasses(m *meter, pattern string) error {
	classes := strings.Count(pattern, `\p`) + strings.Count(pattern, `\P`)
	if classes > maxClasses {
		return problem("join several checks instead", "the pattern has more than %d Unicode classes", maxClasses)
	}
	if err := m.spend(classes * regexpPerClass); err != nil {
		return err
	}
	if !foldsCase(pattern) {
		return nil
	}
	for i := range len(pattern) {
		if pattern[i] != '-' || !strings.Contains(pattern[:i], "[") {
			continue
		}
		span := rangeSpan(pattern[:i], pattern[i+1:])
		if span > maxFoldedRange {
			return problem("leave (?i) out, or list the alphabets one by one",
				"a range of a case-insensitive pattern spans more than %d characters", maxFoldedRange)
		}
		if err := m.spend(span); err != nil {
			return err
		}
	}
	return nil
}

// foldsCase reports whether a group of flags such as (?i) or (?s-i:…) names i.
func foldsCase(pattern string) bool {
	for {
		_, rest, found := strings.Cut(pattern, "(?")
		if !found {
			return false
		}
		flags := rest[:len(rest)-len(strings.TrimLeft(rest, "imsU-"))]
		if strings.Contains(flags, "i") {
			return true
		}
		pattern = rest
	}
}

// rangeSpan bounds how many characters the range between two pieces of a pattern
// spans. Where it cannot tell, it answers too much, never too little.
func rangeSpan(before, after string) int {
	if strings.HasPrefix(after, `\`) {
		if len(after) > 1 && (after[1] == 'x' || '0' <= after[1] && after[1] <= '9') {
			return utf8.MaxRune
		}
		return utf8.RuneSelf // an escaped ASCII sign
	}
	high, _ := utf8.DecodeRuneInString(after)
	if high < utf8.RuneSelf {
		return utf8.RuneSelf
	}
	// The piece before may end in an escape, as in `\x{42}-я`, so only a letter of
	// another alphabet is taken at its word.
	low, _ := utf8.DecodeLastRuneInString(before)
	if low < utf8.RuneSelf {
		low = 0
	}
	return max(int(high-low), 0)
}

func patternProblem(err error) error {
	detail, hint := "the pattern is not a regular expression", "patterns are RE2: no look-around and no back-references"
	if e, ok := err.(*syntax.Error); ok { //nolint:errorlint // syntax returns it bare
		switch e.Code {
		case syntax.ErrMissingBracket:
			detail, hint = "the pattern lacks a closing ]", "write \\[ for the sign itself"
		case syntax.ErrMissingParen, syntax.ErrUnexpectedParen:
			detail, hint = "the pattern's round brackets do not match", "write \\( or \\) for the sign itself"
		case syntax.ErrMissingRepeatArgument, syntax.ErrInvalidRepeatOp:
			detail, hint = "the pattern repeats nothing, or repeats twice", "write \\*, \\+ or \\? for the sign itself"
		case syntax.ErrInvalidRepeatSize, syntax.ErrLarge:
			detail, hint = "the pattern repeats too often", "use smaller counts in { }"
		case syntax.ErrTrailingBackslash, syntax.ErrInvalidEscape:
			detail, hint = "the pattern has an unknown escape", "in a quoted text every backslash is written twice"
		}
	}
	return problem(hint, "%s", detail)
}
