package flows

import (
	"cmp"
	"maps"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

// uniqueBy reports the items of a list that repeat an earlier item's key.
func uniqueBy[T any, K cmp.Ordered](items []T, key func(T) K) (repeats []int) {
	seen := map[K]bool{}
	for i, item := range items {
		k := key(item)
		if seen[k] {
			repeats = append(repeats, i)
		}
		seen[k] = true
	}
	return repeats
}
