package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/channels/twilio/twiliotest"
)

// TestInvariant17SecretsStaySecret sends a canary through everything and then
// looks for it in everything that comes out: answers, exports, the log at its
// most talkative, metrics, and the raw files.
func TestInvariant17SecretsStaySecret(t *testing.T) {
	t.Parallel()
	const (
		code     = "canary-code-8f14e45f"
		password = "canary-password-c9f0f895"
	)
	var log safeBuffer
	w := newWorld(t, withLocalVendors, func(o *server.Options) {
		o.Demo = false
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c := w.owner()
	var seen [][]byte
	see := func(a answer) answer {
		seen = append(seen, a.body, []byte(strings.Join(flatten(a.header), "\n")))
		return a
	}

	b := w.browser()
	see(b.post("/setup", map[string]string{"token": w.setupToken(), "name": "Ann", "email": ownerEmail, "password": password}).want(http.StatusCreated))
	see(b.post("/session", map[string]string{"email": ownerEmail, "password": "x" + password}).want(http.StatusUnauthorized))

	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }})
	ch := c.twilioChannel(t, "sms-main", fake)
	definition := strings.Replace(smallFlow("Canary", "Your code is {{code}}"), `"delivered_within": "1h"`, `"delivered_within": "1h", "read_within": "2h"`, 1)
	flow := into[api.ImportedFlow](see(c.post("/flows/import", strings.Replace(definition, `, "read_within": "2h"`, "", 1)).want(http.StatusCreated))).Id
	see(c.post("/flows/"+flow+"/publish", nil).want(http.StatusOK))
	body := map[string]any{"inputs": map[string]any{"phone": "+639171234567", "code": code}}
	run := into[api.RunSummary](see(c.with("Idempotency-Key", "canary").post("/flows/"+flow+"/runs", body).want(http.StatusCreated)))
	see(c.with("Idempotency-Key", "canary").post("/flows/"+flow+"/runs", body).want(http.StatusCreated))
	// What is refused is not repeated back.
	see(c.post("/flows/"+flow+"/runs", map[string]any{"inputs": map[string]any{"phone": code, "code": []string{code}, "more": code}}).want(http.StatusUnprocessableEntity))
	see(c.post("/flows/"+flow+"/runs", map[string]any{"inputs": code}).want(http.StatusUnprocessableEntity))
	see(c.post("/flows/"+flow+"/runs", `{"inputs": "`+code).want(http.StatusBadRequest))

	w.eventually("the vendor gets the message", func() bool { return len(fake.Messages()) == 1 })
	if got := fake.Messages()[0].Body; got != "Your code is "+code {
		t.Fatalf("the vendor gets %q: the canary did not travel", got)
	}
	w.eventually("the run knows that the vendor took it", func() bool {
		return into[api.Run](see(c.get("/runs/" + run.Id))).Messages[0].SentAt != nil
	})
	for _, path := range []string{
		"/flows", "/flows/" + flow, "/flows/" + flow + "/draft", "/flows/" + flow + "/export", "/flows/" + flow + "/versions/1", "/runs", "/runs?q=" + run.Id,
		"/runs/" + run.Id, "/runs/" + run.Id + "/definition", "/channels", "/channels/" + ch.Id, "/api-keys", "/session", "/simulator/messages", "//metrics",
	} {
		see(c.get(path).want(http.StatusOK))
	}
	see(c.patch("/channels/"+ch.Id, map[string]any{"credentials": map[string]string{"auth_token": "x" + authToken}}).want(http.StatusOK))
	see(c.post("/channels/"+ch.Id+"/bind", nil).want(http.StatusUnprocessableEntity))
	see(c.post("/runs/"+run.Id+"/cancel", nil).want(http.StatusOK))
	w.stop()

	outputs := map[string][]byte{"an answer": bytes.Join(seen, []byte("\n")), "the log": []byte(log.String()), "the files": w.files(), "the terminal": []byte(w.out.String())}
	for what, output := range outputs {
		if len(output) == 0 {
			t.Errorf("%s is empty: nothing was looked at", what)
		}
		for name, canary := range map[string]string{"the secret input": code, "the credential": authToken, "the password": password, "the bootstrap key": bootstrapKey} {
			if i := bytes.Index(output, []byte(canary)); i >= 0 {
				t.Errorf("%s holds %s: …%s…", what, name, output[max(0, i-200):min(len(output), i+100)])
			}
		}
	}
	if !bytes.Contains(outputs["the files"], []byte("+639171234567")) {
		t.Error("the files do not hold the recipient either: the wrong files were looked at")
	}
}

func flatten(h http.Header) []string {
	var all []string
	for name, values := range h {
		all = append(all, name+": "+strings.Join(values, ", "))
	}
	return all
}
