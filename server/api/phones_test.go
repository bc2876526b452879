package api_test

import (
	"net/http"
	"strings"
	"testing"

	"sluice/server/api"
)

func TestPersonAtThePhoneDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	run := into[api.RunSummary](c.post("/flows/"+c.example()+"/runs", inputs("+639171234567", "424242")).want(http.StatusCreated))
	message := func(channelType string) api.PhoneMessage {
		var found api.PhoneMessage
		w.eventually("a message by "+channelType, func() bool {
			list := into[api.PhoneMessageList](c.get("/simulator/messages?run=" + run.Id + "&channel_type=" + channelType).want(http.StatusOK))
			if len(list.Items) > 0 {
				found = list.Items[len(list.Items)-1]
			}
			return len(list.Items) > 0
		})
		return found
	}
	viber := message("viber")
	failed := into[api.PhoneMessage](c.post("/simulator/messages/"+viber.Id+"/failed", map[string]string{"code": "blocked"}).want(http.StatusOK))
	if failed.Status != "failed" || failed.Code != "blocked" || failed.FailedAt == nil {
		t.Errorf("the failed message is %+v", failed)
	}
	whatsapp := message("whatsapp")
	if whatsapp.Content["type"] != "template" || !strings.Contains(whatsapp.Text, "424242") {
		t.Errorf("the template on the phone is %+v", whatsapp)
	}
	if delivered := into[api.PhoneMessage](c.post("/simulator/messages/"+whatsapp.Id+"/delivered", nil).want(http.StatusOK)); delivered.Status != "delivered" || delivered.DeliveredAt == nil {
		t.Errorf("the delivered message is %+v", delivered)
	}
	c.post("/simulator/messages/"+whatsapp.Id+"/delivered", nil).problem(http.StatusConflict, "status_backwards")
	c.post("/simulator/messages/"+whatsapp.Id+"/read", nil).want(http.StatusOK)
	c.post("/simulator/messages/"+whatsapp.Id+"/delivered", nil).problem(http.StatusConflict, "status_backwards")
	w.eventually("the run ends", func() bool { return into[api.Run](c.get("/runs/"+run.Id)).Status == api.RunStatusCompleted })
	c.post("/simulator/messages/none/read", nil).problem(http.StatusNotFound, "not_found")

	reply := into[api.PhoneMessage](c.post("/simulator/replies", map[string]string{"recipient": "639171234567", "channel_type": "whatsapp", "text": "{{verificationCode}} thanks"}).want(http.StatusCreated))
	if reply.Direction != "inbound" || reply.Status != "received" || reply.Recipient != "+639171234567" || reply.Text != "{{verificationCode}} thanks" || reply.Channel != "whatsapp-main" {
		t.Errorf("the reply is %+v", reply)
	}
	c.post("/simulator/replies", map[string]string{"recipient": "+639171234567", "channel_type": "whatsapp", "channel": "sms-main", "text": "x"}).problem(http.StatusUnprocessableEntity, "no_channel")
	phones := into[api.PhoneList](c.get("/simulator/phones").want(http.StatusOK))
	if len(phones.Items) != 1 || phones.Items[0].Messages != 3 || phones.Items[0].LastText != reply.Text || strings.Join(phones.Items[0].ChannelTypes, " ") != "whatsapp viber" {
		t.Errorf("the phones are %+v", phones.Items)
	}
	if newest := into[api.PhoneMessageList](c.get("/simulator/messages?limit=1")); len(newest.Items) != 1 || newest.Items[0].Id != reply.Id {
		t.Errorf("the newest message is %+v", newest.Items)
	}
	c.delete("/simulator/messages").want(http.StatusNoContent)
	if phones := into[api.PhoneList](c.get("/simulator/phones")); len(phones.Items) != 0 {
		t.Errorf("after clearing the phones are %+v", phones.Items)
	}
}

// INVARIANTS 32, by hand: two runs wait for one phone.
func TestATappedButtonAnswersItsOwnRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	flow := c.published(`{"schema": "sluice/v1", "name": "Consent", "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": [{"name": "order", "type": "string"}]}},
		{"id": "ask", "type": "ask", "config": {"channel_type": "whatsapp", "channel": "whatsapp-main", "to": "+639171234567", "reply_within": "1h", "output": "answer",
			"message": {"type": "buttons", "text": "Order {{order}}?", "buttons": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]}, "choices": [{"port": "yes"}, {"port": "no"}]}}
		], "edges": [{"from": "start", "port": "next", "to": "ask"}]}`)
	begin := func(order string) (run string, question api.PhoneMessage) {
		t.Helper()
		run = into[api.RunSummary](c.post("/flows/"+flow+"/runs", map[string]any{"inputs": map[string]any{"order": order}}).want(http.StatusCreated)).Id
		w.eventually("the question is on the phone", func() bool {
			list := into[api.PhoneMessageList](c.get("/simulator/messages?run=" + run)).Items
			if len(list) > 0 {
				question = list[0]
			}
			return len(list) > 0
		})
		return run, question
	}
	reply := func(fields map[string]string) answer {
		t.Helper()
		fields["recipient"], fields["channel_type"] = "+639171234567", "whatsapp"
		return c.post("/simulator/replies", fields)
	}
	ends := func(run, outcome, matched string) {
		t.Helper()
		var r api.Run
		w.eventually("the run ends", func() bool {
			r = into[api.Run](c.get("/runs/" + run))
			return r.Status != api.RunStatusWaiting
		})
		last := r.Messages[len(r.Messages)-1]
		if r.Outcome != outcome || last.Direction != api.MessageDirectionInbound || string(last.Matched) != matched {
			t.Errorf("the run ended %q with %q, matched %q", r.Outcome, last.Text, last.Matched)
		}
	}
	first, question := begin("1")
	second, _ := begin("2")
	third, _ := begin("3")
	reply(map[string]string{"text": "Yes", "button_id": "yes", "reply_to": question.Id}).want(http.StatusCreated)
	ends(first, "yes", "quoted")
	reply(map[string]string{"text": "no"}).want(http.StatusCreated)
	ends(third, "no", "address")
	if r := into[api.Run](c.get("/runs/" + second)); r.Status != api.RunStatusWaiting || r.Messages[0].Matched != "" {
		t.Errorf("the run that nobody answered is %s", r.Status)
	}
	reply(map[string]string{"text": "x", "reply_to": "nothing"}).problem(http.StatusUnprocessableEntity, "no_message")
	reply(map[string]string{"text": "x", "reply_to": question.Id, "channel": "viber-main"}).problem(http.StatusUnprocessableEntity, "no_message")
}

// In a group that nobody in particular is asked in, whoever holds the phone answers.
func TestAGroupAnswersFromItsPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	c.manualPhones()
	channel := into[api.Channel](c.post("/channels", map[string]any{"slug": "group", "name": "Group", "type": "wecom", "kind": "simulator"}).want(http.StatusCreated))
	c.post("/channels/"+channel.Id+"/bind", nil).want(http.StatusOK)
	flow := c.published(`{"schema": "sluice/v1", "name": "Shift", "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": []}},
		{"id": "ask", "type": "ask", "config": {"channel_type": "wecom", "channel": "group", "reply_within": "1h", "message": {"type": "text", "text": "Who comes?"}}}
		], "edges": [{"from": "start", "port": "next", "to": "ask"}]}`)
	run := into[api.RunSummary](c.post("/flows/"+flow+"/runs", map[string]any{"inputs": map[string]any{}}).want(http.StatusCreated)).Id
	w.eventually("the question is on the phone", func() bool {
		return len(into[api.PhoneMessageList](c.get("/simulator/messages?run="+run)).Items) == 1
	})
	c.post("/simulator/replies", map[string]string{"recipient": "", "channel_type": "wecom", "text": "I do"}).want(http.StatusCreated)
	w.eventually("the run ends", func() bool { return into[api.Run](c.get("/runs/"+run)).Outcome == "replied" })
	c.post("/simulator/replies", map[string]string{"recipient": " ", "channel_type": "whatsapp", "text": "I do"}).problem(http.StatusUnprocessableEntity, "invalid")
}

func TestPhoneRulesAreStoredAndChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWorldIn(t, dir)
	c := w.owner()
	rules := `{"rules":[
		{"recipient": "+63*", "channel_type": "viber", "delivered_after": "never"},
		{"recipient": "+60123456789", "fail": {"when": "send", "class": "permanent", "code": "21211"}},
		{"recipient": "+1*", "fail": {"when": "receipt", "after": "5s"}},
		{"recipient": "*", "delivered_after": "1d", "read_after": "26h", "reply": {"after": "3s", "text": "YES"}},
		{"recipient": "+44*", "manual": true}]}`
	stored := c.put("/simulator/rules", rules).want(http.StatusOK)
	got := into[api.PhoneRules](stored)
	if len(got.Rules) != 5 || *got.Rules[0].DeliveredAfter != "never" || *got.Rules[3].ReadAfter != "1d2h" || *got.Rules[3].Reply.After != "3s" ||
		got.Rules[1].Fail.When != "send" || *got.Rules[2].Fail.After != "5s" || !*got.Rules[4].Manual {
		t.Errorf("the rules are stored as %s", stored.body)
	}
	for body, pointer := range map[string]string{
		`{"rules": [{"recipient": "*", "delivered_after": "soon"}]}`:                                  "/rules/0/delivered_after",
		`{"rules": [{"recipient": "*"}, {"recipient": "a b"}]}`:                                       "/rules/1/recipient",
		`{"rules": [{"recipient": "*", "fail": {"when": "receipt", "after": "-1s"}}]}`:                "/rules/0/fail/after",
		`{"rules": [{"recipient": "*", "reply": {"text": ""}}]}`:                                      "/rules/0/reply/text",
		`{"rules": [{"recipient": "*", "fail": {"when": "never"}}]}`:                                  "/rules/0/fail/when",
		`{"rules": [{"recipient": "*", "channel_type": "pigeon"}]}`:                                   "/rules/0/channel_type",
		`{"rules": [{"recipient": ""}]}`:                                                              "/rules/0/recipient",
		`{"rules": [{"recipient": "*", "reply": {"text": "` + strings.Repeat("x", 4097) + `"}}]}`:     "/rules/0/reply/text",
		`{"rules": [{"recipient": "*", "read_after": "400d", "delivered_after": "1s"}]}`:              "/rules/0/read_after",
		`{"rules": [{"recipient": "*", "fail": {"when": "send", "class": "sometimes"}, "manual":1}]}`: "/rules/0/fail/class",
	} {
		p := c.put("/simulator/rules", body).problem(http.StatusUnprocessableEntity, "invalid")
		found := false
		for _, e := range *p.Errors {
			found = found || e.Pointer == pointer
		}
		if !found {
			t.Errorf("%.80s: the problems are %+v; want one at %s", body, *p.Errors, pointer)
		}
	}
	w.stop()
	if again := newWorldIn(t, dir).owner().get("/simulator/rules").want(http.StatusOK); string(again.body) != string(stored.body) {
		t.Errorf("after a restart the rules are %s", again.body)
	}
}

func TestPhonesShowAfterARestartWhatTheyShowedBefore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWorldIn(t, dir)
	w.owner().manualPhones()
	run := into[api.RunSummary](w.owner().post("/flows/"+w.owner().example()+"/runs", inputs("+60123456789", "31337")).want(http.StatusCreated))
	var before answer
	w.eventually("the message reaches the phone", func() bool {
		before = w.owner().get("/simulator/messages")
		return len(into[api.PhoneMessageList](before).Items) == 1
	})
	w.stop()
	again := newWorldIn(t, dir)
	c := again.owner()
	list := into[api.PhoneMessageList](c.get("/simulator/messages"))
	if len(list.Items) != 1 || !strings.Contains(list.Items[0].Text, "31337") {
		t.Fatalf("after a restart the phone shows %+v; before %s", list.Items, before.body)
	}
	c.post("/simulator/messages/"+list.Items[0].Id+"/read", nil).want(http.StatusOK)
	again.eventually("the run ends", func() bool { return into[api.Run](c.get("/runs/"+run.Id)).Status == api.RunStatusCompleted })
}
