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
    Base:
      type: object
      required: [to]
      properties: {to: {type: string}}
    Message:
      allOf:
      - {$ref: "#/components/schemas/Base"}
      - type: object
        required: [language]
        additionalProperties: false
        properties:
          language: {$ref: "#/components/schemas/Language", description: Of the template}
          index: {type: string, pattern: "^[2-6, 11-14]$"}
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
