package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sluice/server/channels"
	"sluice/server/egress"
	"sluice/server/store"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"))
}

// memory is a Repository of one file. Nothing in it is sealed.
type memory struct {
	Repository

	same  *store.Media
	saved store.Media
	// pruned is the row that is gone by the time that somebody saves a share.
	pruned string
}

func (m *memory) OpenMediaSource(f store.Media) ([]byte, error)        { return f.Source, nil }
func (m *memory) SealMediaKey(_ string, key []byte) ([]byte, error)    { return key, nil }
func (m *memory) OpenMediaKey(f store.Media) ([]byte, error)           { return f.DataKey, nil }
func (m *memory) Credentials(store.Channel) (map[string]string, error) { return nil, nil } //nolint:nilnil // a channel without credentials

func (m *memory) SaveMedia(_ context.Context, _ string, f store.Media) error {
	if f.SharesWith != "" && f.SharesWith == m.pruned {
		return store.ErrStale
	}
	m.saved = f
	return nil
}

func (m *memory) Channel(_ context.Context, workspace, id string) (store.Channel, error) {
	if id == "gone" {
		return store.Channel{}, store.ErrNotFound
	}
	return store.Channel{ID: id, WorkspaceID: workspace, Kind: "vendor"}, nil
}

func (m *memory) SameMedia(_ context.Context, _, sum string) (store.Media, error) {
	if m.same == nil || m.same.SHA256 != sum {
		return store.Media{}, store.ErrNotFound
	}
	return *m.same, nil
}

type vendor struct{ channels.Provider }

func (vendor) Kind() channels.Kind { return channels.Kind{Name: "vendor", Title: "Vendor"} }

const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR and the rest"

func newService(t *testing.T, answer http.HandlerFunc) (*Service, *memory, func(change func(*store.Media)) store.Media) {
	t.Helper()
	fake := httptest.NewServer(answer)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	disk, err := NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{}
	s := New(Options{
		Store: m, Storage: disk, Channels: channels.NewRegistry(vendor{}), Client: client, Limits: Limits{"image": 1 << 10}, Temporary: t.TempDir(),
		Worker: "w", Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	return s, m, func(change func(*store.Media)) store.Media {
		source, err := json.Marshal(channels.Media{URL: fake.URL + "/f?key=secret", ContentType: "image/png"})
		if err != nil {
			t.Fatal(err)
		}
		f := store.Media{
			ID: "m-0", WorkspaceID: "w", ChannelID: "c", Type: "image", DeclaredType: "image/png", Source: source, Status: store.MediaWaiting, Attempts: 1,
			GiveUpAt: store.At(time.Now().Add(time.Hour)),
		}
		change(&f)
		s.Fetch(t.Context(), f)
		return m.saved
	}
}

func TestFetchingEndsAsTheVendorAnswers(t *testing.T) {
	t.Parallel()
	answers := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		change func(*store.Media)
		status store.MediaStatus
		code   string
		wait   time.Duration
	}{
		{"a picture", answers(200, dot), nil, store.MediaStored, "", 0},
		{"gone", answers(404, ""), nil, store.MediaFailed, channels.CodeMediaGone, 0},
		{"an address that has expired", answers(403, "URL signature expired"), nil, store.MediaFailed, channels.CodeMediaGone, 0},
		{"busy", answers(429, "", "Retry-After", "90"), nil, store.MediaWaiting, "http_429", 90 * time.Second},
		{"broken", answers(500, ""), nil, store.MediaWaiting, "http_500", 2 * time.Second},
		{"broken for the third time", answers(500, ""), func(f *store.Media) { f.Attempts = 3 }, store.MediaWaiting, "http_500", 30 * time.Second},
		{"broken for too long", answers(500, ""), func(f *store.Media) { f.GiveUpAt = store.At(time.Now()) }, store.MediaFailed, "http_500", 0},
		{"too large", answers(200, dot+strings.Repeat("x", 2<<10)), nil, store.MediaFailed, channels.CodeMediaSize, 0},
		{"too large, and it says so", answers(200, strings.Repeat("x", 2<<10), "Content-Length", "2048"), nil, store.MediaFailed, channels.CodeMediaSize, 0},
		{"a page", answers(200, "<html><body>sign in</body></html>"), nil, store.MediaFailed, channels.CodeMediaType, 0},
		{"nothing", answers(200, ""), nil, store.MediaFailed, channels.CodeMediaGone, 0},
		{"a channel that was deleted", answers(200, dot), func(f *store.Media) { f.ChannelID = "gone" }, store.MediaFailed, "channel_gone", 0},
		{"an address inside", answers(200, dot), func(f *store.Media) { f.Source = []byte(`{"url": "http://169.254.169.254/latest/meta-data"}`) }, store.MediaFailed, channels.CodeBlocked, 0},
		{"no address", answers(200, dot), func(f *store.Media) { f.Source = []byte(`{"url": "file:///etc/passwd"}`) }, store.MediaFailed, channels.CodeMediaGone, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, fetch := newService(t, tt.answer)
			began := time.Now()
			got := fetch(func(f *store.Media) {
				if tt.change != nil {
					tt.change(f)
				}
			})
			if got.Status != tt.status || got.Code != tt.code || strings.Contains(got.Reason, "secret") {
				t.Errorf("got %s %s %q, want %s %s", got.Status, got.Code, got.Reason, tt.status, tt.code)
			}
			if wait := got.NextAt.Sub(began); tt.wait > 0 && (wait < tt.wait || wait > tt.wait+time.Minute) {
				t.Errorf("it waits %v, want %v", wait, tt.wait)
			}
			if (got.Status == store.MediaFailed) != (got.Status != store.MediaStored && got.Reason != "" && got.Status != store.MediaWaiting) {
				t.Errorf("it says %q", got.Reason)
			}
		})
	}
}

func TestAKeptFileIsReadFromAnyPlace(t *testing.T) {
	t.Parallel()
	s, _, fetch := newService(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, dot) })
	kept := fetch(func(*store.Media) {})
	sum := sha256.Sum256([]byte(dot))
	if kept.SHA256 != hex.EncodeToString(sum[:]) || kept.Size != int64(len(dot)) || kept.ContentType != "image/png" {
		t.Fatalf("it is kept as %+v", kept)
	}
	f, err := s.Open(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, from := range []int64{0, 5, 2, int64(len(dot)) - 1} {
		if at, err := f.Seek(from, io.SeekStart); err != nil || at != from {
			t.Fatalf("seek to %d: %d, %v", from, at, err)
		}
		if got, err := io.ReadAll(f); err != nil || string(got) != dot[from:] {
			t.Errorf("from %d: %q, %v", from, got, err)
		}
	}
	if _, err := f.Seek(-1, io.SeekStart); err == nil {
		t.Error("there is something before the file")
	}
}

func TestTheSameContentIsKeptOnce(t *testing.T) {
	t.Parallel()
	s, m, fetch := newService(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, dot) })
	first := fetch(func(*store.Media) {})
	m.same = &first
	second := fetch(func(f *store.Media) { f.ID = "m-1" })
	if second.StorageKey != first.StorageKey {
		t.Errorf("it is kept twice: %s, %s", first.StorageKey, second.StorageKey)
	}
	// One that is removed just then is fetched again.
	m.pruned = first.ID
	if f := fetch(func(f *store.Media) { f.ID = "m-2" }); f.Status != store.MediaWaiting || f.StorageKey != "" || f.NextAt.After(time.Now()) {
		t.Errorf("a share in what is gone: %+v", f)
	}
	// One that was lost is kept anew.
	if err := s.o.Storage.Delete(t.Context(), first.StorageKey); err != nil {
		t.Fatal(err)
	}
	if third := fetch(func(f *store.Media) { f.ID = "m-2" }); third.StorageKey == first.StorageKey || third.Status != store.MediaStored {
		t.Errorf("the lost one is named again: %+v", third)
	}
}
