package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/runtime"
	"sluice/server/store"
)

func TestFailuresOfTheServerSayWhenToTryAgain(t *testing.T) {
	t.Parallel()
	a := &API{}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, f := range map[string]struct {
		ctx    context.Context
		err    error
		status int
		code   string
		retry  int
	}{
		"the database is away":   {t.Context(), fmt.Errorf("list flows: %w: connection refused", store.ErrUnavailable), http.StatusServiceUnavailable, "unavailable", 2},
		"the runtime is busy":    {t.Context(), fmt.Errorf("start: %w", &runtime.BusyError{RetryAfter: 1500 * time.Millisecond}), http.StatusTooManyRequests, "busy", 2},
		"busy without a time":    {t.Context(), runtime.ErrBusy, http.StatusTooManyRequests, "busy", 1},
		"the server stops":       {t.Context(), runtime.ErrStopped, http.StatusServiceUnavailable, "stopping", 2},
		"the row is not there":   {t.Context(), store.ErrNotFound, http.StatusNotFound, "not_found", 0},
		"somebody was faster":    {t.Context(), store.ErrStale, http.StatusConflict, "changed", 0},
		"a name is taken":        {t.Context(), &store.ConflictError{Field: "slug"}, http.StatusConflict, "taken", 0},
		"the body is too large":  {t.Context(), &http.MaxBytesError{Limit: 5}, http.StatusRequestEntityTooLarge, "too_large", 0},
		"the client went away":   {cancelled, errors.New("cut"), http.StatusServiceUnavailable, "cancelled", 0},
		"nobody thought of it":   {t.Context(), errors.New("secret detail of the inside"), http.StatusInternalServerError, "internal", 0},
		"it is meant for people": {t.Context(), fmt.Errorf("wrapped: %w", notFound("flow")), http.StatusNotFound, "not_found", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := a.refusalOf(f.ctx, f.err)
			retry := 0
			if r.RetryAfter != nil {
				retry = *r.RetryAfter
			}
			if r.Status != f.status || r.Code != f.code || retry != f.retry || r.Title == "" {
				t.Errorf("the answer is %d %s, try again after %d s; want %d %s, %d s", r.Status, r.Code, retry, f.status, f.code, f.retry)
			}
			if text, err := json.Marshal(r.Problem); err != nil || strings.Contains(string(text), "secret detail") {
				t.Errorf("the answer tells the inside: %s %v", text, err)
			}
		})
	}
}

func TestSlugsAreMadeOfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"SMS": "sms", "  Büro — Nord  ": "buro-nord", "a__b": "a-b", "日本": "", "Order #5!": "order-5", "Ünïcödé": "unicode",
		"---": "", "x" + string(make([]byte, 3)) + "y": "x-y",
	} {
		if got := slugOf(name); got != want {
			t.Errorf("slugOf(%q) = %q; want %q", name, got, want)
		}
	}
	long := slugOf("aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee fffffffff gggggggggg")
	if len(long) > maxSlug || len(numbered(long, 123)) > maxSlug || numbered(long, 123)[len(numbered(long, 123))-4:] != "-123" {
		t.Errorf("a long slug is %q and numbered %q", long, numbered(long, 123))
	}
}

func TestCopiesKeepTheLimitOfNames(t *testing.T) {
	t.Parallel()
	name := ""
	for len(name) < 198 {
		name += "é"
	}
	if got := copyName(name); len(got) > 200 || got[len(got)-7:] != " (copy)" || !json.Valid([]byte(`"`+got+`"`)) {
		t.Errorf("the copy is named %q", got)
	}
}

func TestAddressesAreMaskedInLists(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"": "", "+639171234567": "+63917•••4567", "12345": "12•••", "+1234567890": "+12345•••7890", "x": "x•••"} {
		if got := maskAddress(address); got != want {
			t.Errorf("maskAddress(%q) = %q; want %q", address, got, want)
		}
	}
}

func TestVisitsAreReadFromMessageIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int{
		"01a1fc6d-a1ff-7c0a-862d-98adc28a9967-3": 3, "01a1fc6d-a1ff-7c0a-862d-98adc28a9967-1000": 1000,
		"test-01a1fc6d-a1ff-7c0a-862d-982345678967": 0, "test-01a1fc6d-a1ff-7c0a-862d-98adc28a9967": 0, "": 0, "x": 0, "x-": 0,
	} {
		if got := visitOf(id); got != want {
			t.Errorf("visitOf(%q) = %d; want %d", id, got, want)
		}
	}
}

func TestDepthIsCountedOutsideOfStrings(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{`[[[`: true, `[[]]`: false, `["[[[["]`: false, `["\"[[[["]`: false, `[[],[],[]]`: false, `{"a":{"b":{}}}`: true} {
		if got := deeperThan([]byte(body), 2); got != want {
			t.Errorf("deeperThan(%s, 2) = %v", body, got)
		}
	}
}

// FuzzImport: whatever is imported, what is kept reads back as the same.
func FuzzImport(f *testing.F) {
	f.Add([]byte(`{"schema":"sluice/v1","name":"x","nodes":[{"id":"s","type":"start"}],"edges":[]}`))
	f.Add([]byte(`{"name":"x","nodes":[{"id":"a","type":"jump","config":{"target":"a"}}],"edges":[{"from":"a","port":"p","to":"a"}]}`))
	f.Add([]byte(`[[[[`))
	a := &API{nodes: nodes.Standard()}
	f.Fuzz(func(t *testing.T, data []byte) {
		checked := a.checkDefinition(data)
		if checked.importable() != nil {
			return
		}
		text, err := checked.text(data)
		if err != nil {
			t.Fatalf("an imported flow cannot be written: %v", err)
		}
		again := a.checkDefinition([]byte(text))
		kept, err := again.text([]byte(text))
		if err != nil || again.importable() != nil || kept != text {
			t.Fatalf("what was kept reads back as another flow: %v\n%s\n%s", err, text, kept)
		}
		if renamed, err := renamed(text, "another name"); err != nil || a.checkDefinition([]byte(renamed)).importable() != nil {
			t.Fatalf("the flow cannot be renamed: %v", err)
		}
	})
}
