package attachment_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/attachment"
	"sluice/server/channels/vendortest"
)

func TestFilesAreFetchedOrSaidWhyNot(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/busy":
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		default:
			w.Header().Set("Content-Type", "application/pdf; x=y")
			_, _ = io.WriteString(w, strings.Repeat("x", 10))
		}
	}))
	t.Cleanup(server.Close)
	client := vendortest.Client(t)
	for _, tt := range []struct {
		name, address, filename string
		limit                   int64
		want                    string
		class                   channels.Class
		code                    string
		wait                    time.Duration
	}{
		{name: "its own name", address: "/a/bill.pdf?key=canary", limit: 10, want: "bill.pdf"},
		{name: "a given name", address: "/a/bill.pdf", filename: "In\r\nvoice/../\"1\".pdf", limit: 10, want: "Invoice..1.pdf"},
		{name: "no name", address: "/", limit: 10, want: "file"},
		{name: "a long name", address: "/x", filename: strings.Repeat("ü", 200) + ".pdf", limit: 10, want: strings.Repeat("ü", 116) + ".pdf"},
		{name: "too large", address: "/a/bill.pdf?key=canary", limit: 9, class: channels.ClassPermanent, code: attachment.CodeTooLarge},
		{name: "busy", address: "/busy", limit: 10, class: channels.ClassRetryable, code: attachment.CodeUnavailable, wait: 3 * time.Second},
		{name: "gone", address: "/gone?key=canary", limit: 10, class: channels.ClassPermanent, code: attachment.CodeUnavailable},
		{name: "cut short", address: "/cut", limit: 1000, class: channels.ClassRetryable, code: attachment.CodeUnavailable},
		{name: "inside", address: "http://10.0.0.1/?key=canary", limit: 10, class: channels.ClassPermanent, code: channels.CodeBlocked},
		{name: "nobody listens", address: "http://" + vendortest.Unused(t), limit: 10, class: channels.ClassRetryable, code: channels.CodeNotConnected},
		{name: "a file of this machine", address: "file:///etc/passwd", limit: 10, class: channels.ClassPermanent, code: attachment.CodeAddress},
		{name: "nonsense", address: "http://[", limit: 10, class: channels.ClassPermanent, code: attachment.CodeAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := tt.address
			if strings.HasPrefix(address, "/") {
				address = server.URL + address
			}
			f, err := attachment.Fetch(t.Context(), client, address, tt.filename, tt.limit)
			if tt.want != "" {
				if err != nil || f.Name != tt.want || string(f.Content) != "xxxxxxxxxx" || f.ContentType != "application/pdf" {
					t.Errorf("got %+v, %v", f, err)
				}
				return
			}
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.RetryAfter != tt.wait || strings.Contains(se.Error(), "canary") {
				t.Errorf("got %+v", se)
			}
		})
	}
}
