package alibaba

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The example of "V3 request syntax and signature method".
func TestTheDocumentedRequestGetsTheDocumentedSignature(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"https://ecs.cn-shanghai.aliyuncs.com/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	sign(req, nil, signing{
		keyID: "YourAccessKeyId", secret: "YourAccessKeySecret", action: "RunInstances", version: "2014-05-26",
		date: time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC), nonce: "3156853299f313e23d1673dc12e1703d",
	})
	const want = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId," +
		"SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := req.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestQueriesAreEscapedAsTheyAreSigned(t *testing.T) {
	t.Parallel()
	got := canonicalQuery(map[string][]string{"b": {"a b+c*~é/"}, "a": {"1"}})
	if want := "a=1&b=a%20b%2Bc%2A~%C3%A9%2F"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if strings.Contains(got, "+") {
		t.Error("a space is not a plus in RFC 3986")
	}
}
