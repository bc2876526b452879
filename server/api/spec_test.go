package api_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sluice/server/api"
)

// TestGeneratedCodeIsCurrent generates the code again and compares.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("oapi-codegen.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	output := filepath.Join(dir, "gen_api.go")
	elsewhere := bytes.Replace(config, []byte("output: gen_api.go\n"), []byte("output: "+output+"\n"), 1)
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), elsewhere, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../../tools/go.mod", "oapi-codegen", "-config", filepath.Join(dir, "config.yaml"), "openapi.yaml")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if message, err := command.CombinedOutput(); err != nil {
		t.Fatalf("generate the code: %v\n%s", err, message)
	}
	want, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("gen_api.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("gen_api.go is not what openapi.yaml says: run `go generate ./server/api`")
	}
}

func TestDescriptionIsServedAndWhole(t *testing.T) {
	t.Parallel()
	served := newWorld(t).nobody().get("/openapi.json").want(200)
	var doc struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(served.body, &doc); err != nil || doc.OpenAPI != "3.0.3" {
		t.Fatalf("the description is served as %.100s: %v", served.body, err)
	}
	if doc.Paths["/flows/{flow_id}/draft"] == nil || doc.Paths["/hooks/{hook_key}"] == nil {
		t.Error("the served description lacks paths")
	}
	// Every operation names itself, explains itself, and says how it fails.
	parsed, err := api.Document(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for path, item := range parsed.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s has no id, summary or tag of its own", method, path)
			}
			ids[op.OperationID] = true
			if op.Responses.Default() == nil && op.OperationID != "getHealth" {
				t.Errorf("%s does not say how it fails", op.OperationID)
			}
		}
	}
}

func TestEveryAddressAnswersInTheAPIsForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner().get("/no/such/address").problem(404, "not_found")
	w.nobody().get("/no/such/address").problem(404, "not_found")
	w.owner().delete("/flows").problem(405, "method_not_allowed")
	w.owner().get("//api").problem(404, "not_found")
	w.owner().get("//hooks").problem(404, "not_found")
	w.nobody().get("//healthz").want(200)
	w.nobody().get("//readyz").want(200)
	if metrics := w.owner().get("//metrics").want(200); !bytes.Contains(metrics.body, []byte(`sluice_http_requests_total{operation="getHealth",status="200"} 1`)) {
		t.Error("requests are not counted by operation")
	}
}
