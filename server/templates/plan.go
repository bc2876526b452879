package templates

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sluice/server/channels"
	"sluice/server/store"
)

// Outcome is what an import did with one template.
type Outcome string

// The outcomes. Gone is kept and marked; skipped changes nothing.
const (
	Added     Outcome = "added"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Gone      Outcome = "gone"
	Skipped   Outcome = "skipped"
)

// Item is one line of an import's result.
type Item struct {
	Outcome    Outcome `json:"outcome"`
	TemplateID string  `json:"template_id,omitempty"`
	Slug       string  `json:"slug,omitempty"`
	Name       string  `json:"name"`
	Language   string  `json:"language"`
	Status     string  `json:"status,omitempty"`
	// Changes names what an update changed: "text", "header", "status" …
	Changes []string `json:"changes,omitempty"`
	// Reason says why it was skipped, or why it has another slug than its name.
	Reason string `json:"reason,omitempty"`
}

// Failure is why an import ended without a result.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Result is what an import came to.
type Result struct {
	Items   []Item   `json:"items,omitempty"`
	Failure *Failure `json:"failure,omitempty"`
}

// The bounds of what the registry keeps, as in openapi.yaml.
const (
	maxName     = 512
	maxBody     = 4096
	maxLanguage = 20
)

// plan makes the new and the changed rows of what a vendor lists. present are
// all templates of the channel's type in its workspace.
//
// A listed template is the same as one in the registry when it was imported
// before (by provider, vendor id and language), or when a person recorded it
// with what a send names it by. Anything else under its slug stays as it is, and
// the import takes another slug: "<name>_<channel's slug>", the same for all
// languages of the template.
func plan(ch store.Channel, present []store.Template, found listing, now store.Time) (add, change []store.Template, items []Item, err error) {
	p := planner{channel: ch, present: present, now: now, names: map[string]string{}, seen: map[string]bool{}}
	for _, t := range present {
		if t.SourceKind == ch.Kind && t.SourceChannelID == ch.ID {
			p.names[t.VendorName] = t.Slug
		}
	}
	listed := slices.Clone(found.templates)
	slices.SortStableFunc(listed, func(x, y channels.VendorTemplate) int {
		return strings.Compare(x.Name+"\x00"+x.Language, y.Name+"\x00"+y.Language)
	})
	// Those that are known first: their slugs are then those of new languages.
	var fresh []channels.VendorTemplate
	for _, v := range listed {
		switch old, known := p.known(v); {
		case unfit(v) != "":
			p.items = append(p.items, Item{Outcome: Skipped, Name: v.Name, Language: v.Language, Reason: unfit(v)})
		case !known:
			fresh = append(fresh, v)
		default:
			if err := p.update(old, v); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	for _, v := range fresh {
		if err := p.add(v); err != nil {
			return nil, nil, nil, err
		}
	}
	for _, s := range found.skipped {
		p.items = append(p.items, Item{Outcome: Skipped, Name: s.Name, Language: s.Language, Reason: s.Reason})
	}
	p.markGone()
	return p.adds, p.changes, p.items, nil
}

// listing is everything that a vendor listed.
type listing struct {
	templates []channels.VendorTemplate
	skipped   []channels.SkippedTemplate
}

type planner struct {
	channel store.Channel
	present []store.Template
	now     store.Time
	// names are the slugs of vendor names, seen the ids that are accounted for.
	names map[string]string
	seen  map[string]bool

	adds, changes []store.Template
	items         []Item
}

// unfit says why the registry cannot keep a template; empty: it can.
func unfit(v channels.VendorTemplate) string {
	switch {
	case v.ID == "" || v.Name == "" || v.Language == "":
		return "The provider names no id, name or language for it."
	case utf8.RuneCountInString(v.Name) > maxName, len(v.Language) > maxLanguage, utf8.RuneCountInString(v.Body) > maxBody:
		return "Its name or text is longer than what is kept here."
	}
	return ""
}

// known finds the row of a listed template.
func (p *planner) known(v channels.VendorTemplate) (store.Template, bool) {
	for _, t := range p.present {
		if t.SourceKind == p.channel.Kind && t.VendorID == v.ID && sameLanguage(t.Language, v.Language) && !p.seen[t.ID] {
			return t, true
		}
	}
	for _, t := range p.present {
		byHand := t.SourceKind == "" && sameLanguage(t.Language, v.Language) && !p.seen[t.ID]
		if byHand && (t.ProviderID == v.ProviderID || t.ProviderID == "" && t.Name == v.ProviderID) {
			return t, true
		}
	}
	return store.Template{}, false
}

// sameLanguage compares codes that people write in either form.
func sameLanguage(x, y string) bool {
	return strings.EqualFold(strings.ReplaceAll(x, "-", "_"), strings.ReplaceAll(y, "-", "_"))
}

func (p *planner) update(old store.Template, v channels.VendorTemplate) error {
	next := old
	if err := p.take(&next, v); err != nil {
		return err
	}
	p.names[v.Name] = old.Slug
	p.seen[old.ID] = true
	item := Item{Outcome: Unchanged, TemplateID: old.ID, Slug: old.Slug, Name: next.Name, Language: old.Language, Status: string(next.Status)}
	if item.Changes = differences(old, next); len(item.Changes) > 0 {
		item.Outcome, next.UpdatedAt = Updated, p.now
	}
	p.changes = append(p.changes, next)
	p.items = append(p.items, item)
	return nil
}

// take puts into a row what the vendor says. The name that a person gave stays,
// and so does the language, by which messages find the row.
func (p *planner) take(t *store.Template, v channels.VendorTemplate) error {
	content, err := json.Marshal(v.TemplateContent)
	if err != nil {
		return fmt.Errorf("write the content of template %s: %w", v.Name, err)
	}
	if t.Name == "" || t.Name == t.VendorName {
		t.Name = v.Name
	}
	t.Category, t.Body, t.Parameters, t.Content = v.Category, v.Body, len(v.Parameters), string(content)
	t.ProviderID, t.Status, t.StatusReason, t.Quality = v.ProviderID, store.TemplateStatus(v.Status), v.Reason, v.Quality
	t.SourceKind, t.SourceChannelID, t.VendorID, t.VendorName = p.channel.Kind, p.channel.ID, v.ID, v.Name
	t.SeenAt, t.GoneAt = p.now, store.Time{}
	return nil
}

// differences names what changed, in the words of the API.
func differences(old, next store.Template) []string {
	var was, is channels.TemplateContent
	// Content of another shape than today's differs, which is all that counts.
	_ = json.Unmarshal([]byte(old.Content), &was)
	_ = json.Unmarshal([]byte(next.Content), &is)
	var changes []string
	note := func(name string, same bool) {
		if !same {
			changes = append(changes, name)
		}
	}
	note("name", old.Name == next.Name)
	note("text", old.Body == next.Body)
	note("header", equal(was.Header, is.Header))
	note("footer", was.Footer == is.Footer)
	note("buttons", slices.Equal(was.Buttons, is.Buttons))
	note("parameters", old.Parameters == next.Parameters && slices.Equal(was.Parameters, is.Parameters))
	note("category", old.Category == next.Category)
	note("status", old.Status == next.Status && old.StatusReason == next.StatusReason && old.GoneAt.IsZero() == next.GoneAt.IsZero())
	note("quality", old.Quality == next.Quality)
	note("source", old.SourceKind == next.SourceKind && old.VendorID == next.VendorID && old.ProviderID == next.ProviderID)
	return changes
}

func equal(x, y *channels.TemplateHeader) bool {
	return x == y || x != nil && y != nil && *x == *y
}

func (p *planner) add(v channels.VendorTemplate) error {
	t := store.Template{ID: store.NewID(), ChannelType: p.channel.Type, Language: v.Language}
	if err := p.take(&t, v); err != nil {
		return err
	}
	var reason string
	t.Slug, reason = p.slug(v)
	p.names[v.Name] = t.Slug
	p.seen[t.ID] = true
	p.present = append(p.present, t)
	p.adds = append(p.adds, t)
	p.items = append(p.items, Item{
		Outcome: Added, TemplateID: t.ID, Slug: t.Slug, Name: t.Name, Language: t.Language, Status: string(t.Status), Reason: reason,
	})
	return nil
}

// slug chooses what flows call a new template.
func (p *planner) slug(v channels.VendorTemplate) (slug, reason string) {
	if slug, ok := p.names[v.Name]; ok && !p.taken(slug, v.Language) {
		return slug, ""
	}
	wanted := Slug(v.Name)
	if !p.used(wanted) {
		return wanted, ""
	}
	for n := 1; ; n++ {
		slug = withEnding(wanted, "_"+p.channel.Slug)
		if n > 1 {
			slug = withEnding(wanted, "_"+p.channel.Slug+"_"+strconv.Itoa(n))
		}
		if !p.used(slug) {
			return slug, fmt.Sprintf("Another template is called %q already, so flows call this one %q.", wanted, slug)
		}
	}
}

func (p *planner) taken(slug, language string) bool {
	return slices.ContainsFunc(p.present, func(t store.Template) bool { return t.Slug == slug && t.Language == language })
}

// used reports whether any template has the slug, in any language.
func (p *planner) used(slug string) bool {
	return slices.ContainsFunc(p.present, func(t store.Template) bool { return t.Slug == slug })
}

// markGone marks what was imported from the channel and is not listed any more.
func (p *planner) markGone() {
	for _, t := range p.present {
		if p.seen[t.ID] || t.SourceKind != p.channel.Kind || t.SourceChannelID != p.channel.ID {
			continue
		}
		if t.GoneAt.IsZero() {
			t.GoneAt, t.UpdatedAt = p.now, p.now
			p.changes = append(p.changes, t)
		}
		p.items = append(p.items, Item{Outcome: Gone, TemplateID: t.ID, Slug: t.Slug, Name: t.Name, Language: t.Language, Status: string(t.Status)})
	}
}
