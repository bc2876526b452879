package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sluice/server/api"
	"sluice/server/auth"
)

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// keysOfRoles makes an API key for each role.
func (w *world) keysOfRoles() map[auth.Role]*client {
	w.t.Helper()
	keys := map[auth.Role]*client{auth.RoleNone: w.nobody()}
	for _, role := range auth.Roles() {
		made := into[api.CreatedAPIKey](w.owner().post("/api-keys", map[string]string{"name": string(role), "role": string(role)}).want(http.StatusCreated))
		keys[role] = w.key(made.Key)
	}
	return keys
}

// endless are operations that a test may not call with a good role, because
// they answer without end.
var endless = map[string]bool{"streamEvents": true}

// TestInvariant20AuthorisationIsDenyByDefault calls every described operation
// with every role. A new operation fails here until the table of permissions
// says who may do it.
func TestInvariant20AuthorisationIsDenyByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys := w.keysOfRoles()
	for id, op := range operations(t) {
		needed, known := auth.Needs(id)
		if !known {
			t.Errorf("the operation %s is not in the table of permissions", id)
			continue
		}
		path := pathParameter.ReplaceAllString(op.path, "1")
		for role, caller := range keys {
			allowed := role.AtLeast(needed)
			if allowed && endless[id] {
				continue
			}
			// A body that fits nothing keeps allowed calls from doing harm.
			var body any
			if op.op.RequestBody != nil {
				body = `"nothing"`
			}
			if allowed && (id == "clearPhones" || id == "signOut") {
				body = nil
			}
			got := caller.do(op.method, path, body)
			switch {
			case allowed && needed != auth.RoleNone && (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden && into[api.Problem](got).Code == "forbidden"):
				t.Errorf("%s is refused to the role %q: %s", id, role, got.body)
			case !allowed && role == auth.RoleNone:
				got.problem(http.StatusUnauthorized, "unauthenticated")
			case !allowed:
				got.problem(http.StatusForbidden, "forbidden")
			}
		}
	}
}

// TestOnlyPublicOperationsAnswerTheSignedOut: what is public is written down in
// the table, in the description and here.
func TestOnlyPublicOperationsAnswerTheSignedOut(t *testing.T) {
	t.Parallel()
	public := map[string]bool{"getOpenAPI": true, "getSession": true, "signIn": true, "signInDemo": true, "signOut": true, "setUp": true}
	for id, op := range operations(t) {
		needed, _ := auth.Needs(id)
		if (needed == auth.RoleNone) != public[id] {
			t.Errorf("%s: public is %v in the table of permissions and %v here", id, needed == auth.RoleNone, public[id])
		}
		if described := op.op.Security != nil && len(*op.op.Security) == 0; described != public[id] {
			t.Errorf("%s: public is %v in openapi.yaml and %v here", id, described, public[id])
		}
	}
}

// TestInvariant19WorkspacesAreIsolated asks every address that holds an id for
// the ids of another workspace. A new address fails here until it has an id.
func TestInvariant19WorkspacesAreIsolated(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	theirs := w.fill(w.owner())
	mine := w.key(otherOwnerKey)
	for id, op := range operations(t) {
		names := pathParameter.FindAllStringSubmatch(op.path, -1)
		if len(names) == 0 {
			continue
		}
		path := op.path
		for _, name := range names {
			value, ok := theirs[name[1]]
			if !ok {
				t.Fatalf("%s has the parameter %s, for which this test has no id", id, name[1])
			}
			path = strings.ReplaceAll(path, name[0], value)
		}
		var body any
		if op.op.RequestBody != nil {
			if body = isolationBodies[id]; body == nil {
				t.Errorf("%s takes a body, for which this test has none", id)
			}
		}
		caller := mine
		if id == "putDraft" {
			caller = mine.with("If-Match", "*")
		}
		caller.do(op.method, path, body).problem(http.StatusNotFound, "not_found")
	}

	// Lists hold nothing of the other workspace, and names are free in each.
	for _, path := range []string{"/flows", "/runs", "/channels", "/templates", "/simulator/phones", "/simulator/messages"} {
		if list := into[struct{ Items []any }](mine.get(path).want(http.StatusOK)); len(list.Items) != 0 {
			t.Errorf("%s shows %d entries of another workspace", path, len(list.Items))
		}
	}
	if list := into[struct{ Items []any }](mine.get("/runs?flow=" + theirs["flow_id"]).want(http.StatusOK)); len(list.Items) != 0 {
		t.Error("filtering by another workspace's flow shows its runs")
	}
	if keys := into[api.APIKeyList](mine.get("/api-keys").want(http.StatusOK)); len(keys.Items) != 1 {
		t.Errorf("there are %d API keys, want the own one", len(keys.Items))
	}
	if rules := into[api.PhoneRules](mine.get("/simulator/rules").want(http.StatusOK)); len(rules.Rules) != 0 {
		t.Error("the phone rules of another workspace are shown")
	}
	mine.post("/channels", map[string]any{"slug": "sms-main", "name": "SMS", "type": "sms", "kind": "simulator"}).want(http.StatusCreated)
	// Another workspace's channel does not make a flow publishable.
	id := mine.imported(strings.ReplaceAll(smallFlow("Mine", "x"), "sms-main", "theirs-only")).Id
	mine.post("/flows/"+id+"/publish", nil).problem(http.StatusUnprocessableEntity, "flow_has_errors")
	w.owner().get("/channels/" + theirs["channel_id"] + "/webhooks/" + theirs["webhook_id"]).want(http.StatusOK)
	for name, path := range map[string]string{"flow_id": "/flows/", "channel_id": "/channels/", "template_id": "/templates/", "run_id": "/runs/"} {
		w.owner().get(path + theirs[name]).want(http.StatusOK)
	}
}

// isolationBodies are good bodies: only the id is another workspace's.
var isolationBodies = map[string]any{
	"updateFlow": map[string]string{"name": "x"}, "putDraft": smallFlow("x", "x"), "publishFlow": map[string]string{}, "startRun": map[string]any{"inputs": map[string]any{"phone": "+639171234567"}},
	"cancelRun": map[string]string{}, "updateChannel": map[string]string{"name": "x"}, "bindChannel": map[string]string{}, "testChannel": map[string]string{"to": "+639171234567"},
	"updateTemplate": map[string]string{"name": "x"}, "markFailed": map[string]string{}, "previewProvider": map[string]any{"type": "custom", "settings": map[string]string{}},
}

// fill makes one of everything in the caller's workspace and returns the ids
// by the names of path parameters.
func (w *world) fill(c *client) map[string]string {
	w.t.Helper()
	// The gallery is the same for everybody; what is not in it is in no workspace either.
	ids := map[string]string{"number": "1", "gallery_name": "theirs", "provider_name": "theirs"}
	ids["flow_id"] = c.published(smallFlow("Theirs", "Your code is {{code}}"))
	run := into[api.RunSummary](c.post("/flows/"+ids["flow_id"]+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}).want(http.StatusCreated))
	ids["run_id"] = run.Id
	channel := into[api.Channel](c.post("/channels", map[string]any{"slug": "theirs-only", "name": "Theirs", "type": "sms", "kind": "simulator"}).want(http.StatusCreated))
	ids["channel_id"] = channel.Id
	w.nobody().post("//"+strings.TrimPrefix(channel.HookUrl, w.url+"/"), map[string]any{}).want(http.StatusNotFound)
	w.eventually("the refused webhook is listed", func() bool {
		list := into[api.WebhookList](c.get("/channels/" + channel.Id + "/webhooks"))
		if len(list.Items) == 0 {
			return false
		}
		ids["webhook_id"] = list.Items[0].Id
		return true
	})
	ids["template_id"] = into[api.Template](c.post("/templates", map[string]any{"name": "Theirs", "language": "en", "channel_type": "whatsapp", "text": "Hello"}).want(http.StatusCreated)).Id
	ids["key_id"] = into[api.CreatedAPIKey](c.post("/api-keys", map[string]string{"name": "theirs", "role": "viewer"}).want(http.StatusCreated)).Id
	c.put("/simulator/rules", map[string]any{"rules": []any{map[string]any{"recipient": "*", "manual": true}}}).want(http.StatusOK)
	w.eventually("the message reaches the phone", func() bool {
		list := into[api.PhoneMessageList](c.get("/simulator/messages?run=" + run.Id))
		if len(list.Items) == 0 {
			return false
		}
		ids["message_id"] = list.Items[0].Id
		return true
	})
	ids["media_id"] = c.file()
	return ids
}

// TestInvariant21NobodyAssignsWhatIsNotTheirs: bodies hold what is described
// and nothing else, however it is spelled.
func TestInvariant21NobodyAssignsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	id := into[api.FlowList](c.get("/flows")).Items[0].Id
	channel := into[api.ChannelList](c.get("/channels")).Items[0].Id
	template := into[api.TemplateList](c.get("/templates")).Items[0].Id
	for _, target := range []struct{ method, path, body string }{
		{http.MethodPost, "/flows", `{"name": "x", %s}`},
		{http.MethodPatch, "/flows/" + id, `{"name": "x", %s}`},
		{http.MethodPost, "/flows/" + id + "/publish", `{%s}`},
		{http.MethodPost, "/flows/" + id + "/runs", `{%s}`},
		{http.MethodPost, "/channels", `{"name": "x", "type": "sms", "kind": "simulator", %s}`},
		{http.MethodPatch, "/channels/" + channel, `{%s}`},
		{http.MethodPost, "/templates", `{"name": "x", "language": "en", "channel_type": "sms", "text": "x", %s}`},
		{http.MethodPatch, "/templates/" + template, `{%s}`},
		{http.MethodPost, "/api-keys", `{"name": "x", "role": "viewer", %s}`},
		{http.MethodPatch, "/workspace", `{"name": "x", %s}`},
		{http.MethodPost, "/session", `{"email": "a@example.test", "password": "x", %s}`},
		{http.MethodPut, "/simulator/rules", `{"rules": [], %s}`},
	} {
		for _, extra := range []string{`"workspace_id": "1"`, `"WORKSPACE_ID": "1"`, `"workspaceId": "1"`, `"Role": "owner"`, `"id": "1"`, `"Status": "bound"`, `"__proto__": {}`} {
			body := strings.Replace(target.body, "%s", extra, 1)
			p := c.do(target.method, target.path, body).problem(http.StatusUnprocessableEntity, "invalid")
			if p.Errors == nil || (*p.Errors)[0].Code != "unknown_field" {
				t.Errorf("%s %s: %s", target.method, body, p.Title)
			}
		}
	}
	c.post("/api-keys", `{"name": "x", "role": "root"}`).problem(http.StatusUnprocessableEntity, "invalid")
}

// TestInvariant28PublicRunsAreOfStoredFlowsOnly: nobody runs a definition that
// they bring along.
func TestInvariant28PublicRunsAreOfStoredFlowsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.owner()
	id := into[api.FlowList](c.get("/flows")).Items[0].Id
	inline := `{"inputs": {"customerPhoneNumber": "+639171234567", "verificationCode": "1"}, "definition": ` + smallFlow("Inline", "x") + `}`
	c.post("/flows/"+id+"/runs", inline).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/flows/inline/runs", inline).problem(http.StatusUnprocessableEntity, "invalid")
	w.nobody().post("/flows/"+id+"/runs", `{"inputs": {}}`).problem(http.StatusUnauthorized, "unauthenticated")
	draft := c.imported(smallFlow("Never published", "x")).Id
	c.post("/flows/"+draft+"/runs", `{"inputs": {"phone": "+639171234567"}}`).problem(http.StatusConflict, "not_published")
	if runs := into[api.RunList](c.get("/runs")); len(runs.Items) != 0 {
		t.Errorf("%d runs were started", len(runs.Items))
	}
}

func TestKeysAreGivenWithinOnesOwnRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := into[api.CreatedAPIKey](w.owner().post("/api-keys", map[string]string{"name": "admin", "role": "admin"}).want(http.StatusCreated))
	if !strings.HasPrefix(admin.Key, "slu_") || len(admin.Key) < 40 || !strings.HasPrefix(admin.Key, admin.Prefix) {
		t.Errorf("the key is %+v", admin)
	}
	c := w.key(admin.Key)
	c.post("/api-keys", map[string]string{"name": "more", "role": "owner"}).problem(http.StatusForbidden, "role_too_high")
	viewer := into[api.CreatedAPIKey](c.post("/api-keys", map[string]string{"name": "less", "role": "viewer"}).want(http.StatusCreated))
	w.key(viewer.Key).get("/flows").want(http.StatusOK)
	list := c.get("/api-keys").want(http.StatusOK)
	if strings.Contains(string(list.body), viewer.Key) || strings.Contains(string(list.body), admin.Key) {
		t.Error("the list shows a key")
	}
	if keys := into[api.APIKeyList](list); len(keys.Items) != 2 || keys.Items[0].Id != viewer.Id || keys.Items[1].LastUsedAt == nil {
		t.Errorf("the list is %+v", keys)
	}
	c.delete("/api-keys/" + viewer.Id).want(http.StatusNoContent)
	w.key(viewer.Key).get("/flows").problem(http.StatusUnauthorized, "unauthenticated")
	c.delete("/api-keys/"+viewer.Id).problem(http.StatusNotFound, "not_found")
	for _, wrong := range []string{"", "slu_", "slu_" + strings.Repeat("A", 43), bootstrapKey + "x", strings.ToUpper(bootstrapKey)} {
		w.key(wrong).get("/flows").problem(http.StatusUnauthorized, "unauthenticated")
	}
	w.nobody().with("Authorization", "Basic "+bootstrapKey).get("/flows").problem(http.StatusUnauthorized, "unauthenticated")
}
