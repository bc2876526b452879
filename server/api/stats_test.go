package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/api"
)

// ended runs the example to an end that somebody at the phone decides.
func (c *client) ended(phone, mark string) api.Run {
	c.w.t.Helper()
	started := into[api.RunSummary](c.post("/flows/"+c.example()+"/runs", inputs(phone, "424242")).want(http.StatusCreated))
	var message string
	c.w.eventually("the message reaches the phone", func() bool {
		list := into[api.PhoneMessageList](c.get("/simulator/messages?channel_type=viber&recipient=" + strings.Replace(phone, "+", "%2B", 1)))
		if len(list.Items) > 0 {
			message = list.Items[0].Id
		}
		return message != ""
	})
	c.post("/simulator/messages/"+message+"/"+mark, nil).want(http.StatusOK)
	var run api.Run
	c.w.eventually("the run ends", func() bool {
		run = into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK))
		return run.Status != api.RunStatusWaiting
	})
	return run
}

func TestStatisticsShowWhatBecameOfTheRunsOfAPeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	path := "/flows/" + c.example() + "/stats"
	before := into[api.FlowStats](c.get(path).want(http.StatusOK))
	if before.Started != 0 || len(before.Nodes)+len(before.Ends)+len(before.Channels)+len(before.Versions) != 0 || len(before.Series) != 24 {
		t.Errorf("without runs it is %+v", before)
	}
	c.ended("+639171234567", "read")
	c.ended("+639171234568", "read")
	waiting := into[api.RunSummary](c.post("/flows/"+c.example()+"/runs", inputs("+639171234569", "1")).want(http.StatusCreated))
	c.post("/runs/"+waiting.Id+"/cancel", map[string]string{}).want(http.StatusOK)
	w.eventually("the third message is on its way", func() bool {
		return into[api.Run](c.get("/runs/" + waiting.Id)).Messages[0].Status != "queued"
	})

	got := into[api.FlowStats](c.get(path + "?version=1").want(http.StatusOK))
	if got.Started != 3 || got.Reached != 2 || got.Completed != 2 || got.Failed != 0 || got.Cancelled != 1 || got.BucketSeconds != 3600 {
		t.Errorf("the counts are %+v", got)
	}
	if diff := cmp.Diff([]int{1}, got.Versions); diff != "" {
		t.Error(diff)
	}
	want := []api.NodeStats{
		{Node: "country", Entered: 3, Ports: []api.PortStats{{Port: "ph", Count: 3}}},
		{Node: "start", Entered: 3, Ports: []api.PortStats{{Port: "next", Count: 3}}},
		{Node: "viber_ph", Entered: 3, Ended: 3, Ports: []api.PortStats{{Port: "next", Count: 2}}},
	}
	if diff := cmp.Diff(want, got.Nodes); diff != "" {
		t.Error(diff)
	}
	ends := []api.EndStats{
		{Node: "viber_ph", Outcome: "next", Status: api.RunStatusCompleted, Count: 2},
		{Node: "viber_ph", Outcome: "cancelled", Status: api.RunStatusCancelled, Count: 1},
	}
	if diff := cmp.Diff(ends, got.Ends); diff != "" {
		t.Error(diff)
	}
	if len(got.Channels) != 1 {
		t.Fatalf("the channels are %+v", got.Channels)
	}
	ch := got.Channels[0]
	if ch.Channel != "viber-main" || ch.ChannelType != "viber" || ch.Node != "viber_ph" || ch.Queued != 3 || ch.Delivered != 2 || ch.Read != 2 {
		t.Errorf("the channel is %+v", ch)
	}
	started := 0
	for _, p := range got.Series {
		started += p.Started
	}
	if started != 3 {
		t.Errorf("the series is %+v", got.Series)
	}
	if none := into[api.FlowStats](c.get(path + "?version=2").want(http.StatusOK)); none.Started != 0 {
		t.Errorf("another version has %+v", none)
	}
}

func TestThePeriodOfStatisticsIsChecked(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	path := "/flows/" + c.example() + "/stats"
	for _, tt := range []struct {
		query  string
		points int
		bucket time.Duration
	}{
		{"?from=2026-03-01T09:30:00Z&to=2026-03-01T11:00:00Z", 2, time.Hour},
		{"?from=2026-03-01T09:30:00Z&to=2026-03-01T11:00:01Z", 3, time.Hour},
		{"?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z", 28, 6 * time.Hour},
		{"?from=2026-03-01T00:00:00Z&to=2026-03-31T00:00:00Z", 30, 24 * time.Hour},
		{"?from=2026-03-01T00:00:00Z&to=2026-06-09T00:00:00Z", 15, 7 * 24 * time.Hour},
	} {
		got := into[api.FlowStats](c.get(path + tt.query).want(http.StatusOK))
		if len(got.Series) != tt.points || got.BucketSeconds != int(tt.bucket.Seconds()) || !got.Series[0].At.Equal(got.From) {
			t.Errorf("%s: %d points of %d s from %s", tt.query, len(got.Series), got.BucketSeconds, got.From)
		}
	}
	for _, query := range []string{
		"?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "?from=2020-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "?from=yesterday", "?version=0",
	} {
		if got := c.get(path + query); got.status < 400 || got.status >= 500 {
			t.Errorf("%s is answered with %d: %s", query, got.status, got.body)
		}
	}
}

func TestARunTellsWhatEachStepWaitedForAndBeganWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	run := c.ended("+639171234567", "read")
	var by []string
	for _, s := range run.Steps {
		by = append(by, s.Node+" "+s.LeftBy)
	}
	if diff := cmp.Diff([]string{"start ", "country ", "viber_ph receipt"}, by); diff != "" {
		t.Error(diff)
	}
	if run.Inputs["customerPhoneNumber"] != "+639171234567" || run.Inputs["verificationCode"] == "424242" || run.Inputs["country"] != nil {
		t.Errorf("the inputs are %v", run.Inputs)
	}
	if run.Messages[0].Template != nil {
		t.Errorf("a text message has the template %+v", run.Messages[0].Template)
	}
}

// templateFlow sends a template whose parameter is secret.
const templateFlow = `{"schema": "sluice/v1", "name": "By template",
 "nodes": [
  {"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
   {"name": "phone", "type": "phone", "required": true}, {"name": "code", "type": "string", "secret": true}, {"name": "who", "type": "string"}]}},
  {"id": "wa", "type": "send_whatsapp", "config": {"channel": "whatsapp-main", "to": "{{phone}}",
   "message": {"type": "template", "template": "greeting", "language": "en", "parameters": ["{{who}}", "{{code}}"]}}}],
 "edges": [{"from": "start", "port": "next", "to": "wa"}]}`

func TestTheTextOfATemplateMessageIsShownAsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	template := into[api.Template](c.post("/templates", map[string]any{
		"slug": "greeting", "name": "Greeting", "language": "en", "channel_type": "whatsapp", "category": "UTILITY",
		"text": "Hello {{1}}, your code is {{2}}.", "status": "approved",
	}).want(http.StatusCreated))
	id := c.imported(templateFlow).Id
	c.post("/flows/"+id+"/publish", nil).want(http.StatusOK)
	started := into[api.RunSummary](c.post("/flows/"+id+"/runs", map[string]any{
		"inputs": map[string]any{"phone": "+639171234567", "code": "424242", "who": "Ann"},
	}).want(http.StatusCreated))
	run := into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK))
	m := run.Messages[0]
	if !strings.HasPrefix(m.Text, "Hello Ann, your code is ••") || strings.Contains(m.Text, "424242") {
		t.Errorf("the text is %q", m.Text)
	}
	if m.Template == nil || m.Template.Slug != "greeting" || m.Template.Name != "Greeting" || m.Template.Language != "en" || len(m.Template.Parameters) != 2 ||
		m.Template.Parameters[1] == "424242" {
		t.Errorf("the template is %+v", m.Template)
	}
	// A template that is gone leaves its name.
	c.delete("/templates/" + template.Id).want(http.StatusNoContent)
	m = into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK)).Messages[0]
	if m.Text != "" || m.Template == nil || m.Template.Name != "greeting" {
		t.Errorf("without its template the message is %+v", m)
	}
}
