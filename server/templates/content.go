// Package templates keeps the registry of message templates in step with what
// vendors approved: it reads a template out of the registry in the form that
// providers take, and imports the list of a channel's vendor.
package templates

import (
	"encoding/json"
	"fmt"

	"sluice/server/channels"
	"sluice/server/store"
)

// Of reads a row of the registry as providers take it.
func Of(t store.Template) (channels.Template, error) {
	out := channels.Template{Slug: t.Slug, Name: t.Name, Language: t.Language, Category: t.Category, ProviderID: t.ProviderID, Body: t.Body}
	if t.Content == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(t.Content), &out.TemplateContent); err != nil {
		return out, fmt.Errorf("read the content of template %s: %w", t.ID, err)
	}
	return out, nil
}
