package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"sluice/examples"
	"sluice/flows"
	"sluice/server/api"
	"sluice/server/auth"
)

// tryBody is a try of the OTP example for a number in the Philippines.
func tryBody(changes map[string]any) map[string]any {
	body := map[string]any{
		"definition": json.RawMessage(examples.OTP()), "by_hand": true,
		"inputs": map[string]any{"customerPhoneNumber": "+639171234567", "verificationCode": "480913"},
	}
	maps.Copy(body, changes)
	return body
}

func TestATryIsPlayedAsAPersonDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	first := into[api.TryState](c.post("/try", tryBody(nil)).want(http.StatusOK))
	if first.Status != "waiting" || first.NextMs == nil || *first.NextMs != 30_000 || len(first.Phone) != 1 {
		t.Fatalf("at first it stands so: %+v", first)
	}
	message := first.Phone[0]
	if !strings.Contains(message.Text, "480913") || strings.Contains(first.Messages[0].Text, "480913") || message.ChannelType != "viber" {
		t.Errorf("the phone shows %q, the list %q", message.Text, first.Messages[0].Text)
	}
	if first.Wait == nil || len(first.Wait.Deadlines) == 0 || first.Wait.Deadlines[0].Port != "not_delivered" {
		t.Errorf("it waits for %+v", first.Wait)
	}

	later := into[api.TryState](c.post("/try", tryBody(map[string]any{"until_ms": 30_000})).want(http.StatusOK))
	if last := later.Phone[len(later.Phone)-1]; last.ChannelType != "whatsapp" || last.Status != "sent" {
		t.Fatalf("after 30 s the last message is %+v", last)
	}
	done := into[api.TryState](c.post("/try", tryBody(map[string]any{
		"until_ms": 35_000, "acts": []map[string]any{
			{"visit": later.Visit, "at_ms": 32_000, "kind": "delivered"},
			{"visit": later.Visit, "at_ms": 35_000, "kind": "read"},
			{"visit": 99, "at_ms": 1, "kind": "read"},
		},
	})).want(http.StatusOK))
	if done.Status != "completed" || done.EndedMs == nil || *done.EndedMs != 35_000 || len(done.Stray) != 1 || done.Stray[0] != 2 {
		t.Errorf("in the end it stands so: %+v", done)
	}
	if done.Variables["verificationCode"] == "480913" {
		t.Error("a secret variable is shown")
	}
	// Nothing of it was a run, a message or a flow.
	if runs := into[api.RunList](c.get("/runs")); len(runs.Items) != 0 {
		t.Errorf("there are %d runs", len(runs.Items))
	}
	if phones := into[api.PhoneMessageList](c.get("/simulator/messages")); len(phones.Items) != 0 {
		t.Errorf("the simulator got %d messages", len(phones.Items))
	}
	if strings.Contains(w.log.String(), "480913") || strings.Contains(string(w.files()), "480913") {
		t.Error("what was tried is kept")
	}
}

func TestARecordedTryPassesAsAScenario(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	session := tryBody(map[string]any{"until_ms": 30_000})
	state := into[api.TryState](c.post("/try", session).want(http.StatusOK))
	session["until_ms"] = 35_000
	session["acts"] = []map[string]any{{"visit": state.Visit, "at_ms": 35_000, "kind": "read"}}
	recorded := into[api.RecordedScenario](c.post("/try/scenario", session).want(http.StatusOK))
	if recorded.Differs {
		t.Error("a run that has ended goes on in its scenario")
	}
	var f flows.Flow
	if err := json.Unmarshal(examples.OTP(), &f); err != nil {
		t.Fatal(err)
	}
	var s flows.Scenario
	if err := json.Unmarshal(recorded.Scenario, &s); err != nil {
		t.Fatal(err)
	}
	s.Name = "Recorded"
	before := into[api.TestReport](c.post("/flows/test", map[string]any{"definition": f}).want(http.StatusOK))
	f.Scenarios = append(f.Scenarios, s)
	report := into[api.TestReport](c.post("/flows/test", map[string]any{"definition": f}).want(http.StatusOK))
	if report.Failed != 0 || report.Passed != before.Passed+1 || !report.Scenarios[before.Passed].Passed {
		t.Errorf("the report is %+v", report)
	}
	if report.Coverage.Total == 0 || report.Coverage.Taken == 0 || report.Coverage.Taken > report.Coverage.Total {
		t.Errorf("the coverage is %+v", report.Coverage)
	}
	unfinished := into[api.RecordedScenario](c.post("/try/scenario", tryBody(nil)).want(http.StatusOK))
	if !unfinished.Differs {
		t.Error("a run that waits for a deadline is recorded as if it had ended")
	}
}

func TestAFailedScenarioSaysWhatDiffersAndWhatHappened(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	definition := strings.TrimSuffix(strings.TrimSpace(smallFlow("Tested", "Your code is {{code}}")), "}") + `, "scenarios": [
		{"name": "differs", "inputs": {"phone": "+639171234567", "code": "1"}, "expect": {"status": "failed", "messages": []}},
		{"name": "lacks inputs", "inputs": {"code": "canary-1"}, "expect": {}},
		{"name": "is wrong", "inputs": {}, "wrld": [], "expect": {}},
		{"name": "asks for what is not there", "inputs": {"phone": "+639171234567", "code": "1"}, "world": [{"node": "nobody"}], "expect": {}}]}`
	report := into[api.TestReport](c.post("/flows/test", `{"definition": `+definition+`}`).want(http.StatusOK))
	if report.Passed != 0 || report.Failed != 4 {
		t.Fatalf("the report is %+v", report)
	}
	first := report.Scenarios[0]
	if len(first.Mismatches) != 2 || first.Mismatches[0].Key != "status" || first.Accepted == nil || !strings.Contains(string(*first.Accepted), `"status":"completed"`) {
		t.Errorf("what differs is %+v, accepted %s", first.Mismatches, *first.Accepted)
	}
	for i, pointer := range map[int]string{1: "/inputs/phone", 2: "/wrld", 3: "/world/0/node"} {
		s := report.Scenarios[i]
		if len(s.Problems) == 0 || s.Problems[0].Pointer != pointer || s.Problems[0].Message == "" || s.Accepted != nil {
			t.Errorf("scenario %d has the problems %+v", i, s.Problems)
		}
	}
}

func TestOnlyEditorsTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for role, caller := range w.keysOfRoles() {
		status := caller.post("/try", tryBody(nil)).status
		if allowed := role.AtLeast(auth.RoleEditor); allowed != (status == http.StatusOK) {
			t.Errorf("the role %q gets %d", role, status)
		}
	}
}

func TestTriesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	for name, r := range map[string]struct {
		body any
		code string
	}{
		"no flow":              {map[string]any{"definition": map[string]any{}}, "flow_has_errors"},
		"no object":            {map[string]any{"definition": 3}, "invalid"},
		"inputs missing":       {tryBody(map[string]any{"inputs": map[string]any{}}), "invalid_inputs"},
		"a world of elsewhere": {tryBody(map[string]any{"world": []any{map[string]any{"node": "nobody"}}}), "invalid_world"},
		"a world of no form":   {tryBody(map[string]any{"world": []any{3}}), "invalid_world"},
		"a time before":        {tryBody(map[string]any{"until_ms": -1}), "invalid"},
		"no such act":          {tryBody(map[string]any{"acts": []any{map[string]any{"visit": 1, "at_ms": 0, "kind": "explode"}}}), "invalid"},
		"too many acts":        {tryBody(map[string]any{"acts": make([]struct{}, 501)}), "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/try", "/try/scenario"} {
				c.post(path, r.body).problem(http.StatusUnprocessableEntity, r.code)
			}
		})
	}
}

// TestHostileDefinitionsAreTriedInBounds: what a definition asks for cannot
// exceed what any flow may do.
func TestHostileDefinitionsAreTriedInBounds(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	round := `{"schema": "sluice/v1", "name": "Round and round", "nodes": [
		{"id": "start", "type": "start", "config": {}},
		{"id": "set", "type": "set_variables", "config": {"variables": [{"name": "x", "value": %q}]}},
		{"id": "again", "type": "jump", "config": {"target": "set", "max_jumps": 100}},
		{"id": "more", "type": "jump", "config": {"target": "set", "max_jumps": 100}}],
		"edges": [{"from": "start", "port": "next", "to": "set"}, {"from": "set", "port": "next", "to": "again"}, {"from": "again", "port": "exceeded", "to": "more"}]}`
	state := into[api.TryState](c.post("/try", `{"definition": `+fmt.Sprintf(round, "1")+`}`).want(http.StatusOK))
	if !strings.HasPrefix(string(state.Status), "co") && state.Status != "failed" || len(state.Steps) > 1000 {
		t.Errorf("it ends as %s after %d steps", state.Status, len(state.Steps))
	}
	deep := `{"definition": ` + strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 100) + `}`
	c.post("/try", deep).problem(http.StatusBadRequest, "too_deep")
	c.post("/try", `{"definition": {"name": "`+strings.Repeat("x", 3<<20)+`"}}`).problem(http.StatusRequestEntityTooLarge, "too_large")
}
