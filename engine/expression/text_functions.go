package expression

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

func textFunction(name string) (function, bool) {
	switch name {
	case "trim":
		return function{"trim(text) or trim(text, characters)", 1, 2, trim}, true
	case "trimPrefix":
		return function{"trimPrefix(text, start)", 1, 2, trimEnd(strings.TrimPrefix)}, true
	case "trimSuffix":
		return function{"trimSuffix(text, end)", 1, 2, trimEnd(strings.TrimSuffix)}, true
	case "upper":
		return function{"upper(text)", 1, 1, changeCase(strings.ToUpper)}, true
	case "lower":
		return function{"lower(text)", 1, 1, changeCase(strings.ToLower)}, true
	case "split":
		return function{"split(text, separator) or split(text, separator, parts)", 2, 3, split(strings.SplitN)}, true
	case "splitAfter":
		return function{"splitAfter(text, separator) or splitAfter(text, separator, parts)", 2, 3, split(strings.SplitAfterN)}, true
	case "replace":
		return function{"replace(text, from, to) or replace(text, from, to, times)", 3, 4, replace}, true
	case "repeat":
		return function{"repeat(text, times)", 2, 2, repeat}, true
	case "indexOf":
		return function{"indexOf(text, part)", 2, 2, position(strings.Index)}, true
	case "lastIndexOf":
		return function{"lastIndexOf(text, part)", 2, 2, position(strings.LastIndex)}, true
	case "hasPrefix":
		return function{"hasPrefix(text, start)", 2, 2, twoTexts(strings.HasPrefix)}, true
	case "hasSuffix":
		return function{"hasSuffix(text, end)", 2, 2, twoTexts(strings.HasSuffix)}, true
	case "urlEncode":
		return function{"urlEncode(text)", 1, 1, urlEncode}, true
	case "join":
		return function{"join(list, separator)", 1, 2, join}, true
	}
	return function{}, false
}

func trim(f *frame, args []any) (any, error) {
	s, err := texts(f, args, len(args))
	if err != nil {
		return nil, err
	}
	if len(s) == 1 {
		return strings.TrimSpace(s[0]), nil
	}
	// Every character is looked up among those to remove.
	if err := f.scanning(len(s[0]) * len(s[1])); err != nil {
		return nil, err
	}
	return strings.Trim(s[0], s[1]), nil
}

// trimEnd removes a space when no second text is given, as expr-lang does.
func trimEnd(cut func(s, part string) string) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		s, err := texts(f, args, len(args))
		if err != nil {
			return nil, err
		}
		if len(s) == 1 {
			s = append(s, " ")
		}
		return cut(s[0], s[1]), nil
	}
}

func changeCase(change func(string) string) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		s, err := textArg(args, 0)
		if err != nil {
			return nil, err
		}
		if err := f.encoding(len(s)); err != nil {
			return nil, err
		}
		s = change(s)
		return s, tooLongToKeep(len(s)) // a few letters take more bytes in the other case
	}
}

func split(cut func(s, separator string, n int) []string) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		s, err := texts(f, args, 2)
		if err != nil {
			return nil, err
		}
		parts := -1
		if len(args) == 3 {
			if parts, err = wholeArg(args, 2); err != nil {
				return nil, err
			}
		}
		found := strings.Count(s[0], s[1]) + 1
		if parts >= 0 {
			found = min(found, parts)
		}
		if err := tooMany(found); err != nil {
			return nil, err
		}
		if err := f.spend(2 * found); err != nil {
			return nil, err
		}
		pieces := cut(s[0], s[1], parts)
		out := make([]any, len(pieces))
		for i, piece := range pieces {
			out[i] = piece
		}
		return out, nil
	}
}

func replace(f *frame, args []any) (any, error) {
	s, err := texts(f, args, 3)
	if err != nil {
		return nil, err
	}
	text, from, to := s[0], s[1], s[2]
	times := strings.Count(text, from)
	if len(args) == 4 {
		limit, err := wholeArg(args, 3)
		if err != nil {
			return nil, err
		}
		if limit >= 0 {
			times = min(times, limit)
		}
	}
	size := len(text) + times*(len(to)-len(from))
	if err := tooLongToKeep(size); err != nil {
		return nil, err
	}
	if err := f.spend(times); err != nil {
		return nil, err
	}
	return strings.Replace(text, from, to, times), f.copying(size)
}

func repeat(f *frame, args []any) (any, error) {
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	times, err := wholeArg(args, 1)
	if err != nil {
		return nil, err
	}
	if times < 0 {
		return nil, problem("count from 0", "cannot repeat a text a negative number of times")
	}
	if len(s) == 0 {
		return "", nil
	}
	if times > MaxRenderedText { // before multiplying, which could overflow
		return nil, tooLong(times)
	}
	if err := tooLong(len(s) * times); err != nil {
		return nil, err
	}
	if err := f.copying(len(s) * times); err != nil {
		return nil, err
	}
	return strings.Repeat(s, times), nil
}

// position counts in characters, like len() and slices; -1 when not found.
func position(find func(s, part string) int) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		s, err := texts(f, args, 2)
		if err != nil {
			return nil, err
		}
		at := find(s[0], s[1])
		if at < 0 {
			return -1, nil
		}
		return utf8.RuneCountInString(s[0][:at]), f.scanning(at)
	}
}

func twoTexts(test func(s, part string) bool) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		s, err := texts(f, args, 2)
		if err != nil {
			return nil, err
		}
		return test(s[0], s[1]), nil
	}
}

func join(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	separator := ""
	if len(args) == 2 {
		if separator, err = textArg(args, 1); err != nil {
			return nil, err
		}
	}
	if err := charge(f, list); err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, v := range list {
		s, err := toText(f.meter, v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			s = separator + s
		}
		if err := tooLongToKeep(b.Len() + len(s)); err != nil {
			return nil, err
		}
		if err := f.copying(2 * len(s)); err != nil {
			return nil, err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// urlEncode writes a text as a part of an address's query.
func urlEncode(f *frame, args []any) (any, error) {
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := f.encoding(3 * len(s)); err != nil {
		return nil, err
	}
	s = url.QueryEscape(s)
	return s, tooLong(len(s))
}
