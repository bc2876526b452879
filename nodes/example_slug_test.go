package nodes_test

import (
	"regexp"
	"testing"

	"sluice/flows"
	"sluice/nodes"
)

// What a form shows as an example can be typed in.
func TestExamplesOfChannelsAreSlugs(t *testing.T) {
	t.Parallel()
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, spec := range nodes.Standard().Specs() {
		for _, f := range spec.Config {
			if f.Kind == flows.KindChannel && !slug.MatchString(f.Example) {
				t.Errorf("%s: %q is no channel's slug", spec.Type, f.Example)
			}
		}
	}
}
