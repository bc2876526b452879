package api

import (
	"context"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

// templateKey names one template of one channel type.
type templateKey struct{ channelType, slug string }

// templateBodies are the templates that the messages of a run use, in all
// their languages.
type templateBodies map[templateKey][]store.Template

// templateBodies reads the templates that messages name. They are few: one
// query each.
func (a *API) templateBodies(ctx context.Context, workspace string, messages []runtime.Message) (templateBodies, error) {
	bodies := templateBodies{}
	for _, m := range messages {
		key := templateKey{m.ChannelType, m.Form.Template}
		if _, known := bodies[key]; known || m.Form.Type != flows.MessageTemplate {
			continue
		}
		found, err := a.store.TemplatesBySlug(ctx, workspace, key.channelType, key.slug)
		if err != nil {
			return nil, err
		}
		bodies[key] = found
	}
	return bodies, nil
}

// render gives the text of a message to read, and the template that it uses,
// if it does. The parameters of a shown message are masked already.
func (b templateBodies) render(m runtime.Message) (string, *MessageTemplate) {
	if m.Form.Type != flows.MessageTemplate {
		return m.Form.Preview(), nil
	}
	shown := &MessageTemplate{Slug: m.Form.Template, Name: m.Form.Template, Language: m.Form.Language, Parameters: m.Form.Parameters}
	if shown.Parameters == nil {
		shown.Parameters = []string{}
	}
	for _, t := range b[templateKey{m.ChannelType, m.Form.Template}] {
		if t.Language != m.Form.Language {
			continue
		}
		if t.Name != "" {
			shown.Name = t.Name
		}
		return channels.Template{Body: t.Body}.Render(m.Form.Parameters), shown
	}
	return m.Form.Preview(), shown
}
