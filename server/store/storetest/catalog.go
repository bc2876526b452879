package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/store"
)

func draftsAreGuarded(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	f := must[store.Flow](t)(s.CreateFlow(ctx, mine, store.NewFlow{Name: "OTP", Definition: `{"a":1}`, By: "ann"}))
	if f.DraftVersion != 1 || f.PublishedVersion != 0 || !f.DraftChanged() {
		t.Errorf("a new flow is %+v", f)
	}
	c.pass(time.Minute)
	saved := must[store.Flow](t)(s.SaveDraft(ctx, mine, f.ID, store.DraftSave{IfVersion: 1, Name: "OTP 2", Definition: `{"a":2}`, By: "bob"}))
	if saved.DraftVersion != 2 || saved.Name != "OTP 2" || saved.DraftUpdatedBy != "bob" || !saved.DraftUpdatedAt.Equal(moment.Add(time.Minute)) {
		t.Errorf("a saved flow is %+v", saved)
	}
	present, err := s.SaveDraft(ctx, mine, f.ID, store.DraftSave{IfVersion: 1, Name: "OTP 3", Definition: `{"a":3}`})
	if !errors.Is(err, store.ErrStale) || present.Draft != `{"a":2}` {
		t.Errorf("saving on an old version: %v, and the present draft %s", err, present.Draft)
	}
	if read := must[store.Flow](t)(s.Flow(ctx, mine, f.ID)); !cmp.Equal(read, saved) {
		t.Error(cmp.Diff(saved, read))
	}

	// Of many who save on the same version one succeeds.
	var group sync.WaitGroup
	wins := make([]bool, 8)
	for i := range wins {
		group.Go(func() {
			_, err := s.SaveDraft(ctx, mine, f.ID, store.DraftSave{IfVersion: 2, Name: "race", Definition: fmt.Sprint(i)})
			wins[i] = err == nil
			if err != nil && !errors.Is(err, store.ErrStale) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(slices.DeleteFunc(wins, func(w bool) bool { return !w })); n != 1 {
		t.Errorf("%d of 8 saves on one version succeeded", n)
	}
	if _, err := s.SaveDraft(ctx, mine, store.NewID(), store.DraftSave{IfVersion: 1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("saving a flow that is not there: %v", err)
	}
}

func publishing(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	f := must[store.Flow](t)(s.CreateFlow(ctx, mine, store.NewFlow{Name: "OTP", Definition: `{"a":1}`}))
	before := s.Generation()
	v := must[store.FlowVersion](t)(s.PublishFlow(ctx, mine, f.ID, store.Publication{IfVersion: 1, Message: "first", Author: "ann"}))
	if v.Number != 1 || v.Definition != `{"a":1}` || v.Message != "first" || v.Author != "ann" {
		t.Errorf("the first version is %+v", v)
	}
	if s.Generation() == before {
		t.Error("caches were not told")
	}
	for range 2 {
		again := must[store.FlowVersion](t)(s.PublishFlow(ctx, mine, f.ID, store.Publication{IfVersion: 1, Message: "again", Author: "bob"}))
		if again.Number != 1 || again.Message != "first" || again.Author != "ann" || again.Definition != `{"a":1}` {
			t.Errorf("publishing the published draft again made %+v", again)
		}
	}
	if _, err := s.PublishFlow(ctx, mine, f.ID, store.Publication{IfVersion: 7}); !errors.Is(err, store.ErrStale) {
		t.Errorf("publishing a draft that was not checked: %v", err)
	}
	must[store.Flow](t)(s.SaveDraft(ctx, mine, f.ID, store.DraftSave{IfVersion: 1, Name: "OTP", Definition: `{"a":2}`}))
	must[store.FlowVersion](t)(s.PublishFlow(ctx, mine, f.ID, store.Publication{IfVersion: 2, Message: "second"}))
	now := must[store.Flow](t)(s.Flow(ctx, mine, f.ID))
	if now.PublishedVersion != 2 || now.DraftChanged() {
		t.Errorf("after publishing the flow is %+v", now)
	}
	if old := must[store.FlowVersion](t)(s.FlowVersion(ctx, mine, f.ID, 1)); old.Definition != `{"a":1}` {
		t.Errorf("a version changed to %s", old.Definition)
	}
	list := must[[]store.FlowVersion](t)(s.FlowVersions(ctx, mine, f.ID, 0, 10))
	if len(list) != 2 || list[0].Number != 2 || list[1].Number != 1 || list[0].Definition != "" {
		t.Errorf("versions are %+v", list)
	}
	if page := must[[]store.FlowVersion](t)(s.FlowVersions(ctx, mine, f.ID, 2, 10)); len(page) != 1 || page[0].Number != 1 {
		t.Errorf("the second page is %+v", page)
	}
}

func flowPages(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	names := []string{"beta", "Alpha", "100%", "alpha", "under_score", "Gamma"}
	byName := map[string]string{}
	for _, name := range names {
		c.pass(time.Second)
		f := must[store.Flow](t)(s.CreateFlow(ctx, mine, store.NewFlow{Name: name, Definition: "{}"}))
		byName[name] = f.ID
	}
	c.pass(time.Second)
	must[store.Flow](t)(s.SaveDraft(ctx, mine, byName["beta"], store.DraftSave{IfVersion: 1, Name: "beta", Definition: "{}"}))
	for _, tt := range []struct {
		sort, query string
		want        []string
	}{
		{"created", "", []string{"Gamma", "under_score", "alpha", "100%", "Alpha", "beta"}},
		{"name", "", []string{"100%", "Alpha", "alpha", "beta", "Gamma", "under_score"}},
		{"updated", "", []string{"beta", "Gamma", "under_score", "alpha", "100%", "Alpha"}},
		{"created", "ALPHA", []string{"alpha", "Alpha"}},
		{"name", "%", []string{"100%"}},
		{"name", "r_s", []string{"under_score"}},
		{"name", "nothing", nil},
	} {
		for _, size := range []int{1, 2, 10} {
			if got := listFlows(t, s, tt.sort, tt.query, size); !slices.Equal(got, tt.want) {
				t.Errorf("sorted by %q, with %q, %d at a time: %v, want %v", tt.sort, tt.query, size, got, tt.want)
			}
		}
	}
	if _, err := s.PageOfFlows(ctx, mine, store.FlowPage{Sort: "id; DROP TABLE flows", Limit: 1}); err == nil {
		t.Error("an order that does not exist was accepted")
	}
	if f, err := s.FlowByName(ctx, mine, "Gamma"); err != nil || f.ID != byName["Gamma"] {
		t.Errorf("by name: %v, %v", f.ID, err)
	}
}

// listFlows reads all pages of a list: names upwards, times downwards.
func listFlows(t *testing.T, s *store.Store, sort, query string, size int) (names []string) {
	t.Helper()
	filter := store.FlowPage{Sort: sort, Query: query, Descending: sort != "name", Limit: size}
	for {
		page := must[[]store.Flow](t)(s.PageOfFlows(t.Context(), mine, filter))
		for _, f := range page {
			names = append(names, f.Name)
			filter.After = &store.FlowPosition{Name: f.Name, At: f.CreatedAt.UnixMicro(), ID: f.ID}
			if sort == "updated" {
				filter.After.At = f.UpdatedAt.UnixMicro()
			}
		}
		if len(page) < size {
			return names
		}
	}
}

func deletedFlows(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	f := must[store.Flow](t)(s.CreateFlow(ctx, mine, store.NewFlow{Name: "OTP", Definition: "{}"}))
	must[store.FlowVersion](t)(s.PublishFlow(ctx, mine, f.ID, store.Publication{}))
	ok(t, s.DeleteFlow(ctx, mine, f.ID))
	if _, err := s.Flow(ctx, mine, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted flow is still there: %v", err)
	}
	if list := must[[]store.Flow](t)(s.PageOfFlows(ctx, mine, store.FlowPage{Sort: "name", Limit: 10})); len(list) != 0 {
		t.Errorf("a deleted flow is listed: %v", list)
	}
	if err := s.DeleteFlow(ctx, mine, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	must[store.FlowVersion](t)(s.FlowVersion(ctx, mine, f.ID, 1))
}

func newChannel(slug string) store.Channel {
	return store.Channel{Slug: slug, Name: "Name of " + slug, Type: "sms", Kind: "simulator", Settings: map[string]string{"sender": "Sluice"}}
}

func channelLife(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	secret := map[string]string{"auth_token": "t0ken"}
	c := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("main"), secret, 100))
	if c.Status != store.ChannelUnbound || len(c.HookKey) < 32 {
		t.Errorf("a new channel is %+v", c)
	}
	for how, read := range map[string]func() (store.Channel, error){
		"id":       func() (store.Channel, error) { return s.Channel(ctx, mine, c.ID) },
		"slug":     func() (store.Channel, error) { return s.ChannelBySlug(ctx, mine, "main") },
		"hook key": func() (store.Channel, error) { return s.ChannelByHookKey(ctx, c.HookKey) },
	} {
		got := must[store.Channel](t)(read())
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("read by %s: %s", how, diff)
		}
		if credentials := must[map[string]string](t)(s.Credentials(got)); !maps.Equal(credentials, secret) {
			t.Errorf("credentials are %v", credentials)
		}
	}
	bound, name := store.ChannelBound, "New name"
	c = must[store.Channel](t)(s.UpdateChannel(ctx, mine, c.ID, store.ChannelChange{Status: &bound, Name: &name, Credentials: map[string]string{"auth_token": "other"}}))
	if c.Status != bound || c.Name != name || c.BoundAt.IsZero() || c.Settings["sender"] != "Sluice" {
		t.Errorf("a bound channel is %+v", c)
	}
	if credentials := must[map[string]string](t)(s.Credentials(c)); credentials["auth_token"] != "other" {
		t.Errorf("credentials are %v", credentials)
	}
	if err := s.DeleteChannel(ctx, mine, c.ID); !errors.Is(err, store.ErrChannelBound) {
		t.Errorf("a bound channel was deleted: %v", err)
	}
	for _, want := range []bool{true, false} {
		if changed := must[bool](t)(s.SuspendChannel(ctx, mine, c.ID, "the token was refused")); changed != want {
			t.Errorf("suspended: %v, want %v", changed, want)
		}
	}
	if c = must[store.Channel](t)(s.Channel(ctx, mine, c.ID)); c.Status != store.ChannelSuspended || c.StatusReason != "the token was refused" {
		t.Errorf("a suspended channel is %+v", c)
	}
	unbound := store.ChannelUnbound
	c = must[store.Channel](t)(s.UpdateChannel(ctx, mine, c.ID, store.ChannelChange{Status: &unbound}))
	if !c.BoundAt.IsZero() || c.StatusReason != "" {
		t.Errorf("an unbound channel is %+v", c)
	}
	ok(t, s.DeleteChannel(ctx, mine, c.ID))
	if _, err := s.Channel(ctx, mine, c.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted channel is still there: %v", err)
	}
}

func channelChangesMeet(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	c := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("main"), nil, 9))
	for range 20 {
		unbound, bound := store.ChannelUnbound, store.ChannelBound
		must[store.Channel](t)(s.UpdateChannel(ctx, mine, c.ID, store.ChannelChange{Status: &unbound}))
		name := store.NewID()
		var both sync.WaitGroup
		for _, change := range []store.ChannelChange{{Name: &name}, {Status: &bound}} {
			both.Go(func() {
				if _, err := s.UpdateChannel(ctx, mine, c.ID, change); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if now := must[store.Channel](t)(s.Channel(ctx, mine, c.ID)); now.Name != name || now.Status != store.ChannelBound {
			t.Fatalf("of two changes at once one was lost: %q, %s", now.Name, now.Status)
		}
	}
}

func channelsAreOneAtATime(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx, bound, unbound := t.Context(), store.ChannelBound, store.ChannelUnbound
	identity := must[string](t)(s.Fingerprint([]string{"kind", "sms", "account", "sender"}))
	if again := must[string](t)(s.Fingerprint([]string{"kind", "sms", "accounts", "ender"})); again == identity || identity == "" {
		t.Errorf("two identities have the fingerprint %q", again)
	}
	a := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("a"), nil, 9))
	b := must[store.Channel](t)(s.CreateChannel(ctx, other, newChannel("b"), nil, 9))
	bind := func(c store.Channel) error {
		_, err := s.UpdateChannel(ctx, c.WorkspaceID, c.ID, store.ChannelChange{Status: &bound, Identity: identity})
		return err
	}
	for range 10 {
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, c := range []store.Channel{a, b} {
			both.Go(func() { errs[i] = bind(c) })
		}
		both.Wait()
		first, second := errs[0] == nil, errs[1] == nil
		if first == second || !first && !errors.Is(errs[0], store.ErrSameChannel) || !second && !errors.Is(errs[1], store.ErrSameChannel) {
			t.Fatalf("two channels are bound to one account and sender, or none: %v", errs)
		}
		for _, c := range []store.Channel{a, b} {
			must[store.Channel](t)(s.UpdateChannel(ctx, c.WorkspaceID, c.ID, store.ChannelChange{Status: &unbound}))
		}
	}
	// Those that were bound before there were identities keep on, and the first of
	// them gets it.
	for _, c := range []store.Channel{a, b} {
		must[store.Channel](t)(s.UpdateChannel(ctx, c.WorkspaceID, c.ID, store.ChannelChange{Status: &bound}))
	}
	unnamed := must[[]store.Channel](t)(s.UnnamedChannels(ctx, a.Kind, a.Type))
	if len(unnamed) != 2 {
		t.Fatalf("%d channels have no identity, want 2", len(unnamed))
	}
	for _, c := range unnamed {
		if err := s.NameChannel(ctx, c, identity); err != nil {
			t.Fatal(err)
		}
	}
	if named := must[store.Channel](t)(s.ChannelByIdentity(ctx, identity)); named.ID != a.ID {
		t.Errorf("%s has the identity, want the one that was bound first", named.Slug)
	}
	if now := must[store.Channel](t)(s.Channel(ctx, other, b.ID)); now.Status != store.ChannelBound || now.Identity != "" {
		t.Errorf("the second is %+v", now)
	}
	// A suspended channel keeps it.
	must[bool](t)(s.SuspendChannel(ctx, mine, a.ID, "unpaid"))
	if err := bind(b); !errors.Is(err, store.ErrSameChannel) {
		t.Errorf("beside a suspended channel: %v", err)
	}
}

func channelLimits(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("a"), nil, 2))
	var conflict *store.ConflictError
	if _, err := s.CreateChannel(ctx, mine, newChannel("a"), nil, 2); !errors.As(err, &conflict) || conflict.Field != "slug" {
		t.Errorf("a slug was taken twice: %v", err)
	}
	must[store.Channel](t)(s.CreateChannel(ctx, other, newChannel("a"), nil, 2))
	must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("b"), nil, 2))
	if _, err := s.CreateChannel(ctx, mine, newChannel("c"), nil, 2); !errors.Is(err, store.ErrTooManyChannels) {
		t.Errorf("more channels than allowed: %v", err)
	}
	if list := must[[]store.Channel](t)(s.ListChannels(ctx, mine)); len(list) != 2 || list[0].Slug != "a" || list[1].Slug != "b" {
		t.Errorf("channels are %+v", list)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			_, err := s.CreateChannel(ctx, mine, newChannel(fmt.Sprint("at-once-", i)), nil, 4)
			if err != nil && !errors.Is(err, store.ErrTooManyChannels) {
				t.Errorf("created at once: %v", err)
			}
		})
	}
	group.Wait()
	if list := must[[]store.Channel](t)(s.ListChannels(ctx, mine)); len(list) != 4 {
		t.Errorf("channels created at once became %d, of 4 allowed", len(list))
	}
	a := "a"
	b := must[store.Channel](t)(s.ChannelBySlug(ctx, mine, "b"))
	if _, err := s.UpdateChannel(ctx, mine, b.ID, store.ChannelChange{Slug: &a}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("renamed to a slug that is taken: %v", err)
	}
}

func templateLife(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	english := must[store.Template](t)(s.CreateTemplate(ctx, mine, store.Template{
		ChannelType: "whatsapp", Slug: "otp", Name: "otp", Language: "en", Body: "Code {{1}}", Parameters: 1, Status: store.TemplatePending,
	}))
	if _, err := s.CreateTemplate(ctx, mine, store.Template{ChannelType: "whatsapp", Slug: "otp", Language: "en", Status: store.TemplateDraft}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same template twice: %v", err)
	}
	must[store.Template](t)(s.CreateTemplate(ctx, mine, store.Template{ChannelType: "whatsapp", Slug: "otp", Language: "ms", Status: store.TemplateDraft}))
	english.Status = store.TemplateApproved
	updated := must[store.Template](t)(s.UpdateTemplate(ctx, mine, english))
	found := must[store.Template](t)(s.FindTemplate(ctx, mine, "whatsapp", "otp", "en"))
	if diff := cmp.Diff(updated, found); diff != "" || found.Status != store.TemplateApproved {
		t.Errorf("found %+v: %s", found, diff)
	}
	if _, err := s.FindTemplate(ctx, mine, "sms", "otp", "en"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("found on another channel type: %v", err)
	}
	first := must[[]store.Template](t)(s.ListTemplatesOf(ctx, mine, "whatsapp", "", 1))
	second := must[[]store.Template](t)(s.ListTemplatesOf(ctx, mine, "", first[0].ID, 5))
	if len(first) != 1 || len(second) != 1 || second[0].Language != "ms" {
		t.Errorf("pages are %v and %v", first, second)
	}
	ok(t, s.DeleteTemplate(ctx, mine, english.ID))
	if err := s.DeleteTemplate(ctx, mine, english.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

func userLife(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	ok(t, s.CreateSetupToken(ctx, mine, "hash-1", c.now.Add(time.Hour)))
	if _, err := s.SetUp(ctx, "wrong", store.User{Email: "x@example.org"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("set up with a wrong token: %v", err)
	}
	c.pass(2 * time.Hour)
	if _, err := s.SetUp(ctx, "hash-1", store.User{Email: "x@example.org"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("set up with an old token: %v", err)
	}
	ok(t, s.CreateSetupToken(ctx, mine, "hash-2", c.now.Add(time.Hour)))
	owner := must[store.User](t)(s.SetUp(ctx, "hash-2", store.User{Email: " Ann@Example.org ", Name: "Ann", PasswordHash: "p"}))
	if owner.Email != "ann@example.org" {
		t.Errorf("the email is %q", owner.Email)
	}
	if _, err := s.SetUp(ctx, "hash-2", store.User{Email: "eve@example.org"}); err == nil {
		t.Error("a set-up link worked twice")
	}
	if _, err := s.CreateUser(ctx, mine, store.User{Email: "ANN@example.org"}, store.RoleViewer); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an email was taken twice: %v", err)
	}
	bob := must[store.User](t)(s.CreateUser(ctx, mine, store.User{Email: "bob@example.org", Name: "Bob"}, store.RoleViewer))
	if u := must[store.User](t)(s.UserByEmail(ctx, "ANN@EXAMPLE.ORG")); u.ID != owner.ID {
		t.Errorf("by email: %+v", u)
	}
	ok(t, s.CreateSession(ctx, mine, store.Session{TokenHash: "s1", UserID: owner.ID, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	ok(t, s.CreateSession(ctx, mine, store.Session{TokenHash: "s2", UserID: owner.ID, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	if _, who := must2(t)(s.SessionByHash(ctx, "s1")); who.ID != owner.ID || who.Role != store.RoleOwner {
		t.Errorf("the session is of %+v", who)
	}
	ok(t, s.DeleteSession(ctx, mine, "s1"))
	if _, _, err := s.SessionByHash(ctx, "s1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("signed out and still there: %v", err)
	}
	ok(t, s.TouchSession(ctx, mine, "s2", c.now.Add(30*time.Minute)))
	c.pass(45 * time.Minute)
	if _, _, err := s.SessionByHash(ctx, "s2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("expired and still there: %v", err)
	}
	ok(t, s.CreateSession(ctx, mine, store.Session{TokenHash: "s3", UserID: owner.ID, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	ok(t, s.SetPassword(ctx, mine, owner.ID, "q"))
	if _, _, err := s.SessionByHash(ctx, "s3"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the password was changed and the session lives: %v", err)
	}
	if u := must[store.User](t)(s.UserByEmail(ctx, "ann@example.org")); u.PasswordHash != "q" {
		t.Errorf("the password hash is %q", u.PasswordHash)
	}
	if u, role, err := s.User(ctx, mine, bob.ID); err != nil || role != store.RoleViewer || u.Name != "Bob" {
		t.Errorf("bob is %+v, a %s, %v", u, role, err)
	}
}

func must2(t *testing.T) func(store.Session, store.Member, error) (store.Session, store.Member) {
	t.Helper()
	return func(s store.Session, m store.Member, err error) (store.Session, store.Member) {
		t.Helper()
		ok(t, err)
		return s, m
	}
}

func keyLife(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	k := must[store.APIKey](t)(s.CreateAPIKey(ctx, mine, store.APIKey{Name: "shop", Role: store.RoleOperator, Hash: "h", Prefix: "slu_abc"}))
	c.pass(time.Minute)
	ok(t, s.TouchAPIKey(ctx, mine, k.ID))
	found := must[store.APIKey](t)(s.APIKeyByHash(ctx, "h"))
	if found.ID != k.ID || found.WorkspaceID != mine || !found.LastUsedAt.Equal(moment.Add(time.Minute)) {
		t.Errorf("found %+v", found)
	}
	if list := must[[]store.APIKey](t)(s.ListAPIKeys(ctx, mine)); len(list) != 1 || list[0].Name != "shop" {
		t.Errorf("keys are %+v", list)
	}
	ok(t, s.DeleteAPIKey(ctx, mine, k.ID))
	if _, err := s.APIKeyByHash(ctx, "h"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted key works: %v", err)
	}
	if _, err := s.CreateAPIKey(ctx, mine, store.APIKey{Name: "x", Role: "god", Hash: strings.Repeat("g", 5)}); err == nil {
		t.Error("a role that does not exist was accepted")
	}
}
