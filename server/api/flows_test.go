package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sluice/examples"
	"sluice/server/api"
)

// smallFlow sends one SMS. text is a template.
func smallFlow(name, text string) string {
	return fmt.Sprintf(`{"schema": "sluice/v1", "name": %q, "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": [{"name": "phone", "type": "phone", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{phone}}", "category": "verification", "message": {"type": "text", "text": %q}, "delivered_within": "1h"}}],
		"edges": [{"from": "start", "port": "next", "to": "sms"}]}`, name, text)
}

func (c *client) imported(definition string) api.ImportedFlow {
	c.w.t.Helper()
	return into[api.ImportedFlow](c.post("/flows/import", definition).want(http.StatusCreated))
}

func (c *client) published(definition string) (flowID string) {
	c.w.t.Helper()
	id := c.imported(definition).Id
	c.post("/flows/"+id+"/publish", nil).want(http.StatusOK)
	return id
}

func TestDemoShowsTheExamplePublished(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	list := into[api.FlowList](c.get("/flows").want(http.StatusOK))
	if len(list.Items) != 1 {
		t.Fatalf("there are %d flows, want 1", len(list.Items))
	}
	f := list.Items[0]
	if f.Name != "OTP by country" || f.PublishedVersion == nil || *f.PublishedVersion != 1 || f.DraftChanged || f.Trigger.Type != "manual" {
		t.Errorf("the example is %+v", f)
	}
	if got := strings.Join(f.ChannelTypes, " "); got != "sms viber whatsapp" {
		t.Errorf("it sends through %q", got)
	}
	if len(f.Runs24h.Buckets) != 24 {
		t.Errorf("runs come in %d buckets, want 24", len(f.Runs24h.Buckets))
	}
	channels := into[api.ChannelList](c.get("/channels").want(http.StatusOK))
	var slugs []string
	for _, ch := range channels.Items {
		if ch.Status != api.ChannelStatusBound {
			t.Errorf("the channel %s is %s", ch.Slug, ch.Status)
		}
		slugs = append(slugs, ch.Slug)
	}
	if strings.Join(slugs, " ") != "sms-main viber-main whatsapp-main" {
		t.Errorf("the channels are %v", slugs)
	}
	templates := into[api.TemplateList](c.get("/templates").want(http.StatusOK))
	if len(templates.Items) != 1 || templates.Items[0].Slug != "otp" || templates.Items[0].Parameters != 1 || templates.Items[0].Status != api.TemplateStatusApproved {
		t.Errorf("the templates are %+v", templates.Items)
	}
}

func TestDemoIsSeededOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := newWorldIn(t, dir)
	first.owner().get("/flows").want(http.StatusOK)
	first.stop()
	c := newWorldIn(t, dir).owner()
	for path, want := range map[string]int{"/flows": 1, "/channels": 3, "/templates": 1} {
		list := into[struct{ Items []json.RawMessage }](c.get(path).want(http.StatusOK))
		if len(list.Items) != want {
			t.Errorf("%s has %d entries after the second start, want %d", path, len(list.Items), want)
		}
	}
}

func TestFlowsAreSearchedSortedAndPaged(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	for _, name := range []string{"beta", "Alpha", "gamma 100%", "Alphabet"} {
		c.post("/flows", map[string]string{"name": name}).want(http.StatusCreated)
	}
	for query, want := range map[string]string{
		"?sort=name":                           "Alpha|Alphabet|beta|gamma 100%|OTP by country",
		"?sort=-name":                          "OTP by country|gamma 100%|beta|Alphabet|Alpha",
		"?sort=created":                        "OTP by country|beta|Alpha|gamma 100%|Alphabet",
		"?sort=-created&q=alpha":               "Alphabet|Alpha",
		"?q=100%25":                            "gamma 100%",
		"?q=_":                                 "",
		"?sort=name&status=draft":              "Alpha|Alphabet|beta|gamma 100%",
		"?sort=name&status=published":          "OTP by country",
		"?sort=name&status=changed":            "",
		"?sort=name&status=draft&q=nothing%20": "",
	} {
		for _, limit := range []int{1, 2, 50} {
			var names []string
			cursor := ""
			for {
				path := fmt.Sprintf("/flows%s&limit=%d", strings.ReplaceAll(query, " ", "%20"), limit)
				if cursor != "" {
					path += "&cursor=" + cursor
				}
				page := into[api.FlowList](c.get(path).want(http.StatusOK))
				for _, f := range page.Items {
					names = append(names, f.Name)
				}
				if page.NextCursor == nil {
					break
				}
				cursor = *page.NextCursor
			}
			if got := strings.Join(names, "|"); got != want {
				t.Errorf("%s in pages of %d: %q, want %q", query, limit, got, want)
			}
		}
	}
	c.get("/flows?sort=size").problem(http.StatusBadRequest, "bad_parameter")
	c.get("/flows?limit=0").problem(http.StatusBadRequest, "bad_parameter")
	c.get("/flows?limit=many").problem(http.StatusBadRequest, "bad_parameter")
	c.get("/flows?cursor=nonsense").problem(http.StatusBadRequest, "bad_cursor")
}

func TestTwoTabsSavingOneDraftConflict(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	id := c.imported(smallFlow("Draft", "one")).Id
	draft := c.get("/flows/" + id + "/draft").want(http.StatusOK)
	etag := draft.header.Get("ETag")
	if etag == "" {
		t.Fatal("the draft has no ETag")
	}
	c.with("If-None-Match", etag).get("/flows/" + id + "/draft").want(http.StatusNotModified)

	c.put("/flows/"+id+"/draft", smallFlow("Draft", "two")).problem(http.StatusPreconditionRequired, "if_match_required")
	saved := c.with("If-Match", etag).put("/flows/"+id+"/draft", smallFlow("Draft", "two")).want(http.StatusOK)
	state := into[api.DraftState](saved)
	if state.Etag == etag || saved.header.Get("ETag") != state.Etag || len(state.Diagnostics) != 0 || state.Bound == nil || state.Bound.Messages != 1 {
		t.Errorf("the save answers %s with ETag %s", saved.body, saved.header.Get("ETag"))
	}

	for _, stale := range []string{etag, `"no-such"`, "nonsense"} {
		conflict := c.with("If-Match", stale).put("/flows/"+id+"/draft", smallFlow("Draft", "three")).problem(http.StatusPreconditionFailed, "draft_changed")
		if conflict.Etag == nil || *conflict.Etag != state.Etag || conflict.Draft == nil || !strings.Contains(string(*conflict.Draft), "two") {
			t.Errorf("the conflict does not carry the present draft: %+v", conflict)
		}
	}
	if now := c.get("/flows/" + id + "/draft"); !strings.Contains(string(now.body), `"two"`) || now.header.Get("ETag") != state.Etag {
		t.Errorf("a refused save changed the draft: %s", now.body)
	}
	c.with("If-Match", "*").put("/flows/"+id+"/draft", smallFlow("Draft", "four")).want(http.StatusOK)
	c.with("If-Match", state.Etag).post("/flows/"+id+"/publish", nil).problem(http.StatusPreconditionFailed, "draft_changed")
}

func TestDraftKeepsWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	id := c.imported(smallFlow("Wrong", "x")).Id
	wrong := `{"schema": "sluice/v1", "name": "Wrong", "nodes": [{"id": "a", "type": "no_such_type", "surprise": 1}], "edges": [], "extra": {"kept": true}}`
	state := into[api.DraftState](c.with("If-Match", "*").put("/flows/"+id+"/draft", wrong).want(http.StatusOK))
	if state.Bound != nil || len(state.Diagnostics) < 3 {
		t.Errorf("the draft's state is %+v; want several diagnostics and no bound", state)
	}
	for _, d := range state.Diagnostics {
		if d.Severity == "error" && (d.Code == "" || d.Message == "") {
			t.Errorf("a diagnostic says nothing: %+v", d)
		}
	}
	if got := c.get("/flows/" + id + "/draft").want(http.StatusOK); string(got.body) != wrong {
		t.Errorf("what was not understood was lost: %s", got.body)
	}
	if again := into[api.DraftState](c.get("/flows/" + id + "/diagnostics").want(http.StatusOK)); len(again.Diagnostics) != len(state.Diagnostics) || again.Etag != state.Etag {
		t.Errorf("asking for the diagnostics gives %+v", again)
	}
	refused := c.post("/flows/"+id+"/publish", nil).problem(http.StatusUnprocessableEntity, "flow_has_errors")
	if refused.Diagnostics == nil || len(*refused.Diagnostics) != len(state.Diagnostics) {
		t.Errorf("the refusal does not say what is wrong: %+v", refused)
	}
	renamed := into[api.Flow](c.patch("/flows/"+id, map[string]string{"name": "New name"}).want(http.StatusOK))
	if renamed.Name != "New name" || renamed.DraftEtag == state.Etag {
		t.Errorf("the renamed flow is %+v", renamed)
	}
	kept := into[map[string]json.RawMessage](c.get("/flows/" + id + "/draft"))
	if string(kept["name"]) != `"New name"` || string(kept["extra"]) != `{"kept":true}` {
		t.Errorf("renaming left %v", kept)
	}
	for _, body := range []string{`[]`, `"flow"`, `{`} {
		c.with("If-Match", "*").put("/flows/"+id+"/draft", body).problem(http.StatusUnprocessableEntity, "not_a_flow")
	}
}

func TestPublishingChecksChannelsAndTemplates(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	for name, f := range map[string]struct{ from, to, code, node string }{
		"a channel that is not there":   {`"sms-main"`, `"sms-mein"`, "channel_missing", "sms"},
		"a channel of another type":     {`"sms-main"`, `"viber-main"`, "channel_type", "sms"},
		"a template that is not there":  {`"template": "otp"`, `"template": "otp2"`, "template_missing", "whatsapp_ph"},
		"channels by somebody's typing": {`"whatsapp-main"`, `"nothing"`, "channel_missing", "whatsapp_my"},
	} {
		t.Run(name, func(t *testing.T) {
			definition := strings.Replace(string(examples.OTP()), `"name": "OTP by country"`, fmt.Sprintf(`"name": %q`, name), 1)
			definition = strings.ReplaceAll(definition, f.from, f.to)
			id := c.imported(definition).Id
			finds := func(diagnostics []api.Diagnostic, severity api.DiagnosticSeverity) {
				t.Helper()
				if !slices.ContainsFunc(diagnostics, func(d api.Diagnostic) bool {
					return d.Code == f.code && d.Node == f.node && d.Severity == severity && d.Pointer != "" && d.Hint != ""
				}) {
					t.Errorf("no %s %s at %s in %+v", severity, f.code, f.node, diagnostics)
				}
			}
			finds(into[api.DraftState](c.get("/flows/"+id+"/diagnostics").want(http.StatusOK)).Diagnostics, api.Warning)
			refused := c.post("/flows/"+id+"/publish", nil).problem(http.StatusUnprocessableEntity, "flow_has_errors")
			finds(*refused.Diagnostics, api.Error)
			c.with("If-Match", "*").put("/flows/"+id+"/draft", strings.Replace(definition, `"max_jumps": 3`, `"max_jumps": 0`, 1)).want(http.StatusOK)
			refused = c.post("/flows/"+id+"/publish", nil).problem(http.StatusUnprocessableEntity, "flow_has_errors")
			finds(*refused.Diagnostics, api.Error)
		})
	}
	channels := into[api.ChannelList](c.get("/channels?type=sms"))
	c.post("/channels/"+channels.Items[0].Id+"/unbind?force=true", nil).want(http.StatusOK)
	id := c.imported(smallFlow("Unbound", "x")).Id
	published := into[api.Published](c.post("/flows/"+id+"/publish", nil).want(http.StatusOK))
	if len(published.Diagnostics) != 1 || published.Diagnostics[0].Code != "channel_not_bound" || published.Diagnostics[0].Severity != "warning" {
		t.Errorf("publishing over an unbound channel reports %+v", published.Diagnostics)
	}
}

func TestVersionsAreNumberedAndCanBeRestored(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	id := c.imported(smallFlow("Versions", "first")).Id
	one := into[api.Published](c.post("/flows/"+id+"/publish", map[string]string{"message": "The first"}).want(http.StatusOK))
	if one.Number != 1 || !one.Published || one.Message != "The first" || one.Bound.Messages != 1 {
		t.Errorf("the first version is %+v", one)
	}
	if again := into[api.Published](c.post("/flows/"+id+"/publish", nil).want(http.StatusOK)); again.Number != 1 {
		t.Errorf("publishing the same draft again made version %d", again.Number)
	}
	c.with("If-Match", "*").put("/flows/"+id+"/draft", smallFlow("Versions", "second")).want(http.StatusOK)
	if f := into[api.Flow](c.get("/flows/" + id)); !f.DraftChanged || *f.PublishedVersion != 1 {
		t.Errorf("after a save the flow is %+v", f)
	}
	if two := into[api.Published](c.post("/flows/"+id+"/publish", nil).want(http.StatusOK)); two.Number != 2 {
		t.Errorf("the second version has number %d", two.Number)
	}
	list := into[api.VersionList](c.get("/flows/" + id + "/versions?limit=1").want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].Number != 2 || !list.Items[0].Published || list.NextCursor == nil {
		t.Fatalf("the first page of versions is %+v", list)
	}
	rest := into[api.VersionList](c.get("/flows/" + id + "/versions?limit=1&cursor=" + *list.NextCursor).want(http.StatusOK))
	if len(rest.Items) != 1 || rest.Items[0].Number != 1 || rest.Items[0].Published || rest.NextCursor != nil {
		t.Errorf("the second page of versions is %+v", rest)
	}
	first := into[api.VersionDetail](c.get("/flows/" + id + "/versions/1").want(http.StatusOK))
	if !bytes.Contains(first.Definition, []byte("first")) {
		t.Errorf("version 1 is %s", first.Definition)
	}
	restored := into[api.DraftState](c.post("/flows/"+id+"/versions/1/restore", nil).want(http.StatusOK))
	if !restored.DraftChanged {
		t.Error("a restored draft does not count as changed")
	}
	if draft := c.get("/flows/" + id + "/draft"); !bytes.Contains(draft.body, []byte("first")) {
		t.Errorf("the restored draft is %s", draft.body)
	}
	c.get("/flows/"+id+"/versions/3").problem(http.StatusNotFound, "not_found")
	c.post("/flows/"+id+"/versions/9/restore", nil).problem(http.StatusNotFound, "not_found")
	c.get("/flows/"+id+"/versions/first").problem(http.StatusBadRequest, "bad_parameter")
}

func TestFlowSurvivesExportDeleteAndImport(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	flow := into[api.FlowList](c.get("/flows")).Items[0]
	file := c.get("/flows/" + flow.Id + "/export").want(http.StatusOK)
	if !bytes.Equal(file.body, examples.OTP()) {
		t.Error("the export is not the canonical form of the example")
	}
	if got := file.header.Get("Content-Disposition"); got != `attachment; filename="OTP by country.json"; filename*=UTF-8''OTP%20by%20country.json` {
		t.Errorf("the download is named %q", got)
	}
	if v := c.get("/flows/" + flow.Id + "/export?version=1").want(http.StatusOK); !bytes.Equal(v.body, file.body) {
		t.Error("the published version is exported in another form")
	}
	c.get("/flows/"+flow.Id+"/export?version=2").problem(http.StatusNotFound, "not_found")
	c.delete("/flows/" + flow.Id).want(http.StatusNoContent)
	c.get("/flows/"+flow.Id).problem(http.StatusNotFound, "not_found")
	c.post("/flows/"+flow.Id+"/runs", map[string]any{}).problem(http.StatusNotFound, "not_found")
	imported := c.imported(string(file.body))
	if imported.Id == flow.Id || len(imported.Diagnostics) != 0 || imported.Bound == nil || imported.Bound.Duration != "1m30s" {
		t.Errorf("the import answers %+v", imported)
	}
	copied := into[api.Flow](c.post("/flows/"+imported.Id+"/duplicate", nil).want(http.StatusCreated))
	if copied.Name != "OTP by country (copy)" || copied.PublishedVersion != nil {
		t.Errorf("the copy is %+v", copied)
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	for name, want := range map[string]string{
		`a/b\c"d`:      `attachment; filename="a-b-c-d.json"; filename*=UTF-8''a-b-c-d.json`,
		"Grüße":        `attachment; filename="Gr__e.json"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.json`,
		"x\r\nSet: y":  `attachment; filename="xSet- y.json"; filename*=UTF-8''xSet-%20y.json`,
		"../../passwd": `attachment; filename="..-..-passwd.json"; filename*=UTF-8''..-..-passwd.json`,
	} {
		f := into[api.Flow](c.post("/flows", map[string]string{"name": name}).want(http.StatusCreated))
		if got := c.get("/flows/" + f.Id + "/export").header.Get("Content-Disposition"); got != want {
			t.Errorf("the export of %q is named %s; want %s", name, got, want)
		}
	}
}

// TestInvariant25ImportBombsAreRefused: what no editor draws is refused whole.
func TestInvariant25ImportBombsAreRefused(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	node := func(id string) string { return fmt.Sprintf(`{"id": %q, "type": "end"}`, id) }
	flow := func(nodes, edges string) string {
		return `{"schema": "sluice/v1", "name": "Bomb", "nodes": [` + nodes + `], "edges": [` + edges + `]}`
	}
	many := make([]string, 2001)
	for i := range many {
		many[i] = node(fmt.Sprintf("n%d", i))
	}
	deep := strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100)
	start := `{"id": "s", "type": "start"},{"id": "a", "type": "jump", "config": {"target": "s"}},{"id": "b", "type": "wait", "config": {"duration": "1s"}},{"id": "c", "type": "wait", "config": {"duration": "1s"}}`
	for name, bomb := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"larger than 2 MiB":  {flow(`{"id": "a", "type": "end", "name": "`+strings.Repeat("x", 2<<20)+`"}`, ""), http.StatusRequestEntityTooLarge, "too_large"},
		"nested deep":        {flow(`{"id": "a", "type": "end", "config": {"x": `+deep+`}}`, ""), http.StatusUnprocessableEntity, "not_a_flow"},
		"too many nodes":     {flow(strings.Join(many, ","), ""), http.StatusUnprocessableEntity, "too_much"},
		"duplicate ids":      {flow(node("a")+","+node("a"), ""), http.StatusUnprocessableEntity, "not_a_flow"},
		"a cycle":            {flow(start, `{"from":"b","port":"next","to":"c"},{"from":"c","port":"next","to":"b"}`), http.StatusUnprocessableEntity, "not_a_flow"},
		"two edges of one":   {flow(start, `{"from":"b","port":"next","to":"c"},{"from":"b","port":"next","to":"a"}`), http.StatusUnprocessableEntity, "not_a_flow"},
		"unknown fields":     {`{"schema": "sluice/v1", "name": "x", "nodes": [], "edges": [], "workspace_id": "1"}`, http.StatusUnprocessableEntity, "not_a_flow"},
		"a key twice":        {`{"schema": "sluice/v1", "name": "x", "name": "y", "nodes": [], "edges": []}`, http.StatusUnprocessableEntity, "not_a_flow"},
		"no JSON":            {`name: x`, http.StatusUnprocessableEntity, "not_a_flow"},
		"no object":          {`[1, 2]`, http.StatusUnprocessableEntity, "not_a_flow"},
		"nothing":            {` `, http.StatusBadRequest, "no_body"},
		"a second document":  {flow("", "") + flow("", ""), http.StatusUnprocessableEntity, "not_a_flow"},
		"wrong types inside": {`{"schema": "sluice/v1", "name": 5, "nodes": {}, "edges": []}`, http.StatusUnprocessableEntity, "not_a_flow"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.post("/flows/import", bomb.body).problem(bomb.status, bomb.code)
			if bomb.status == http.StatusUnprocessableEntity && (p.Diagnostics == nil || len(*p.Diagnostics) == 0) {
				t.Error("the refusal does not say what is wrong")
			}
		})
	}
	if list := into[api.FlowList](c.get("/flows")); len(list.Items) != 1 {
		t.Errorf("a refused import left a flow: there are %d", len(list.Items))
	}
}

func TestValidationStoresNothing(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	good := into[api.Validation](c.post("/flows/validate", string(examples.OTP())).want(http.StatusOK))
	if len(good.Diagnostics) != 0 || good.Bound == nil || good.Bound.Messages != 3 {
		t.Errorf("the example validates as %+v", good)
	}
	for _, body := range []string{`{`, `[]`, `{"schema": "sluice/v1", "name": "x", "nodes": [], "edges": []}`} {
		bad := into[api.Validation](c.post("/flows/validate", body).want(http.StatusOK))
		if bad.Bound != nil || len(bad.Diagnostics) == 0 {
			t.Errorf("%s validates as %+v", body, bad)
		}
	}
	if list := into[api.FlowList](c.get("/flows")); len(list.Items) != 1 {
		t.Errorf("validation left a flow: there are %d", len(list.Items))
	}
}

func TestNewFlowCanBeDrawnOn(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	f := into[api.Flow](c.post("/flows", map[string]string{"name": "  Blank  "}).want(http.StatusCreated))
	if f.Name != "Blank" || f.PublishedVersion != nil || !f.DraftChanged {
		t.Errorf("the new flow is %+v", f)
	}
	state := into[api.DraftState](c.get("/flows/" + f.Id + "/diagnostics").want(http.StatusOK))
	for _, d := range state.Diagnostics {
		if d.Severity == "error" {
			t.Errorf("a blank flow has the error %+v", d)
		}
	}
	given := into[api.Flow](c.post("/flows", map[string]any{"name": "Mine", "definition": json.RawMessage(smallFlow("Theirs", "x"))}).want(http.StatusCreated))
	draft := into[map[string]any](c.get("/flows/" + given.Id + "/draft"))
	if given.Name != "Mine" || draft["name"] != "Mine" || len(given.ChannelTypes) != 1 {
		t.Errorf("the flow of a definition is %+v with the draft's name %v", given, draft["name"])
	}
	for _, body := range []string{`{"name": ""}`, `{"name": "   "}`, `{}`, `{"name": 5}`, `{"name": "x", "id": "mine"}`} {
		c.post("/flows", body).problem(http.StatusUnprocessableEntity, "invalid")
	}
	c.post("/flows", `{"name": "x"`).problem(http.StatusBadRequest, "bad_json")
	c.post("/flows", strings.Repeat(`[`, 100_000)).problem(http.StatusBadRequest, "too_deep")
}

// A Studio flow is known by itself, and what has no counterpart keeps its place.
func TestAFlowOfTwilioStudioIsImported(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	studio := `{"description":"Ask","initial_state":"Trigger","flags":{"allow_concurrent_calls":true},"states":[
		{"name":"Trigger","type":"trigger","transitions":[{"event":"incomingMessage"},{"event":"incomingCall"},{"event":"incomingRequest","next":"hello"}],"properties":{}},
		{"name":"hello","type":"send-message","transitions":[{"event":"sent","next":"lookup"},{"event":"failed"}],"properties":{"from":"{{flow.channel.address}}","to":"{{contact.channel.address}}","body":"Hi {{flow.data.name}}"}},
		{"name":"lookup","type":"make-http-request","transitions":[{"event":"success"},{"event":"failed"}],"properties":{"url":"https://example.com","method":"GET"}}]}`
	made := into[api.ImportedFlow](c.post("/flows/import", studio).want(http.StatusCreated))
	if made.Report == nil || made.Report.Format != api.TwilioStudio || made.Report.States.Total != 3 || made.Report.States.Replaced != 1 || made.Report.States.Lost != 0 {
		t.Errorf("the report is %+v", made.Report)
	}
	if !slices.ContainsFunc(made.Diagnostics, func(d api.Diagnostic) bool { return d.Code == "placeholder" }) {
		t.Errorf("no placeholder among %+v", made.Diagnostics)
	}
	c.post("/flows/"+made.Id+"/publish", "{}").want(http.StatusUnprocessableEntity)
	if ours := into[api.ImportedFlow](c.post("/flows/import", smallFlow("Ours", "Hi")).want(http.StatusCreated)); ours.Report != nil {
		t.Errorf("a flow of ours has the report %+v", ours.Report)
	}
	c.post("/flows/import", `{"states":[{"name":"x"}]}`).want(http.StatusUnprocessableEntity)
}
