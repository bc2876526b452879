package twilio

import (
	"net/url"
	"strings"
	"testing"
)

// Known answers: the example of Twilio's security documentation, and the
// vectors that its own client libraries are tested with.
func TestKnownSignatures(t *testing.T) {
	t.Parallel()
	const example = "https://mycompany.com/myapp.php?foo=1&bar=2"
	const bodyHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
	body := []byte(`{"property": "value", "boolean": true}`)
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"},
		"From": {"+14158675309"}, "To": {"+18005551212"},
	}
	plainHTTP := strings.Replace(example, "https", "http", 1)
	tests := []struct {
		name      string
		url       string
		params    url.Values
		signature string
	}{
		{"the documented example", example, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		{"a repeated parameter counts each value once, in order", example, url.Values{
			"Sid": {"CA123"}, "SidAccount": {"AC123"}, "Digits": {"5678", "1234", "1234"},
		}, "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
		{"a body that is not a form", example + "&bodySHA256=" + bodyHash, nil, "a9nBmqA0ju/hNViExpshrM61xv4="},
		{"the hash alone in the query", "https://mycompany.com/myapp.php?bodySHA256=" + bodyHash, nil, "y77kIzt2vzLz71DgmJGsen2scGs="},
		{"signed without our port", strings.Replace(example, ".com", ".com:1234", 1), form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		{"signed with our port over http", strings.Replace(plainHTTP, ".com", ".com:1234", 1), form, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="},
		{"signed with the default https port", example, form, "kvajT1Ptam85bY51eRf/AJRuM3w="},
		{"signed with the default http port", plainHTTP, form, "0ZXoZLH/DfblKGATFgpif+LLRf4="},
		{"an address with a name and password", strings.Replace(example, "//", "//user:pass@", 1), form, "CukzLTc1tT5dXEDIHm/tKBanW10="},
		{"an address with a name", strings.Replace(example, "//", "//user@", 1), form, "2YRLlVAflCqxaNicjMpJcSTgzSs="},
		{"the same, signed with the default port", strings.Replace(example, "//", "//user:pass@", 1), form, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !validSignature("12345", tt.url, tt.params, body, tt.signature) {
				t.Error("the genuine signature is refused")
			}
			if validSignature("12346", tt.url, tt.params, body, tt.signature) {
				t.Error("another token passes")
			}
			if validSignature("12345", tt.url+"x", tt.params, body, tt.signature) {
				t.Error("another URL passes")
			}
		})
	}
	if Sign("12345", example, form) != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Error("Sign differs from the documented example")
	}
	if validSignature("12345", "https://%zz", form, body, Sign("12345", "https://%zz", form)) {
		t.Error("an address that cannot be read passes")
	}
	if validSignature("12345", example, nil, body, Sign("12345", example, nil)) {
		t.Error("a body without its hash in the URL passes")
	}
}

func TestSpellingsKeepEveryOtherByte(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://h.example":              "https://h.example https://h.example:443 https://h.example",
		"https://h.example:443/a%2fb?x":  "https://h.example:443/a%2fb?x https://h.example:443/a%2fb?x https://h.example/a%2fb?x",
		"http://[::1]/h?u=//h.example@x": "http://[::1]/h?u=//h.example@x http://[::1]:80/h?u=//h.example@x http://[::1]/h?u=//h.example@x",
		"http://[::1]:8080/h":            "http://[::1]:8080/h http://[::1]:8080/h http://[::1]/h",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(spellings(u, in), " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
