package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/server/api"
)

func inputs(phone, code string) map[string]any {
	return map[string]any{"inputs": map[string]any{"customerPhoneNumber": phone, "verificationCode": code}}
}

// example is the id of the demo's flow.
func (c *client) example() string {
	c.w.t.Helper()
	return into[api.FlowList](c.get("/flows?q=OTP").want(http.StatusOK)).Items[0].Id
}

// manualPhones lets the person at the phone decide everything.
func (c *client) manualPhones() {
	c.w.t.Helper()
	c.put("/simulator/rules", map[string]any{"rules": []any{map[string]any{"recipient": "*", "manual": true}}}).want(http.StatusOK)
}

func TestOneCallSendsAnOTPThroughTheFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	answer := c.post("/flows/"+c.example()+"/runs", inputs("+639171234567", "424242")).want(http.StatusCreated)
	started := into[api.RunSummary](answer)
	if answer.header.Get("Location") != api.BasePath+"/runs/"+started.Id || started.Status != api.RunStatusWaiting || started.Node != "viber_ph" ||
		started.Trigger != "api" || started.Recipient != "+63917•••4567" || started.DueAt == nil || started.EndedAt != nil {
		t.Errorf("the started run is %s", answer.body)
	}
	var onPhone api.PhoneMessage
	w.eventually("the message reaches the phone", func() bool {
		list := into[api.PhoneMessageList](c.get("/simulator/messages?recipient=%2B639171234567&channel_type=viber"))
		if len(list.Items) == 1 {
			onPhone = list.Items[0]
		}
		return len(list.Items) == 1
	})
	if !strings.Contains(onPhone.Text, "424242") || onPhone.Status != "sent" || onPhone.RunId != started.Id || onPhone.Channel != "viber-main" {
		t.Errorf("the phone shows %+v", onPhone)
	}
	c.post("/simulator/messages/"+onPhone.Id+"/read", nil).want(http.StatusOK)
	var run api.Run
	w.eventually("the run ends", func() bool {
		run = into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK))
		return run.Status == api.RunStatusCompleted
	})
	if run.Outcome != "next" || run.FlowName != "OTP by country" || run.FlowVersion != 1 || run.EndedAt == nil || len(run.Steps) != 3 || len(run.Messages) != 1 {
		t.Errorf("the ended run is %+v", run)
	}
	last := run.Steps[len(run.Steps)-1]
	if last.Node != "viber_ph" || last.Type != "send_viber" || last.Name != "Viber (PH)" || last.Port != "next" || last.LeftAt == nil {
		t.Errorf("the last step is %+v", last)
	}
	if run.Variables["country"] != "PH" || run.Variables["customerPhoneNumber"] != "+639171234567" || run.Variables["verificationCode"] == "424242" {
		t.Errorf("the variables are %v", run.Variables)
	}
	m := run.Messages[0]
	if m.Status != "read" || m.DeliveredAt == nil || m.ReadAt == nil || m.To != "+639171234567" || strings.Contains(m.Text, "424242") || m.Visit != 3 {
		t.Errorf("the message is %+v", m)
	}
	if definition := c.get("/runs/" + run.Id + "/definition").want(http.StatusOK); !strings.Contains(string(definition.body), `"viber_ph"`) {
		t.Errorf("the run's definition is %s", definition.body)
	}
	stats := into[api.Flow](c.get("/flows/" + run.FlowId))
	if stats.Runs24h.Total != 1 || stats.Runs24h.Buckets[23] != 1 || stats.Reach24h != (api.Reach{Reached: 1, Ended: 1}) {
		t.Errorf("the flow's last day is %+v %+v", stats.Runs24h, stats.Reach24h)
	}
}

func TestNumbersComeAsTheyAreOrNotAtAll(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	const definition = `{"schema": "sluice/v1", "name": "Numbers", "nodes": [{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "n", "type": "integer"}, {"name": "j", "type": "json"}]}},
		{"id": "v", "type": "set_variables", "config": {"variables": [{"name": "out", "value": "{{[n, j, contact.account]}}"}, {"name": "text", "value": "{{n}} {{contact.account}}"}]}}],
		"edges": [{"from": "start", "port": "next", "to": "v"}]}`
	flow := into[api.ImportedFlow](c.post("/flows/import", definition).want(http.StatusCreated)).Id
	c.post("/flows/"+flow+"/publish", nil).want(http.StatusOK)
	started := into[api.RunSummary](c.post("/flows/"+flow+"/runs", `{"inputs": {"n": 9007199254740993, "j": {"m": -9223372036854775808}}, "contact": {"account": 9223372036854775807}}`).want(http.StatusCreated))
	answer := c.get("/runs/" + started.Id).want(http.StatusOK)
	for _, want := range []string{`"out":[9007199254740993,{"m":-9223372036854775808},9223372036854775807]`, `"text":"9007199254740993 9223372036854775807"`} {
		if !strings.Contains(string(answer.body), want) {
			t.Errorf("%s is not in %s", want, answer.body)
		}
	}
	for body, code := range map[string]string{
		`{"inputs": {"n": 12345678901234567890}}`: "invalid_inputs", `{"inputs": {"j": [0.12345678901234567891]}}`: "invalid_inputs", `{"contact": {"account": 12345678901234567891}}`: "invalid",
	} {
		c.post("/flows/"+flow+"/runs", body).problem(http.StatusUnprocessableEntity, code)
	}
	preview := c.post("/preview", `{"definition": `+definition+`, "texts": [{"kind": "template", "text": "{{x}}"}], "sample": {"variables": {"x": 9007199254740993}}}`).want(http.StatusOK)
	if !strings.Contains(string(preview.body), `"value":9007199254740993`) {
		t.Errorf("the preview is %s", preview.body)
	}
}

func TestARunThatWaitsForAMessagesTimeSaysWhenItIsSent(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	const definition = `{"schema": "sluice/v1", "name": "Later", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "phone", "type": "phone", "required": true}, {"name": "at", "type": "string"}]}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{phone}}", "category": "notification", "send_at": "{{at}}",
			"message": {"type": "text", "text": "Your appointment is at nine."}, "delivered_within": "1h"}}],
		"edges": [{"from": "start", "port": "next", "to": "sms"}]}`
	flow := into[api.ImportedFlow](c.post("/flows/import", definition).want(http.StatusCreated)).Id
	c.post("/flows/"+flow+"/publish", nil).want(http.StatusOK)
	c.manualPhones()
	at := time.Now().Add(72 * time.Hour).UTC().Truncate(time.Second)
	for name, tt := range map[string]struct {
		at   string
		want *time.Time
	}{
		"for later":   {at.Format(time.RFC3339), &at},
		"for at once": {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := c.with("Idempotency-Key", "appointment "+name)
			body := map[string]any{"inputs": map[string]any{"phone": "+639171234567", "at": tt.at}}
			started := into[api.RunSummary](key.post("/flows/"+flow+"/runs", body).want(http.StatusCreated))
			again := into[api.RunSummary](key.post("/flows/"+flow+"/runs", body).want(http.StatusCreated))
			detail := into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK))
			var listed api.RunSummary
			for _, r := range into[api.RunList](c.get("/runs?flow=" + flow).want(http.StatusOK)).Items {
				if r.Id == started.Id {
					listed = r
				}
			}
			for where, got := range map[string]*time.Time{"the answer": started.SendsAt, "the answer to a repetition": again.SendsAt, "the run": detail.SendsAt, "the list": listed.SendsAt} {
				if (got == nil) != (tt.want == nil) || got != nil && !got.Equal(*tt.want) {
					t.Errorf("%s says that it is sent at %v; want %v", where, got, tt.want)
				}
			}
			cancelled := into[api.RunSummary](c.post("/runs/"+started.Id+"/cancel", map[string]any{}).want(http.StatusOK))
			if detail = into[api.Run](c.get("/runs/" + started.Id).want(http.StatusOK)); cancelled.SendsAt != nil || detail.SendsAt != nil {
				t.Errorf("the cancelled run still sends at %v, %v", cancelled.SendsAt, detail.SendsAt)
			}
		})
	}
}

func TestWrongInputsStartNothing(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	path := "/flows/" + c.example() + "/runs"
	for name, f := range map[string]struct {
		body   string
		fields string
	}{
		"no inputs":        {`{}`, "customerPhoneNumber verificationCode"},
		"empty inputs":     {`{"inputs": {}}`, "customerPhoneNumber verificationCode"},
		"one is missing":   {`{"inputs": {"customerPhoneNumber": "+639171234567"}}`, "verificationCode"},
		"no phone number":  {`{"inputs": {"customerPhoneNumber": "12", "verificationCode": "1"}}`, "customerPhoneNumber"},
		"a wrong type":     {`{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": ["1"]}}`, "verificationCode"},
		"one too many":     {`{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": "1", "extra": 1}}`, "extra"},
		"several at once":  {`{"inputs": {"customerPhoneNumber": 5, "verificationCode": null, "a/b": 1}}`, "a/b customerPhoneNumber verificationCode"},
		"case is no typo":  {`{"inputs": {"CustomerPhoneNumber": "+639171234567", "verificationCode": "1"}}`, "CustomerPhoneNumber customerPhoneNumber"},
		"template in text": {`{"inputs": {"customerPhoneNumber": "{{1}}", "verificationCode": "1"}}`, "customerPhoneNumber"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.post(path, f.body).problem(http.StatusUnprocessableEntity, "invalid_inputs")
			found := map[string]bool{}
			for _, e := range *p.Errors {
				found[e.Field] = true
				if want := "/inputs/" + strings.ReplaceAll(e.Field, "/", "~1"); e.Code == "" || e.Message == "" || e.Pointer != want {
					t.Errorf("the problem is %+v; its pointer should be %s", e, want)
				}
			}
			for want := range strings.FieldsSeq(f.fields) {
				if !found[want] {
					t.Errorf("no problem for %s in %+v", want, *p.Errors)
				}
			}
			if len(found) != len(strings.Fields(f.fields)) {
				t.Errorf("the problems are %+v; want %s", *p.Errors, f.fields)
			}
		})
	}
	c.post(path, `{"inputs": []}`).problem(http.StatusUnprocessableEntity, "invalid")
	c.post(path, nil).problem(http.StatusBadRequest, "no_body")
	if runs := into[api.RunList](c.get("/runs")); len(runs.Items) != 0 {
		t.Errorf("%d runs were started", len(runs.Items))
	}
}

func TestSameIdempotencyKeyGivesTheSameRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	path := "/flows/" + c.example() + "/runs"
	keyed := c.with("Idempotency-Key", "order-1")

	// All at once: one of them starts the run, and all get it.
	var mu sync.Mutex
	var wg sync.WaitGroup
	ids, created := map[string]int{}, 0
	for range 8 {
		wg.Go(func() {
			a := keyed.post(path, inputs("+639171234567", "1"))
			mu.Lock()
			defer mu.Unlock()
			ids[into[api.RunSummary](a).Id]++
			switch replayed := a.header.Get("Idempotent-Replayed"); {
			case a.status == http.StatusCreated && replayed == "":
				created++
			case a.status == http.StatusCreated && replayed == "true":
			default:
				t.Errorf("a repetition answers %d with Idempotent-Replayed %q", a.status, replayed)
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || created != 1 {
		t.Errorf("eight requests made %d runs and %d were answered as new", len(ids), created)
	}
	keyed.post(path, inputs("+639171234567", "2")).problem(http.StatusUnprocessableEntity, "idempotency_mismatch")
	c.with("Idempotency-Key", "order-2").post(path, inputs("+639171234567", "1")).want(http.StatusCreated)
	other := c.published(smallFlow("Other", "x"))
	keyed.post("/flows/"+other+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}).want(http.StatusCreated)
	c.with("Idempotency-Key", "caf\xe9").post(path, inputs("+639171234567", "1")).problem(http.StatusBadRequest, "bad_idempotency_key")
	c.with("Idempotency-Key", strings.Repeat("k", 256)).post(path, inputs("+639171234567", "1")).problem(http.StatusBadRequest, "bad_idempotency_key")
}

func TestRunsAreListedFilteredAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	otp, other := c.example(), c.published(smallFlow("Other", "x"))
	var ids []string
	for i := range 5 {
		run := into[api.RunSummary](c.post("/flows/"+otp+"/runs", inputs(fmt.Sprintf("+63917123456%d", i), "1")).want(http.StatusCreated))
		ids = append([]string{run.Id}, ids...)
	}
	last := into[api.RunSummary](c.post("/flows/"+other+"/runs", map[string]any{"inputs": map[string]any{"phone": "+60123456789"}}).want(http.StatusCreated))
	c.post("/runs/"+last.Id+"/cancel", map[string]string{"reason": "a test"}).want(http.StatusOK)
	for query, want := range map[string][]string{
		"?":                               append([]string{last.Id}, ids...),
		"?flow=" + otp:                    ids,
		"?status=cancelled":               {last.Id},
		"?status=waiting&flow=" + otp:     ids,
		"?status=failed":                  nil,
		"?q=" + ids[2]:                    {ids[2]},
		"?q=%2B6391712345&status=waiting": ids,
		// Written in another way, it is a whole address.
		"?q=%28%2B63%29%20917%20123%204562": {ids[2]},
		"?q=%25":                            nil,
		"?flow=none":                        nil,
		"?status=cancelled&q=%2B601234567":  {last.Id},
	} {
		for _, limit := range []int{1, 4, 100} {
			var got []string
			cursor := ""
			for {
				path := fmt.Sprintf("/runs%s&limit=%d", query, limit)
				if cursor != "" {
					path += "&cursor=" + cursor
				}
				page := into[api.RunList](c.get(path).want(http.StatusOK))
				for _, r := range page.Items {
					got = append(got, r.Id)
				}
				if page.NextCursor == nil {
					break
				}
				cursor = *page.NextCursor
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s in pages of %d: %v, want %v", query, limit, got, want)
			}
		}
	}
	c.get("/runs?status=lost").problem(http.StatusBadRequest, "bad_parameter")
}

func TestWaitingRunCanBeCancelledOnce(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	c.manualPhones()
	run := into[api.RunSummary](c.post("/flows/"+c.example()+"/runs", inputs("+639171234567", "1")).want(http.StatusCreated))
	cancelled := into[api.RunSummary](c.post("/runs/"+run.Id+"/cancel", nil).want(http.StatusOK))
	if cancelled.Status != api.RunStatusCancelled || cancelled.EndedAt == nil || cancelled.DueAt != nil {
		t.Errorf("the cancelled run is %+v", cancelled)
	}
	c.post("/runs/"+run.Id+"/cancel", nil).problem(http.StatusConflict, "run_ended")
	c.post("/runs/none/cancel", nil).problem(http.StatusNotFound, "not_found")
}

func TestRunKeepsItsVersionAndSurvivesItsFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	id := c.published(smallFlow("Versions", "the first text"))
	body := map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}
	old := into[api.RunSummary](c.post("/flows/"+id+"/runs", body).want(http.StatusCreated))
	c.with("If-Match", "*").put("/flows/"+id+"/draft", smallFlow("Versions", "the second text")).want(http.StatusOK)
	c.post("/flows/"+id+"/publish", nil).want(http.StatusOK)
	if next := into[api.RunSummary](c.post("/flows/"+id+"/runs", body).want(http.StatusCreated)); old.FlowVersion != 1 || next.FlowVersion != 2 {
		t.Errorf("the runs execute the versions %d and %d; want 1 and 2", old.FlowVersion, next.FlowVersion)
	}
	c.delete("/flows/" + id).want(http.StatusNoContent)
	if kept := into[api.Run](c.get("/runs/" + old.Id).want(http.StatusOK)); kept.Status != api.RunStatusWaiting || kept.FlowName != "Versions" {
		t.Errorf("after its flow was deleted the run is %+v", kept)
	}
	if definition := c.get("/runs/" + old.Id + "/definition").want(http.StatusOK); !strings.Contains(string(definition.body), "the first text") {
		t.Errorf("the run's definition is %s", definition.body)
	}
}
