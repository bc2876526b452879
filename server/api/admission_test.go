package api_test

import (
	"net/http"
	"testing"

	"sluice/server"
	"sluice/server/api"
)

// TestOneWorkspaceCannotTakeAllEventStreams: a workspace has a quarter of them,
// and a place that is given back can be taken again.
func TestOneWorkspaceCannotTakeAllEventStreams(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *server.Options) { o.Requests = api.Limits{Streams: 8} })
	_, end := w.owner().listen(t)
	w.owner().listen(t)
	p := w.owner().get("/events").problem(http.StatusTooManyRequests, "too_many_streams")
	if p.RetryAfter == nil || p.Hint == nil {
		t.Errorf("the problem is %+v", p)
	}
	end()
	for {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+api.BasePath+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = w.owner().header
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		// The server learns of a stream's end a moment after its client.
		if response.StatusCode == http.StatusOK {
			return
		}
	}
}
