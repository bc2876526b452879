package specs

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// errUnnamed says that a body has fields which the document does not name. OpenAPI
// allows those unless a document forbids them, and hardly any does: a misspelt
// optional field would pass for ever.
var errUnnamed = errors.New("the document does not name")

// unnamed finds the fields of a body that the operation's document does not name.
func unnamed(operation *openapi3.Operation, contentType string, body []byte) error {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || operation.RequestBody == nil || operation.RequestBody.Value == nil {
		return nil //nolint:nilerr // Without a body there is none.
	}
	media := operation.RequestBody.Value.Content.Get(kind)
	if media == nil || media.Schema == nil {
		return nil
	}
	var value any
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return err
		}
		fields := make(map[string]any, len(form))
		for name := range form {
			fields[name] = nil
		}
		value = fields
	} else if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	var list []error
	for _, path := range strangers(parts(nil, media.Schema), value, "") {
		list = append(list, fmt.Errorf("%w %s", errUnnamed, path))
	}
	return errors.Join(list...)
}

// parts are a schema and all that it is made of.
func parts(list []*openapi3.Schema, refs ...*openapi3.SchemaRef) []*openapi3.Schema {
	for _, ref := range refs {
		if ref == nil || ref.Value == nil || slices.Contains(list, ref.Value) {
			continue
		}
		list = append(list, ref.Value)
		list = parts(list, slices.Concat(ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf)...)
	}
	return list
}

// strangers are the paths of the fields that none of the schemas names. Where all
// leave an object open, it has none.
func strangers(schemas []*openapi3.Schema, value any, at string) []string {
	var found []string
	switch v := value.(type) {
	case []any:
		var items []*openapi3.Schema
		for _, s := range schemas {
			items = parts(items, s.Items)
		}
		for i, element := range v {
			found = append(found, strangers(items, element, fmt.Sprintf("%s/%d", at, i))...)
		}
	case map[string]any:
		closed := false
		for _, s := range schemas {
			if more := s.AdditionalProperties; more.Schema != nil || more.Has != nil && *more.Has {
				return nil
			}
			closed = closed || len(s.Properties) > 0
		}
		if !closed {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			var inside []*openapi3.Schema
			for _, s := range schemas {
				inside = parts(inside, s.Properties[name])
			}
			if len(inside) == 0 {
				found = append(found, at+"/"+name)
				continue
			}
			found = append(found, strangers(inside, v[name], at+"/"+name)...)
		}
	}
	return found
}
