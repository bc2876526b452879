package specs

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Meta's document is business-messaging-api_v23.0.yaml in facebook/openapi.
func Meta() Vendor {
	return Vendor{Name: "Meta", Hosts: []string{"graph.facebook.com"}, Mend: mendMeta}
}

// mendMeta corrects what nothing could fit, Meta's own examples in the same
// document included (v23.0):
//
//   - Messages are allOf the common properties and an object with its own ones and
//     additionalProperties: false. That refuses the common ones, and each message
//     requires those.
//   - A template's language requires a policy, which none of the examples has.
//   - A button's index must match ^[2-6, 11-14]$, which excludes the example, 0.
//   - The optional User-Agent must match a pattern that its default, the name of the
//     document itself, is made for. The API takes requests of any client.
//
// It also adds what the document leaves out, so that it is checked: see addToMeta.
func mendMeta(doc *openapi3.T) {
	for _, item := range doc.Paths.Map() {
		item.Parameters = withoutUserAgent(item.Parameters)
		for _, operation := range item.Operations() {
			operation.Parameters = withoutUserAgent(operation.Parameters)
		}
	}
	if doc.Components == nil {
		return
	}
	seen := map[*openapi3.Schema]bool{}
	for _, schema := range doc.Components.Schemas {
		mendSchema(schema, seen)
	}
	addToMeta(doc.Components.Schemas)
}

// addToMeta adds what Meta describes in its guides and not in the document (v23.0):
//
//   - "recipient", which takes a person's business-scoped id in place of "to" ("Business-scoped user IDs").
//   - "biz_opaque_callback_data", which comes back in statuses ("Messages API").
//   - Captions and names of files, which the document's own examples have.
//   - Messages with a link behind a button ("Interactive call-to-action URL button messages").
//   - Templates' buttons that copy a coupon code ("Coupon code templates").
//   - Marking a message as read, which is sent to the same path and may show that
//     somebody writes ("Typing indicators").
//
// The document does not know appsecret_proof either ("Secure Graph API calls"), but
// parameters of the query that it does not name may be there.
func addToMeta(schemas openapi3.Schemas) {
	one := func(s *openapi3.Schema, values ...any) *openapi3.Schema { s.Enum = values; return s }
	if media := valueOf(schemas, "MediaObject"); media != nil {
		media.WithProperty("caption", openapi3.NewStringSchema()).WithProperty("filename", openapi3.NewStringSchema())
	}
	if base := valueOf(schemas, "BaseMessageProperties"); base != nil && base.Properties["recipient"] == nil {
		base.WithProperty("biz_opaque_callback_data", openapi3.NewStringSchema().WithMaxLength(512))
		base.WithProperty("recipient", openapi3.NewStringSchema().WithPattern(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`))
		base.Required = slices.DeleteFunc(slices.Clone(base.Required), func(name string) bool { return name == "to" })
		base.AnyOf = openapi3.SchemaRefs{
			openapi3.NewSchemaRef("", &openapi3.Schema{Required: []string{"to"}}),
			openapi3.NewSchemaRef("", &openapi3.Schema{Required: []string{"recipient"}}),
		}
	}
	if action := valueOf(schemas, "ActionObject"); action != nil {
		link := openapi3.NewObjectSchema().WithProperty("name", one(openapi3.NewStringSchema(), "cta_url")).
			WithProperty("parameters", openapi3.NewObjectSchema().WithRequired([]string{"display_text", "url"}).
				WithProperty("display_text", openapi3.NewStringSchema().WithMaxLength(20)).WithProperty("url", openapi3.NewStringSchema())).
			WithRequired([]string{"name", "parameters"})
		action.OneOf = append(action.OneOf, openapi3.NewSchemaRef("", link))
	}
	alsoTakes(valueOf(schemas, "InteractiveObject"), "type", "cta_url")
	alsoTakes(valueOf(schemas, "TemplateComponent"), "sub_type", "copy_code")
	if message := valueOf(schemas, "Message"); message != nil {
		read := openapi3.NewObjectSchema().WithoutAdditionalProperties().WithRequired([]string{"messaging_product", "status", "message_id"}).
			WithProperty("messaging_product", openapi3.NewStringSchema()).
			WithProperty("status", one(openapi3.NewStringSchema(), "read")).
			WithProperty("message_id", openapi3.NewStringSchema()).
			WithProperty("typing_indicator", openapi3.NewObjectSchema().WithRequired([]string{"type"}).
				WithProperty("type", one(openapi3.NewStringSchema(), "text")))
		documented := *message
		*message = openapi3.Schema{AnyOf: openapi3.SchemaRefs{openapi3.NewSchemaRef("", &documented), openapi3.NewSchemaRef("", read)}}
	}
}

// valueOf is a schema by its name, nil when there is none.
func valueOf(schemas openapi3.Schemas, name string) *openapi3.Schema {
	if ref := schemas[name]; ref != nil {
		return ref.Value
	}
	return nil
}

// alsoTakes adds a value to those of a property.
func alsoTakes(schema *openapi3.Schema, property, value string) {
	if schema == nil || schema.Properties[property] == nil {
		return
	}
	p := schema.Properties[property].Value
	if !slices.Contains(p.Enum, any(value)) {
		p.Enum = append(p.Enum, value)
	}
}

func withoutUserAgent(parameters openapi3.Parameters) openapi3.Parameters {
	return slices.DeleteFunc(parameters, func(p *openapi3.ParameterRef) bool {
		return p.Value != nil && p.Value.In == openapi3.ParameterInHeader && strings.EqualFold(p.Value.Name, "User-Agent")
	})
}

// mendSchema corrects a schema and those within it. What a reference leads to may
// be a copy, when the reference has a description, so that all are looked at.
func mendSchema(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	schema := ref.Value
	seen[schema] = true
	for _, part := range schema.AllOf {
		if part.Ref == "" && part.Value != nil {
			part.Value.AdditionalProperties = openapi3.AdditionalProperties{}
		}
	}
	if schema.Properties["policy"] != nil && slices.Equal(schema.Required, []string{"policy", "code"}) {
		schema.Required = []string{"code"}
	}
	if index := schema.Properties["index"]; index != nil && index.Value != nil && index.Value.Pattern == "^[2-6, 11-14]$" {
		index.Value.Pattern = ""
	}
	mendSchema(schema.Items, seen)
	for _, property := range schema.Properties {
		mendSchema(property, seen)
	}
	for _, part := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		mendSchema(part, seen)
	}
}
