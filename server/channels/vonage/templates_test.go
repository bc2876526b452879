package vonage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
)

const business = "345688589250625"

func TestTemplatesAreListedPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	w.account.Settings["whatsapp_business_account_id"] = business
	item := func(name string) map[string]any {
		return map[string]any{"id": name, "name": name, "language": "en", "status": "APPROVED", "category": "UTILITY", "components": []any{map[string]any{"type": "BODY", "text": "Hi {{1}}"}}}
	}
	w.fake.Templates.Set(2, item("a"), item("b"), item("c"))
	first, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || len(first.Templates) != 2 || first.Next == "" {
		t.Fatalf("got %+v, %v", first, err)
	}
	second, err := w.provider.ListTemplates(t.Context(), w.account, first.Next)
	if err != nil || len(second.Templates) != 1 || second.Next != "" || second.Templates[0].Name != "c" {
		t.Errorf("got %+v, %v", second, err)
	}
	w.account.Settings["whatsapp_business_account_id"] = ""
	if _, err := w.provider.ListTemplates(t.Context(), w.account, ""); err == nil || !strings.Contains(err.Error(), "External Accounts") {
		t.Errorf("without an account: %v", err)
	}
}

func TestTemplatesWithMoreThanABodyGoInWhatsAppsForm(t *testing.T) {
	t.Parallel()
	body := channels.Template{Slug: "x", ProviderID: "x", Language: "en", Body: "Hi {{1}}", TemplateContent: channels.TemplateContent{Parameters: []channels.TemplateParameter{{Name: "1", Kind: "text"}}}}
	picture := body
	picture.Header = &channels.TemplateHeader{Format: "image", URL: "{{2}}"}
	picture.Parameters = append([]channels.TemplateParameter{}, body.Parameters[0], channels.TemplateParameter{Name: "header", Kind: "media"})
	w := newWorld(t, channels.WhatsApp)
	for _, tt := range []struct {
		template channels.Template
		given    []string
	}{{body, []string{"Ana"}}, {picture, []string{"Ana", "https://cdn.example/a.png"}}} {
		o := text("")
		o.Message, o.Template = flows.Message{Type: flows.MessageTemplate, Template: "x", Parameters: tt.given}, &tt.template
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.fake.Messages()
	if sent[0].MessageType != "template" || sent[0].Template.Name != "x" || sent[0].WhatsApp.Locale != "en" {
		t.Errorf("the first is %+v", sent[0])
	}
	var got, want any
	if err := json.Unmarshal(sent[1].Custom, &got); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal([]byte(`{"type":"template","template":{"name":"x","language":{"policy":"deterministic","code":"en"},"components":[
		{"type":"header","parameters":[{"type":"image","image":{"link":"https://cdn.example/a.png"}}]},{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]}}`), &want)
	if diff := cmp.Diff(want, got); diff != "" || sent[1].MessageType != "custom" {
		t.Errorf("%s %s", sent[1].MessageType, diff)
	}
}
