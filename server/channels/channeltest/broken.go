package channeltest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"sluice/server/channels"
)

// EachEntryByItself breaks a webhook's JSON body in every place, in several ways,
// and fails when that costs more than the list element around the place: all other
// events have to come, and nothing may be answered that makes the vendor repeat
// the whole request for days. read gives a genuine (signed anew) body to the
// provider.
//
// INVARIANT 34
func EachEntryByItself(t *testing.T, body []byte, read func(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply)) {
	t.Helper()
	var document any
	if err := json.Unmarshal(body, &document); err != nil {
		t.Fatal(err)
	}
	whole, _ := read(t, body)
	if len(whole) == 0 {
		t.Fatal("the unbroken body brings nothing")
	}
	places := 0
	visit(document, func(list []any, i int, put func([]any)) {
		kept := slices.Clone(list)
		put(slices.Delete(slices.Clone(list), i, i+1))
		others, _ := read(t, encode(t, document))
		put(kept)
		for _, broken := range variants(kept[i]) {
			places++
			changed := slices.Clone(kept)
			changed[i] = broken
			put(changed)
			request := encode(t, document)
			got, reply := read(t, request)
			if reply.Status >= 500 {
				t.Errorf("answered with %d: %s", reply.Status, request)
			}
			if len(others) > 0 && reply.Status >= 400 {
				t.Errorf("refused with %d because of one entry: %s", reply.Status, request)
			}
			for _, name := range missing(others, got) {
				t.Errorf("%s is lost because of another entry: %s", name, request)
			}
		}
		put(kept)
	})
	if places == 0 {
		t.Fatal("the body has no list")
	}
}

// visit goes through all elements of all lists. put replaces the list that the
// element is in.
func visit(v any, see func(list []any, i int, put func([]any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if list, ok := v[key].([]any); ok {
				for i := range list {
					see(list, i, func(l []any) { v[key] = l })
				}
			}
			visit(v[key], see)
		}
	case []any:
		for _, item := range v {
			visit(item, see)
		}
	}
}

// variants are an element in other forms: none of its own, or with one of its parts
// in another.
func variants(element any) []any {
	odd := []any{nil, 7.5, "odd", true, []any{}, map[string]any{}, []any{map[string]any{"x": []any{1.0}}}}
	list := slices.Clone(odd)
	var within func(v any, rebuild func(any) any)
	within = func(v any, rebuild func(any) any) {
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			replace := func(part any) any {
				changed := maps.Clone(object)
				changed[key] = part
				return rebuild(changed)
			}
			for _, part := range append(slices.Clone(odd), "99999999999999999999", -1.0, 1e300) {
				list = append(list, replace(part))
			}
			within(object[key], replace)
		}
	}
	within(element, func(v any) any { return v })
	return list
}

func missing(want, got []channels.Inbound) []string {
	have := map[string]int{}
	for _, in := range got {
		have[nameOf(in)]++
	}
	var names []string
	for _, in := range want {
		name := nameOf(in)
		if have[name]--; have[name] < 0 {
			names = append(names, name)
		}
	}
	return names
}

func nameOf(in channels.Inbound) string {
	if r := in.Receipt; r != nil {
		return fmt.Sprintf("receipt %s %s %s %s", r.ProviderMessageID, r.MessageID, r.To, r.Status)
	}
	return "message " + in.Message.ProviderMessageID
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
