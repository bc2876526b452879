// Package api is Sluice's HTTP interface. openapi.yaml is its source: routes,
// parameters and bodies are generated from it, and requests are checked
// against it before a handler sees them.
package api

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config oapi-codegen.yaml openapi.yaml
