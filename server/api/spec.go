package api

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.yaml
var openAPI []byte

// BasePath is where the API is.
const BasePath = "/api/v1"

// spec is the API's description, made ready to check requests against.
type spec struct {
	doc *openapi3.T
	// json is the document as it is served.
	json []byte
	// operations are by method and the router's path.
	operations map[string]*operation
}

// operation is one method on one path.
type operation struct {
	id       string
	method   string
	path     string
	params   openapi3.Parameters
	body     *openapi3.Schema
	optional bool
	// document is true when the body is a flow definition, which is checked by
	// its own decoder and may be larger.
	document bool
}

// pathParameter is a parameter in an OpenAPI path.
var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// Document parses the API's description.
func Document(ctx context.Context) (*openapi3.T, error) {
	loader := &openapi3.Loader{Context: ctx}
	doc, err := loader.LoadFromData(openAPI)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("check openapi.yaml: %w", err)
	}
	return doc, nil
}

func loadSpec(ctx context.Context) (*spec, error) {
	doc, err := Document(ctx)
	if err != nil {
		return nil, err
	}
	s := &spec{doc: doc, operations: map[string]*operation{}}
	if s.json, err = json.Marshal(doc); err != nil {
		return nil, fmt.Errorf("write openapi.json: %w", err)
	}
	for path, item := range doc.Paths.Map() {
		base := BasePath
		if len(item.Servers) > 0 {
			base = ""
		}
		for method, op := range item.Operations() {
			o := &operation{id: op.OperationID, method: method, path: base + pathParameter.ReplaceAllString(path, ":$1")}
			o.params = append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...)
			if op.RequestBody != nil {
				o.optional = !op.RequestBody.Value.Required
				if media := op.RequestBody.Value.Content.Get("application/json"); media != nil && base != "" {
					o.body = media.Schema.Value
					o.document = media.Schema.Ref == "#/components/schemas/FlowDefinition"
				}
			}
			s.operations[method+" "+o.path] = o
		}
	}
	return s, nil
}
