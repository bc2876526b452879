package api_test

import (
	"net/http"
	"testing"
)

// PostgreSQL keeps no text with U+0000, and SQLite must not keep what cannot
// be moved there.
func TestWhatIsNotTextIsRefused(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	for name, tt := range map[string]struct {
		method, path string
		body         any
		status       int
	}{
		"a channel's name": {http.MethodPost, "/channels", map[string]any{"name": "a\x00b", "type": "sms", "kind": "simulator"}, http.StatusUnprocessableEntity},
		"a flow's name":    {http.MethodPost, "/flows", map[string]any{"name": "a\x00b"}, http.StatusUnprocessableEntity},
		"a document":       {http.MethodPost, "/flows/import", map[string]any{"schema": "sluice/v1", "name": "a\x00b"}, http.StatusUnprocessableEntity},
		"a backslash":      {http.MethodPost, "/flows", map[string]any{"name": `a\u0000b`}, http.StatusCreated},
		"a query":          {http.MethodGet, "/flows?q=%00", nil, http.StatusBadRequest},
		"bad UTF-8":        {http.MethodGet, "/flows?q=%ff", nil, http.StatusBadRequest},
		"an id":            {http.MethodGet, "/runs/%00", nil, http.StatusNotFound},
	} {
		if a := c.do(tt.method, tt.path, tt.body); a.status != tt.status {
			t.Errorf("%s: the answer is %d, want %d: %s", name, a.status, tt.status, a.body)
		}
	}
}
