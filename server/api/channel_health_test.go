package api_test

import (
	"net/http"
	"testing"
	"time"

	"sluice/server/api"
)

func TestChannelHealthShowsWhatBecameOfItsMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	var id string
	for _, ch := range into[api.ChannelList](c.get("/channels")).Items {
		if ch.Slug == "sms-main" {
			id = ch.Id
		}
	}
	c.put("/simulator/rules", map[string]any{"rules": []any{
		map[string]any{"recipient": "+639171234567"}, map[string]any{"recipient": "+639171234568", "fail": map[string]any{"code": "30003", "message": "Unreachable"}},
	}})
	flow := c.published(smallFlow("Small", "Your code is {{code}}"))
	c.post("/flows/"+flow+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}).want(http.StatusCreated)
	health := func() api.ChannelHealth {
		return into[api.ChannelHealth](c.get("/channels/" + id + "/health").want(http.StatusOK))
	}
	w.eventually("the message is counted", func() bool { return health().Sent == 1 })
	h := health()
	if len(h.Series) != 24 || h.BucketSeconds != 3600 || h.Series[23].Sent+h.Series[22].Sent != 1 || h.Failed != 0 || len(h.Errors) != 0 || len(h.Failures) != 0 {
		t.Errorf("the health is %+v", h)
	}
	before := time.Now().Add(-48 * time.Hour).UTC()
	old := into[api.ChannelHealth](c.get("/channels/" + id + "/health?from=" + before.Add(-time.Hour).Format(time.RFC3339) + "&to=" + before.Format(time.RFC3339)).want(http.StatusOK))
	if old.Sent != 0 || old.Latency != nil {
		t.Errorf("before the message was sent there was %+v", old)
	}
	c.get("/channels/"+id+"/health?from="+before.Format(time.RFC3339)+"&to="+before.Add(-time.Hour*5).Format(time.RFC3339)).problem(http.StatusUnprocessableEntity, "invalid")
}
