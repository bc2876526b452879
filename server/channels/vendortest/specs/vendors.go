package specs

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Twilio's documents are the files of spec/json and spec/yaml in twilio/twilio-oai.
func Twilio() Vendor {
	return Vendor{Name: "Twilio", Hosts: []string{"api.twilio.com", "content.twilio.com"}}
}

// Vonage's document is that of the Messages API in Vonage's developer portal.
func Vonage() Vendor { return Vendor{Name: "Vonage", Hosts: []string{"api.nexmo.com"}} }

// Meta's document is business-messaging-api_v23.0.yaml in facebook/openapi.
func Meta() Vendor {
	return Vendor{Name: "Meta", Hosts: []string{"graph.facebook.com"}, Mend: mendMeta}
}

// mendMeta corrects what nothing could fit, Meta's own examples in the same
// document included (v23.0):
//
//   - Messages are allOf the common properties and an object with its own ones and
//     additionalProperties: false. That refuses the common ones, and each message
//     requires those. It would refuse biz_opaque_callback_data too, which Meta
//     describes in its guides and the document leaves out.
//   - A template's language requires a policy, which none of the examples has.
//   - A button's index must match ^[2-6, 11-14]$, which excludes the example, 0.
//   - The optional User-Agent must match a pattern that its default, the name of the
//     document itself, is made for. The API takes requests of any client.
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
