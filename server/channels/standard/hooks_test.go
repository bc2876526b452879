package standard_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Every provider's webhooks are forged through the real server: a provider
// without such a test fails here.
func TestEveryProvidersWebhooksAreForgedThroughTheServer(t *testing.T) {
	t.Parallel()
	all := registry(t)
	for _, k := range all.Kinds() {
		p, _ := all.Provider(k.Name)
		dir := filepath.Join("..", filepath.Base(reflect.TypeOf(p).Elem().PkgPath()))
		tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(tests) == 0 {
			t.Fatalf("%s: no tests in %s, %v", k.Name, dir, err)
		}
		for call, why := range map[string]string{
			"hooktest.Run(t, ":    "its webhooks are not forged through the server",
			"channeltest.Run(t, ": "it does not run the suite of providers",
		} {
			found := false
			for _, path := range tests {
				source, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				found = found || strings.Contains(string(source), call)
			}
			if !found {
				t.Errorf("%s: %s; write one as in kannel/hook_test.go", k.Name, why)
			}
		}
	}
}
