package specs

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// meta has the shape of what is wrong in Meta's document.
const meta = `openapi: 3.1.0
info: {title: M, version: v1}
servers: [{url: "https://graph.facebook.com"}]
components:
  schemas:
    Language:
      type: object
      required: [policy, code]
      properties: {policy: {type: string}, code: {type: string}}
    BaseMessageProperties:
      type: object
      required: [to]
      properties: {to: {type: string}}
    ActionObject:
      type: object
      oneOf:
      - {required: [name], properties: {name: {type: string, enum: [call_permission_request]}}}
    InteractiveObject:
      type: object
      properties: {type: {type: string, enum: [button]}, action: {$ref: "#/components/schemas/ActionObject"}}
    TemplateComponent:
      type: object
      properties: {sub_type: {type: string, enum: [url]}}
    Message:
      allOf:
      - {$ref: "#/components/schemas/BaseMessageProperties"}
      - type: object
        required: [language]
        additionalProperties: false
        properties:
          language: {$ref: "#/components/schemas/Language", description: Of the template}
          index: {type: string, pattern: "^[2-6, 11-14]$"}
          interactive: {$ref: "#/components/schemas/InteractiveObject"}
          component: {$ref: "#/components/schemas/TemplateComponent"}
paths:
  /{Version}/{Phone}/messages:
    post:
      parameters:
      - {name: Authorization, in: header, required: true, schema: {type: string}}
      - {name: User-Agent, in: header, schema: {type: string, pattern: '^[a-z]+\/[0-9]+\.[0-9]+\.[0-9]+$'}}
      - {name: X-Own, in: header, schema: {type: string, maxLength: 2}}
      security: [{bearer: []}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Message"}}}}
`

func TestWhatNothingCouldFitInMetasDocumentIsMended(t *testing.T) {
	t.Parallel()
	docs, unread := Find(write(t, map[string]string{"m.yaml": meta}), Meta())
	if len(docs) != 1 || len(unread) != 0 {
		t.Fatalf("got %v, %v", docs, unread)
	}
	for name, tt := range map[string]struct {
		body, own string
		fits      bool
	}{
		"common properties, no policy, the first button": {`{"to":"1","language":{"code":"en"},"index":"0"}`, "", true},
		"a language without its code":                    {`{"to":"1","language":{}}`, "", false},
		"no common properties":                           {`{"language":{"code":"en"}}`, "", false},
		"a field that comes back":                        {`{"to":"1","language":{"code":"en"},"biz_opaque_callback_data":"m-1"}`, "", true},
		"a misspelt field":                               {`{"to":"1","language":{"code":"en"},"biz_opaque_data":"m-1"}`, "", false},
		"a misspelt field deep inside":                   {`{"to":"1","language":{"code":"en"},"interactive":{"action":{"name":"call_permission_request","nam":"x"}}}`, "", false},
		"a person's own id":                              {`{"recipient":"US.13491208655302741918","language":{"code":"en"}}`, "", true},
		"an id that is a number":                         {`{"recipient":"14155550100","language":{"code":"en"}}`, "", false},
		"a number and an id":                             {`{"to":"1","recipient":"US.1","language":{"code":"en"}}`, "", true},
		"a link behind a button":                         {`{"to":"1","language":{"code":"en"},"interactive":{"type":"cta_url","action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://a.example"}}}}`, "", true},
		"a link without its text":                        {`{"to":"1","language":{"code":"en"},"interactive":{"type":"cta_url","action":{"name":"cta_url","parameters":{"url":"https://a.example"}}}}`, "", false},
		"a coupon":                                       {`{"to":"1","language":{"code":"en"},"component":{"sub_type":"copy_code"}}`, "", true},
		"an unknown button":                              {`{"to":"1","language":{"code":"en"},"component":{"sub_type":"copy"}}`, "", false},
		"typing":                                         {`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.1","typing_indicator":{"type":"text"}}`, "", true},
		"typing by another name":                         {`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.1","typing":{"type":"text"}}`, "", false},
		"another header":                                 {`{"to":"1","language":{"code":"en"}}`, "long", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v9/77/messages", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("User-Agent", "Sluice")
		if tt.own != "" {
			r.Header.Set("X-Own", tt.own)
		}
		if err := Check(docs[0].T, r); (err == nil) != tt.fits {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
