package templates

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/store"
)

var (
	monday  = store.At(time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC))
	tuesday = store.At(time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC))
	meta    = store.Channel{ID: "c1", WorkspaceID: "w", Slug: "wa-main", Type: "whatsapp", Kind: "meta_whatsapp"}
)

func vendor(id, name, language, body string) channels.VendorTemplate {
	return channels.VendorTemplate{ID: id, Status: channels.TemplateApproved, Template: channels.Template{
		Name: name, Language: language, Category: "utility", ProviderID: name, Body: body,
		TemplateContent: channels.TemplateContent{Footer: "Shop", Parameters: []channels.TemplateParameter{{Name: "1", Kind: "text"}}},
	}}
}

// registry plays imports one after the other.
type registry struct {
	t    *testing.T
	rows map[string]store.Template
}

func (r *registry) take(ch store.Channel, now store.Time, listed ...channels.VendorTemplate) string {
	r.t.Helper()
	var present []store.Template
	for _, row := range r.rows {
		present = append(present, row)
	}
	add, change, items, err := plan(ch, present, listing{templates: listed}, now)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, row := range append(add, change...) {
		row.ChannelType = ch.Type
		r.rows[row.ID] = row
	}
	taken := map[string]bool{}
	for _, row := range r.rows {
		key := row.Slug + " " + row.Language
		if taken[key] {
			r.t.Errorf("two templates are called %s", key)
		}
		taken[key] = true
	}
	var lines []string
	for _, i := range items {
		line := fmt.Sprintf("%s %s/%s", i.Outcome, i.Slug, i.Language)
		if len(i.Changes) > 0 {
			line += " (" + strings.Join(i.Changes, " ") + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestImportingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	r := registry{t, map[string]store.Template{}}
	list := []channels.VendorTemplate{vendor("1", "Order Shipped", "en", "Hi {{1}}"), vendor("2", "Order Shipped", "de", "Hallo {{1}}")}
	for i, want := range []string{
		"added order_shipped/de, added order_shipped/en", "unchanged order_shipped/de, unchanged order_shipped/en", "unchanged order_shipped/de, unchanged order_shipped/en",
	} {
		if got := r.take(meta, monday, list...); got != want {
			t.Errorf("import %d: %s, want %s", i+1, got, want)
		}
	}
	for _, row := range r.rows {
		if row.Parameters != 1 || row.SeenAt != monday || row.SourceChannelID != "c1" || row.Status != store.TemplateApproved || !strings.Contains(row.Content, "Shop") {
			t.Errorf("the row is %+v", row)
		}
	}
}

func TestChangesAreNamedAndWhatIsGoneIsKept(t *testing.T) {
	t.Parallel()
	r := registry{t, map[string]store.Template{}}
	a, b := vendor("1", "a", "en", "Hi {{1}}"), vendor("2", "b", "en", "Ho")
	r.take(meta, monday, a, b)
	a.Body, a.Status, a.Reason, a.Quality, a.Footer = "Hello {{1}}", channels.TemplatePaused, "Complaints.", "low", ""
	if got, want := r.take(meta, tuesday, a), "updated a/en (text footer status quality), gone b/en"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, row := range r.rows {
		if row.Slug == "b" && (row.GoneAt != tuesday || row.Body != "Ho" || row.SeenAt != monday) {
			t.Errorf("what is gone is %+v", row)
		}
	}
	if got, want := r.take(meta, tuesday, a, b), "unchanged a/en, updated b/en (status)"; got != want {
		t.Errorf("when it comes back: %s, want %s", got, want)
	}
}

func TestASlugThatAPersonMadeIsNeverTaken(t *testing.T) {
	t.Parallel()
	byHand := store.Template{ID: "h", ChannelType: "whatsapp", Slug: "otp", Name: "One-time password", Language: "en", Body: "Mine", Status: store.TemplateApproved}
	r := registry{t, map[string]store.Template{"h": byHand}}
	list := []channels.VendorTemplate{vendor("1", "otp", "en", "Theirs {{1}}"), vendor("2", "otp", "de", "Ihrer {{1}}")}
	if got, want := r.take(meta, monday, list...), "added otp_wa-main/de, added otp_wa-main/en"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if r.rows["h"] != byHand {
		t.Errorf("the one made by hand is %+v", r.rows["h"])
	}
	if got, want := r.take(meta, monday, append(list, vendor("3", "otp", "fr", "x"))...), "unchanged otp_wa-main/de, unchanged otp_wa-main/en, added otp_wa-main/fr"; got != want {
		t.Errorf("again: %s, want %s", got, want)
	}
}

func TestWhatAPersonRecordedOfTheSameTemplateIsTakenOver(t *testing.T) {
	t.Parallel()
	for name, byHand := range map[string]store.Template{
		"by its id at the provider": {ID: "h", Slug: "code", Name: "Code", Language: "en-US", ProviderID: "otp"},
		"by its name":               {ID: "h", Slug: "code", Name: "otp", Language: "en_US"},
	} {
		r := registry{t, map[string]store.Template{"h": byHand}}
		if got, want := r.take(meta, monday, vendor("1", "otp", "en_US", "Theirs {{1}}")), "updated code/"+byHand.Language; !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if row := r.rows["h"]; row.Body != "Theirs {{1}}" || row.Name != byHand.Name || row.Language != byHand.Language || row.VendorID != "1" {
			t.Errorf("%s: the row is %+v", name, row)
		}
		if got := r.take(meta, monday, vendor("1", "otp", "en_US", "Theirs {{1}}")); got != "unchanged code/"+byHand.Language {
			t.Errorf("%s, again: %s", name, got)
		}
	}
}

func TestChannelsOfOneAccountShareTheirTemplates(t *testing.T) {
	t.Parallel()
	r := registry{t, map[string]store.Template{}}
	r.take(meta, monday, vendor("1", "a", "en", "x"), vendor("2", "b", "en", "y"))
	second := meta
	second.ID, second.Slug = "c2", "wa-second"
	if got, want := r.take(second, tuesday, vendor("1", "a", "en", "x")), "unchanged a/en"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// The first channel's other template is not the second's to mark.
	twilio := store.Channel{ID: "c3", WorkspaceID: "w", Slug: "tw", Type: "whatsapp", Kind: "twilio"}
	if got, want := r.take(twilio, tuesday, vendor("HX1", "a", "en", "x")), "added a_tw/en"; got != want {
		t.Errorf("another provider: %s, want %s", got, want)
	}
}

func TestWhatCannotBeKeptIsSkippedWithItsReason(t *testing.T) {
	t.Parallel()
	long := vendor("1", strings.Repeat("n", 600), "en", "x")
	_, _, items, err := plan(meta, nil, listing{templates: []channels.VendorTemplate{long, {}}, skipped: []channels.SkippedTemplate{{Name: "cards", Language: "en", Reason: "A carousel."}}}, monday)
	if err != nil || len(items) != 3 {
		t.Fatalf("got %+v, %v", items, err)
	}
	for _, i := range items {
		if i.Outcome != Skipped || i.Reason == "" {
			t.Errorf("got %+v", i)
		}
	}
}

func TestSlugsFitWhatFlowsCanName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Order Shipped!": "order_shipped", "otp": "otp", "___": "template", "日本": "template", strings.Repeat("ab ", 60): strings.TrimRight(strings.Repeat("ab_", 60)[:64], "_"),
	} {
		if got := Slug(name); got != want || len(got) > 64 {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
