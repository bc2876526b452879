package templates

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a Repository of one channel.
type memory struct {
	mu   sync.Mutex
	row  store.TemplateImport
	rows []store.Template
}

func (m *memory) BeginTemplateImport(_ context.Context, workspace, channelID string, quiet store.Time) (store.TemplateImport, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.row.State == store.ImportRunning && !m.row.BeatAt.Before(quiet.Time) {
		return store.TemplateImport{}, store.ErrConflict
	}
	now := store.At(time.Now())
	m.row = store.TemplateImport{WorkspaceID: workspace, ChannelID: channelID, ID: store.NewID(), State: store.ImportRunning, StartedAt: now, BeatAt: now, Result: "{}"}
	return m.row, nil
}

func (m *memory) SaveTemplateImport(_ context.Context, _ string, i store.TemplateImport) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.row.ID != i.ID || m.row.State != store.ImportRunning {
		return store.ErrNotFound
	}
	m.row = i
	return nil
}

func (m *memory) FinishTemplateImport(_ context.Context, _ string, i store.TemplateImport, _ string, plan func([]store.Template) (a, c []store.Template, result string, err error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.row.ID != i.ID || m.row.State != store.ImportRunning {
		return store.ErrNotFound
	}
	add, change, result, err := plan(m.rows)
	if err != nil {
		return err
	}
	m.rows = append(append([]store.Template{}, add...), change...)
	i.State, i.Result = store.ImportDone, result
	m.row = i
	return nil
}

func (m *memory) now() store.TemplateImport {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.row
}

// cancelled is what CancelTemplateImport does.
func (m *memory) cancelled() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.row.State = store.ImportCancelled
}

// vendorOf is a provider that only lists.
type vendorOf struct {
	channels.Provider
	list func(ctx context.Context, page string) (channels.TemplatePage, error)
}

func (v vendorOf) Kind() channels.Kind {
	return channels.Kind{Name: "vendor", Title: "Vendor", Forms: map[channels.ChannelType][]flows.MessageType{channels.WhatsApp: {flows.MessageTemplate}}}
}

func (v vendorOf) ListTemplates(ctx context.Context, _ channels.Account, page string) (channels.TemplatePage, error) {
	return v.list(ctx, page)
}

func importing(t *testing.T, list func(ctx context.Context, page string) (channels.TemplatePage, error)) (*Importer, *memory, func() store.TemplateImport) {
	t.Helper()
	m := &memory{}
	i := NewImporter(Options{Store: m, Channels: channels.NewRegistry(vendorOf{list: list}), Log: slog.New(slog.DiscardHandler), Now: time.Now})
	start := func() store.TemplateImport {
		row, err := i.Start(t.Context(), store.Channel{ID: "c", WorkspaceID: "w", Slug: "wa", Type: "whatsapp", Kind: "vendor"}, channels.Account{})
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	return i, m, start
}

func failureOf(t *testing.T, row store.TemplateImport) Failure {
	t.Helper()
	var r Result
	if err := json.Unmarshal([]byte(row.Result), &r); err != nil || r.Failure == nil {
		t.Fatalf("the result is %s", row.Result)
	}
	return *r.Failure
}

func TestAnImportReadsAllPagesAndWaitsAsTheVendorAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		busy := 0
		i, m, start := importing(t, func(_ context.Context, page string) (channels.TemplatePage, error) {
			if page == "2" && busy < 2 {
				busy++
				return channels.TemplatePage{}, &channels.SendError{Class: channels.ClassRetryable, RetryAfter: 40 * time.Second}
			}
			if page == "" {
				return channels.TemplatePage{Templates: []channels.VendorTemplate{vendor("1", "a", "en", "x")}, Next: "2", Total: 2, Pause: time.Second}, nil
			}
			return channels.TemplatePage{Templates: []channels.VendorTemplate{vendor("2", "b", "en", "x")}, Total: 2}, nil
		})
		defer i.Close()
		start()
		synctest.Wait()
		if row := m.now(); row.State != store.ImportRunning || row.Listed != 1 || row.Total != 2 {
			t.Errorf("after the first page: %+v", row)
		}
		if _, err := i.Start(t.Context(), store.Channel{ID: "c", Type: "whatsapp", Kind: "vendor"}, channels.Account{}); err != ErrRunning { //nolint:errorlint // the very error
			t.Errorf("a second import: %v", err)
		}
		began := time.Now()
		time.Sleep(50 * time.Second)
		synctest.Wait()
		// It is waiting for the vendor, and says that it is alive.
		if row := m.now(); Lost(row, time.Now()) || row.BeatAt.Sub(began) < 30*time.Second {
			t.Errorf("while it waits: %+v", row)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if row := m.now(); row.State != store.ImportDone || row.Listed != 2 || len(m.rows) != 2 {
			t.Errorf("at the end: %+v, %d templates", row, len(m.rows))
		}
	})
}

func TestAnImportThatFailsChangesNothingAndSaysWhy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want Failure
	}{
		{"refused", &channels.SendError{Class: channels.ClassAuth, Code: "190", Message: "Meta refused the message: no", Hint: "Bind again."}, Failure{"190", "Meta refused to list the templates: no", "Bind again."}},
		{"no answer at last", &channels.SendError{Class: channels.ClassUnknown, Code: "no_answer", Message: "may be on its way"}, Failure{"no_answer", "Vendor gave no usable answer.", "Import again in a moment."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				i, m, start := importing(t, func(_ context.Context, page string) (channels.TemplatePage, error) {
					if page == "" {
						return channels.TemplatePage{Templates: []channels.VendorTemplate{vendor("1", "a", "en", "x")}, Next: "2"}, nil
					}
					return channels.TemplatePage{}, tt.err
				})
				defer i.Close()
				start()
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if row := m.now(); row.State != store.ImportFailed || failureOf(t, row) != tt.want || len(m.rows) != 0 {
					t.Errorf("got %+v, %d templates", row, len(m.rows))
				}
			})
		})
	}
}

func TestCancellingEndsAnImportAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, m, start := importing(t, func(ctx context.Context, _ string) (channels.TemplatePage, error) {
			<-ctx.Done()
			return channels.TemplatePage{}, ctx.Err()
		})
		defer i.Close()
		row := start()
		synctest.Wait()
		m.cancelled()
		i.Cancel(row.ID)
		synctest.Wait()
		if got := m.now(); got.State != store.ImportCancelled || len(m.rows) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestStoppingTheServerIsToldAsSuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, m, start := importing(t, func(ctx context.Context, _ string) (channels.TemplatePage, error) {
			<-ctx.Done()
			return channels.TemplatePage{}, ctx.Err()
		})
		start()
		synctest.Wait()
		i.Close()
		if got := m.now(); got.State != store.ImportFailed || failureOf(t, got).Code != "interrupted" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAListWithoutEndIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, m, start := importing(t, func(context.Context, string) (channels.TemplatePage, error) {
			return channels.TemplatePage{Next: "same"}, nil
		})
		defer i.Close()
		start()
		synctest.Wait()
		if got := m.now(); got.State != store.ImportFailed || failureOf(t, got).Code != "endless_list" {
			t.Errorf("got %+v", got)
		}
	})
}
