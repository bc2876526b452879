package api_test

import (
	"net/http"
	"testing"

	"sluice/server/api"
)

func TestTheGalleryListsFlowsThatCanBePreviewedAndImported(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	list := into[api.Gallery](c.get("/gallery").want(http.StatusOK)).Flows
	if len(list) < 8 {
		t.Fatalf("the gallery has %d flows, want at least 8", len(list))
	}
	for _, f := range list {
		if f.Title == "" || f.Description == "" || len(f.Categories) == 0 || f.Scenarios < 3 || len(f.Channels) == 0 || len(f.ChannelTypes) == 0 {
			t.Errorf("%s is not complete: %+v", f.Name, f)
		}
		if len(f.Sketch.Nodes) != f.Nodes || len(f.Sketch.Edges) == 0 {
			t.Errorf("the sketch of %s has %d nodes and %d edges for %d nodes", f.Name, len(f.Sketch.Nodes), len(f.Sketch.Edges), f.Nodes)
		}
		detail := into[api.GalleryFlowDetail](c.get("/gallery/" + f.Name).want(http.StatusOK))
		if detail.Flow.Name != f.Name || detail.Definition["name"] != f.Title {
			t.Errorf("%s shows %v", f.Name, detail.Definition["name"])
		}
		made := into[api.ImportedFlow](c.post("/flows/import", detail.Definition).want(http.StatusCreated))
		if made.Id == "" {
			t.Errorf("%s could not be imported", f.Name)
		}
	}
	c.get("/gallery/nothing").problem(http.StatusNotFound, "not_found")
}

// With the channels and templates that the gallery names, its flows can be
// published in a new workspace as they are.
func TestFlowsOfTheGalleryArePublishedWithWhatTheyBring(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	c := w.key(otherOwnerKey)
	seen := map[string]bool{}
	for _, f := range into[api.Gallery](c.get("/gallery").want(http.StatusOK)).Flows {
		for _, ch := range f.Channels {
			if seen[ch.Slug] {
				continue
			}
			seen[ch.Slug] = true
			made := into[api.Channel](c.post("/channels", map[string]any{"slug": ch.Slug, "name": ch.Slug, "type": ch.ChannelType, "kind": "simulator"}).want(http.StatusCreated))
			c.post("/channels/"+made.Id+"/bind", nil).want(http.StatusOK)
		}
		for _, tmpl := range f.Templates {
			key := tmpl.Slug + "/" + tmpl.Language
			if seen[key] {
				continue
			}
			seen[key] = true
			c.post("/templates", map[string]any{
				"slug": tmpl.Slug, "name": tmpl.Name, "channel_type": tmpl.ChannelType, "language": tmpl.Language, "category": tmpl.Category, "text": tmpl.Text, "status": "approved",
			}).want(http.StatusCreated)
		}
		detail := into[api.GalleryFlowDetail](c.get("/gallery/" + f.Name).want(http.StatusOK))
		made := into[api.ImportedFlow](c.post("/flows/import", detail.Definition).want(http.StatusCreated))
		c.post("/flows/"+made.Id+"/publish", nil).want(http.StatusOK)
	}
}
