package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/examples"
	"sluice/flows"
)

// gallery is what the program brings to begin with. It does not change while
// the server runs.
type gallery struct {
	list    Gallery
	details map[string]GalleryFlowDetail
}

// newGallery reads the examples as strictly as publishing does: one that this
// server could not run is a fault of the program.
func newGallery(nodes *engine.Registry) (*gallery, error) {
	entries := examples.Gallery()
	g := &gallery{list: Gallery{Flows: make([]GalleryFlow, 0, len(entries))}, details: make(map[string]GalleryFlowDetail, len(entries))}
	for _, e := range entries {
		flow, err := galleryFlow(nodes, e)
		if err != nil {
			return nil, fmt.Errorf("read %s of the gallery: %w", e.Name, err)
		}
		detail := GalleryFlowDetail{Flow: flow}
		if err := json.Unmarshal(e.Definition, &detail.Definition); err != nil {
			return nil, fmt.Errorf("read %s of the gallery: %w", e.Name, err)
		}
		g.list.Flows = append(g.list.Flows, flow)
		g.details[e.Name] = detail
	}
	return g, nil
}

func galleryFlow(nodes *engine.Registry, e examples.Entry) (GalleryFlow, error) {
	doc, diags := flows.Decode(e.Definition)
	if diags.HasErrors() {
		return GalleryFlow{}, diags
	}
	program, diags := engine.Compile(doc, nodes)
	if diags.HasErrors() {
		return GalleryFlow{}, diags
	}
	flow := GalleryFlow{
		Name: e.Name, Title: doc.Name, Description: doc.Description, Nodes: len(doc.Nodes), Scenarios: len(doc.Scenarios),
		Categories: make([]GalleryFlowCategories, 0, len(e.Categories)), Templates: make([]GalleryTemplate, 0, len(e.Templates)),
		ChannelTypes: []string{}, Channels: []GalleryChannel{}, Sketch: sketchOf(doc),
	}
	for _, c := range e.Categories {
		flow.Categories = append(flow.Categories, GalleryFlowCategories(c))
	}
	for _, t := range e.Templates {
		flow.Templates = append(flow.Templates, GalleryTemplate{
			Slug: t.Slug, Name: t.Name, ChannelType: t.ChannelType, Language: t.Language, Category: t.Category, Text: t.Text,
		})
	}
	for _, r := range program.References() {
		channel := GalleryChannel{Slug: r.Slug, ChannelType: r.ChannelType}
		if r.Kind == "channel" && !slices.Contains(flow.Channels, channel) {
			flow.Channels = append(flow.Channels, channel)
		}
		if r.ChannelType != "" && !slices.Contains(flow.ChannelTypes, r.ChannelType) {
			flow.ChannelTypes = append(flow.ChannelTypes, r.ChannelType)
		}
	}
	return flow, nil
}

func sketchOf(doc *flows.Flow) GallerySketch {
	sketch := GallerySketch{Nodes: make([]SketchNode, 0, len(doc.Nodes)), Edges: make([]SketchEdge, 0, len(doc.Edges))}
	for _, n := range doc.Nodes {
		var at flows.Position
		if n.Position != nil {
			at = *n.Position
		}
		sketch.Nodes = append(sketch.Nodes, SketchNode{Id: n.ID, Type: n.Type, X: at.X, Y: at.Y})
	}
	for _, e := range doc.Edges {
		sketch.Edges = append(sketch.Edges, SketchEdge{From: e.From, To: e.To})
	}
	return sketch
}

// ListGallery serves the complete flows that come with the program.
func (a *API) ListGallery(c *gin.Context) {
	c.JSON(http.StatusOK, a.gallery.list)
}

// GetGalleryFlow serves one of them with its definition.
func (a *API) GetGalleryFlow(c *gin.Context, name string) {
	detail, ok := a.gallery.details[name]
	if !ok {
		a.fail(c, notFound("flow in the gallery"))
		return
	}
	c.JSON(http.StatusOK, detail)
}
