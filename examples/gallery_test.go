package examples_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/examples"
)

func TestTheGalleryShowsEveryExampleOnce(t *testing.T) {
	t.Parallel()
	var shown, all []string
	for _, e := range examples.Gallery() {
		shown = append(shown, e.Name)
		if len(e.Categories) == 0 {
			t.Errorf("%s is in no category", e.Name)
		}
	}
	for _, e := range examples.All() {
		all = append(all, e.Name)
	}
	slices.Sort(shown)
	if diff := cmp.Diff(all, shown); diff != "" {
		t.Errorf("the folder and the gallery differ:\n%s", diff)
	}
}

// A flow that explains itself has a description, notes on the canvas and
// scenarios that show more than the one good case.
func TestFlowsOfTheGalleryExplainThemselves(t *testing.T) {
	t.Parallel()
	for _, e := range examples.Gallery() {
		f := compile(t, e.Definition).Flow()
		if f.Description == "" || len(f.Notes) == 0 || len(f.Scenarios) < 3 {
			t.Errorf("%s: %d notes, %d scenarios, description %q", e.Name, len(f.Notes), len(f.Scenarios), f.Description)
		}
		for _, n := range f.Nodes {
			if n.Name == "" || n.Position == nil {
				t.Errorf("%s: node %s has no name or no place", e.Name, n.ID)
			}
		}
	}
}

// templateUse is one place where a flow sends a template.
type templateUse struct {
	Template, Language string
	Parameters         int
}

func TestTheGalleryBringsEveryTemplateThatItsFlowsSend(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\{\{\d+\}\}`)
	for _, e := range examples.Gallery() {
		needed := map[templateUse]bool{}
		for _, n := range compile(t, e.Definition).Flow().Nodes {
			var config struct {
				Message struct {
					Template   string   `json:"template"`
					Language   string   `json:"language"`
					Parameters []string `json:"parameters"`
				} `json:"message"`
			}
			if err := json.Unmarshal(n.Config, &config); err != nil {
				t.Fatal(err)
			}
			if m := config.Message; m.Template != "" {
				needed[templateUse{m.Template, m.Language, len(m.Parameters)}] = true
			}
		}
		brought := map[templateUse]bool{}
		for _, made := range e.Templates {
			n := len(placeholder.FindAllString(made.Text, -1))
			brought[templateUse{made.Slug, made.Language, n}] = true
			for i := range n {
				if !strings.Contains(made.Text, fmt.Sprintf("{{%d}}", i+1)) {
					t.Errorf("%s: the text of %s lacks {{%d}}", e.Name, made.Slug, i+1)
				}
			}
		}
		if !maps.Equal(needed, brought) {
			t.Errorf("%s sends %v and brings %v", e.Name, needed, brought)
		}
	}
}
