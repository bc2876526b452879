package templates

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"sluice/server/channels"
	"sluice/server/store"
)

const (
	// beatEvery is how often a running import says that it is alive, and
	// beatLost when others take it for dead.
	beatEvery = 15 * time.Second
	beatLost  = time.Minute
	// firstWait and longestWait bound the waits after a vendor was busy, and
	// tries how often one page is asked for.
	firstWait   = 2 * time.Second
	longestWait = 2 * time.Minute
	tries       = 6
	// maxPages and maxTemplates are far above what vendors let an account have
	// (6,000 at Meta), so only a vendor's mistake reaches them.
	maxPages     = 2_000
	maxTemplates = 10_000
	// pageTimeout bounds one page, which is up to six calls at some vendors.
	pageTimeout = time.Minute
)

// The errors of Start.
var (
	// ErrNoList means that the channel's vendor lists no templates.
	ErrNoList = errors.New("the provider lists no templates")
	// ErrRunning means that an import of the channel runs.
	ErrRunning = errors.New("an import of this channel runs")
)

// Repository is what imports need of the database; *store.Store is the real one.
type Repository interface {
	BeginTemplateImport(ctx context.Context, workspace, channelID string, quiet store.Time) (store.TemplateImport, error)
	SaveTemplateImport(ctx context.Context, workspace string, i store.TemplateImport) error
	FinishTemplateImport(ctx context.Context, workspace string, i store.TemplateImport, channelType string,
		plan func(present []store.Template) (add, change []store.Template, result string, err error)) error
}

// Options are what an Importer is made of. All are needed.
type Options struct {
	Store    Repository
	Channels *channels.Registry
	Log      *slog.Logger
	Now      func() time.Time
}

// Importer runs imports in the background. Close ends them and waits.
type Importer struct {
	o       Options
	ctx     context.Context //nolint:containedctx // it is as long as the importer
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	active map[string]context.CancelFunc
}

// NewImporter makes an importer.
func NewImporter(o Options) *Importer {
	ctx, cancel := context.WithCancel(context.Background())
	return &Importer{o: o, ctx: ctx, cancel: cancel, active: map[string]context.CancelFunc{}}
}

// Close ends running imports, which then changed nothing, and waits for them.
func (i *Importer) Close() {
	i.mu.Lock()
	i.closed = true
	i.mu.Unlock()
	i.cancel()
	i.running.Wait()
}

// Cancel ends an import at once, if this server runs it. Who calls it has noted
// in the database that the import is cancelled.
func (i *Importer) Cancel(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if cancel, ok := i.active[id]; ok {
		cancel()
	}
}

// Lists tells whether templates can be imported for a kind of channel.
func Lists(registry *channels.Registry, kind string, t channels.ChannelType) bool {
	p, ok := registry.Provider(kind)
	if !ok {
		return false
	}
	_, lists := p.(channels.TemplateLister)
	return lists && p.Kind().Takes(t, "template")
}

// Lost reports whether whoever ran an import has died.
func Lost(i store.TemplateImport, now time.Time) bool {
	return i.State == store.ImportRunning && now.Sub(i.BeatAt.Time) > beatLost
}

// Start begins an import in the background. Errors: ErrNoList, ErrRunning, and
// those of the store.
func (i *Importer) Start(ctx context.Context, ch store.Channel, a channels.Account) (store.TemplateImport, error) {
	if !Lists(i.o.Channels, ch.Kind, channels.ChannelType(ch.Type)) {
		return store.TemplateImport{}, ErrNoList
	}
	provider, _ := i.o.Channels.Provider(ch.Kind)
	lister, _ := provider.(channels.TemplateLister)
	row, err := i.o.Store.BeginTemplateImport(ctx, ch.WorkspaceID, ch.ID, store.At(i.o.Now().Add(-beatLost)))
	if errors.Is(err, store.ErrConflict) {
		return row, ErrRunning
	}
	if err != nil {
		return row, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed {
		return row, context.Canceled
	}
	life, cancel := context.WithCancel(i.ctx)
	i.active[row.ID] = cancel
	r := &run{importer: i, lister: lister, channel: ch, account: a, row: row, kind: provider.Kind()}
	i.running.Go(func() {
		defer cancel()
		r.do(life)
		i.mu.Lock()
		delete(i.active, row.ID)
		i.mu.Unlock()
	})
	return row, nil
}

// run is one import.
type run struct {
	importer *Importer
	lister   channels.TemplateLister
	channel  store.Channel
	account  channels.Account
	kind     channels.Kind
	row      store.TemplateImport
	found    listing
}

func (r *run) do(ctx context.Context) {
	err := r.list(ctx)
	if err == nil {
		err = r.finish(ctx)
	}
	if err == nil || errors.Is(err, store.ErrNotFound) {
		// Done, or somebody cancelled it or deleted the channel.
		return
	}
	r.fail(ctx, err)
}

// list reads all pages.
func (r *run) list(ctx context.Context) error {
	page, seen := "", map[string]bool{}
	for range maxPages {
		got, err := r.page(ctx, page)
		if err != nil {
			return err
		}
		r.found.templates = append(r.found.templates, got.Templates...)
		r.found.skipped = append(r.found.skipped, got.Skipped...)
		r.row.Listed, r.row.Total = len(r.found.templates)+len(r.found.skipped), got.Total
		if err := r.beat(ctx); err != nil {
			return err
		}
		seen[page] = true
		page = got.Next
		if page == "" {
			return nil
		}
		if seen[page] || r.row.Listed > maxTemplates {
			return endless()
		}
		if err := r.wait(ctx, got.Pause); err != nil {
			return err
		}
	}
	return endless()
}

func endless() error {
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: "endless_list", Message: "The provider's list of templates does not end.",
		Hint: "Check that the channel's base URL leads to the provider.",
	}
}

// page reads one page, again while the vendor is busy or cannot be reached.
func (r *run) page(ctx context.Context, page string) (channels.TemplatePage, error) {
	pause := firstWait
	for try := 1; ; try++ {
		call, cancel := context.WithTimeout(ctx, pageTimeout)
		got, err := r.lister.ListTemplates(call, r.account, page)
		cancel()
		if err == nil {
			return got, nil
		}
		if ctx.Err() != nil {
			return got, ctx.Err()
		}
		se := channels.AsSendError(err)
		// Reading changes nothing, so an unknown outcome can be tried again.
		again := se.Class == channels.ClassRetryable || se.Class == channels.ClassUnknown
		if !again || try == tries {
			return got, se
		}
		if err := r.wait(ctx, min(max(pause, se.RetryAfter), longestWait)); err != nil {
			return got, err
		}
		pause *= 2
	}
}

// wait pauses, and shows meanwhile that the import is alive.
func (r *run) wait(ctx context.Context, d time.Duration) error {
	for d > 0 {
		step := min(d, beatEvery)
		d -= step
		timer := time.NewTimer(step)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		if d > 0 {
			if err := r.beat(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) beat(ctx context.Context) error {
	r.row.BeatAt = store.At(r.importer.o.Now())
	return r.importer.o.Store.SaveTemplateImport(ctx, r.channel.WorkspaceID, r.row)
}

func (r *run) finish(ctx context.Context) error {
	now := store.At(r.importer.o.Now())
	return r.importer.o.Store.FinishTemplateImport(ctx, r.channel.WorkspaceID, r.row, r.channel.Type, func(present []store.Template) (add, change []store.Template, result string, err error) {
		add, change, items, err := plan(r.channel, present, r.found, now)
		if err != nil {
			return nil, nil, "", err
		}
		text, err := json.Marshal(Result{Items: items})
		if err != nil {
			return nil, nil, "", fmt.Errorf("write the result of an import: %w", err)
		}
		return add, change, string(text), nil
	})
}

// fail writes why the import ended. What cannot be written is taken for dead
// after a while.
func (r *run) fail(ctx context.Context, err error) {
	log := r.importer.o.Log
	failure := r.explain(ctx, err)
	log.Warn("an import of templates failed", "channel_id", r.channel.ID, "workspace_id", r.channel.WorkspaceID, "code", failure.Code, "error", failure.Message)
	text, marshalErr := json.Marshal(Result{Failure: &failure})
	if marshalErr != nil {
		log.Error("the failure of an import cannot be written", "channel_id", r.channel.ID, "error", marshalErr)
		return
	}
	now := store.At(r.importer.o.Now())
	r.row.State, r.row.Result, r.row.EndedAt, r.row.BeatAt = store.ImportFailed, string(text), now, now
	if err := r.importer.o.Store.SaveTemplateImport(context.WithoutCancel(ctx), r.channel.WorkspaceID, r.row); err != nil && !errors.Is(err, store.ErrNotFound) {
		log.Error("the failure of an import cannot be noted", "channel_id", r.channel.ID, "error", err)
	}
}

// explain words an error for people. Providers speak of messages, since that is
// what most calls are about.
func (r *run) explain(ctx context.Context, err error) Failure {
	if ctx.Err() != nil {
		return Interrupted()
	}
	var se *channels.SendError
	if !errors.As(err, &se) {
		return Failure{Code: "internal", Message: "The list could not be written down.", Hint: "Import again in a moment."}
	}
	f := Failure{Code: se.Code, Message: se.Message, Hint: se.Hint}
	if se.Class == channels.ClassUnknown {
		f.Message = r.kind.Title + " gave no usable answer."
		f.Hint = "Import again in a moment."
	}
	f.Message = strings.Replace(f.Message, " refused the message", " refused to list the templates", 1)
	return f
}

// Interrupted is the failure of an import whose server stopped.
func Interrupted() Failure {
	return Failure{Code: "interrupted", Message: "The server stopped while the templates were imported, so nothing was changed.", Hint: "Import again."}
}
