package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"sluice/server/api"
	"sluice/server/testhost"
)

// event is one server-sent event.
type event struct {
	id, name string
	data     map[string]any
}

// listen opens the stream of events. It fails the test when nothing comes for
// a long time.
func (c *client) listen(t *testing.T) (next func() event, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.w.url+api.BasePath+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = c.header.Clone()
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream answers %d %s", response.StatusCode, response.Header.Get("Content-Type"))
	}
	events := make(chan event)
	go func() {
		defer close(events)
		defer func() { _ = response.Body.Close() }()
		read(ctx, response.Body, events)
	}()
	t.Cleanup(cancel)
	return func() event {
		t.Helper()
		return testhost.Within(t, events, "an event comes")
	}, cancel
}

func read(ctx context.Context, body io.Reader, events chan<- event) {
	var e event
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			if json.Unmarshal([]byte(value), &e.data) != nil {
				e.name = "broken: " + value
			}
		case "":
			if e.name == "" {
				continue
			}
			select {
			case events <- e:
			case <-ctx.Done():
				return
			}
			e = event{}
		}
	}
}

func TestStreamTellsWhatHappensInTheWorkspaceOnly(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	c, other := w.owner(), w.key(otherOwnerKey)
	viewer := w.key(into[api.CreatedAPIKey](c.post("/api-keys", map[string]string{"name": "v", "role": "viewer"}).want(http.StatusCreated)).Key)
	c.manualPhones()
	next, _ := c.listen(t)
	viewersNext, _ := viewer.listen(t)
	othersNext, _ := other.listen(t)

	run := into[api.RunSummary](c.post("/flows/"+c.example()+"/runs", inputs("+639171234567", "1")).want(http.StatusCreated))
	seen := map[string]bool{}
	ids := map[string]bool{}
	for !seen["phone"] || !seen["run"] {
		e := next()
		if e.id == "" || ids[e.id] {
			t.Errorf("the event %+v has no id of its own", e)
		}
		ids[e.id], seen[e.name] = true, true
		switch e.name {
		case "run":
			if e.data["id"] != run.Id || e.data["flow_id"] != run.FlowId || e.data["status"] != "waiting" || e.data["seq"] == nil {
				t.Errorf("the run's event is %+v", e)
			}
		case "phone":
			if e.data["run_id"] != run.Id || e.data["recipient"] != "+639171234567" || e.data["channel_type"] != "viber" {
				t.Errorf("the phone's event is %+v", e)
			}
		default:
			t.Errorf("an event %q came", e.name)
		}
	}
	channel := into[api.ChannelList](c.get("/channels?type=sms")).Items[0].Id
	c.post("/channels/"+channel+"/unbind?force=true", nil).want(http.StatusOK)
	for {
		e := viewersNext()
		if e.name == "phone" {
			t.Errorf("a viewer hears of phones: %+v", e)
		}
		if e.name == "channel" {
			if e.data["id"] != channel || e.data["status"] != "unbound" {
				t.Errorf("the channel's event is %+v", e)
			}
			break
		}
	}
	// The first thing that the other workspace hears is its own.
	own := into[api.Channel](other.post("/channels", map[string]any{"name": "own", "type": "sms", "kind": "simulator"}).want(http.StatusCreated))
	if e := othersNext(); e.name != "channel" || e.data["id"] != own.Id {
		t.Errorf("another workspace hears %+v", e)
	}
}

func TestStreamThatWasBrokenBeginsWithResync(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	next, end := c.with("Last-Event-ID", "abc-1").listen(t)
	if e := next(); e.name != "resync" {
		t.Errorf("the stream begins with %+v", e)
	}
	end()
}

func TestStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+api.BasePath+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = w.owner().header
	response, err := w.owner().http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	w.stop()
	// A stream that holds the stop up is cut off in the end, which is no end of its
	// own.
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}
