package storetest

import (
	"errors"
	"testing"
	"time"

	"sluice/server/store"
)

func templateImport(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	ch := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("wa"), nil, 9))
	old := must[store.Template](t)(s.CreateTemplate(ctx, mine, store.Template{ChannelType: "whatsapp", Slug: "old", Language: "en", Status: store.TemplateApproved}))
	quiet := func() store.Time { return store.At(c.now.Add(-time.Minute)) }

	first := must[store.TemplateImport](t)(s.BeginTemplateImport(ctx, mine, ch.ID, quiet()))
	if _, err := s.BeginTemplateImport(ctx, mine, ch.ID, quiet()); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second one beside it: %v", err)
	}
	if _, err := s.BeginTemplateImport(ctx, mine, "nothing", quiet()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of no channel: %v", err)
	}
	c.now = c.now.Add(2 * time.Minute)
	second := must[store.TemplateImport](t)(s.BeginTemplateImport(ctx, mine, ch.ID, quiet()))
	if second.ID == first.ID {
		t.Error("a dead import is not replaced")
	}
	if err := s.SaveTemplateImport(ctx, mine, first); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the dead one writes on: %v", err)
	}
	second.Listed, second.Total, second.BeatAt = 3, 9, store.At(c.now)
	ok(t, s.SaveTemplateImport(ctx, mine, second))
	if got := must[store.TemplateImport](t)(s.TemplateImport(ctx, mine, ch.ID)); got.Listed != 3 || got.Total != 9 || got.State != store.ImportRunning {
		t.Errorf("its progress is %+v", got)
	}

	wrong := errors.New("no plan")
	err := s.FinishTemplateImport(ctx, mine, second, "whatsapp", func([]store.Template) (a, b []store.Template, r string, err error) { return nil, nil, "", wrong })
	if !errors.Is(err, wrong) {
		t.Errorf("a plan that fails: %v", err)
	}
	// Two that are called the same cannot both be written, so neither is.
	err = s.FinishTemplateImport(ctx, mine, second, "whatsapp", func(present []store.Template) (a, b []store.Template, r string, err error) {
		present[0].Body = "changed"
		twin := store.Template{ID: store.NewID(), Slug: "new", Language: "en", Status: store.TemplatePaused}
		other := twin
		other.ID = store.NewID()
		return []store.Template{twin, other}, present, "{}", nil
	})
	if got := must[store.Template](t)(s.Template(ctx, mine, old.ID)); !errors.Is(err, store.ErrConflict) || got.Body != "" {
		t.Errorf("half of an import was written: %v, %+v", err, got)
	}
	ok(t, s.FinishTemplateImport(ctx, mine, second, "whatsapp", func(present []store.Template) (a, b []store.Template, r string, err error) {
		present[0].Body, present[0].GoneAt = "changed", store.At(c.now)
		fresh := store.Template{
			ID: store.NewID(), Slug: "new", Language: "en", Status: store.TemplateDisabled, Content: `{"footer":"f"}`, SourceKind: "twilio", SourceChannelID: ch.ID,
			VendorID: "HX1", VendorName: "New", StatusReason: "why", Quality: "low", SeenAt: store.At(c.now),
		}
		return []store.Template{fresh}, present, `{"items":[]}`, nil
	}))
	found := must[store.Template](t)(s.FindTemplate(ctx, mine, "whatsapp", "new", "en"))
	if found.Content != `{"footer":"f"}` || found.VendorID != "HX1" || found.Quality != "low" || !found.SeenAt.Equal(c.now) || found.Usable() {
		t.Errorf("the new one is %+v", found)
	}
	if got := must[store.Template](t)(s.Template(ctx, mine, old.ID)); got.Body != "changed" || !got.GoneAt.Equal(c.now) || got.Usable() {
		t.Errorf("the changed one is %+v", got)
	}
	if got := must[store.TemplateImport](t)(s.TemplateImport(ctx, mine, ch.ID)); got.State != store.ImportDone || got.Result != `{"items":[]}` || !got.EndedAt.Equal(c.now) {
		t.Errorf("the import ended as %+v", got)
	}
	if err := s.CancelTemplateImport(ctx, mine, ch.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("cancelling what has ended: %v", err)
	}
	must[store.TemplateImport](t)(s.BeginTemplateImport(ctx, mine, ch.ID, quiet()))
	ok(t, s.CancelTemplateImport(ctx, mine, ch.ID))
	if got := must[store.TemplateImport](t)(s.TemplateImport(ctx, mine, ch.ID)); got.State != store.ImportCancelled {
		t.Errorf("cancelled, it is %+v", got)
	}
	if all := must[[]store.Template](t)(s.TemplatesOfType(ctx, mine, "whatsapp")); len(all) != 2 {
		t.Errorf("there are %d templates", len(all))
	}
}
