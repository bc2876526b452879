package standard_test

import (
	"context"
	"encoding/json"
	"go/build"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/channels/standard"
	"sluice/server/egress"
)

func registry(t *testing.T) *channels.Registry {
	t.Helper()
	client, err := egress.New(egress.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return standard.Registry(client, simulator.New(simulator.Options{
		Deliver: func(context.Context, channels.Account, []channels.Inbound) error { return nil },
	}))
}

func TestEveryProviderDescribesItselfForForms(t *testing.T) {
	t.Parallel()
	kinds := registry(t).Kinds()
	if len(kinds) < 2 {
		t.Fatalf("got %d kinds", len(kinds))
	}
	for _, k := range kinds {
		if k.Help == "" || strings.ToLower(k.Name) != k.Name {
			t.Errorf("%s needs a lower-case name and a help text", k.Name)
		}
		for _, f := range append(append([]channels.Field(nil), k.Credentials...), k.Settings...) {
			if _, err := regexp.Compile(f.Pattern); err != nil {
				t.Errorf("%s %s: %v", k.Name, f.Name, err)
			}
			if f.Secret && f.Example != "" {
				t.Errorf("%s %s: a secret needs no example", k.Name, f.Name)
			}
		}
		if _, err := json.Marshal(k); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
}

// Providers know the contract and the outbound client, and nothing above.
// A field that no section has could not be filled in, and one that two have
// would be asked for twice.
func TestEveryFieldOfAProviderIsInOneSectionOfItsForm(t *testing.T) {
	t.Parallel()
	all := registry(t)
	for _, k := range all.Kinds() {
		want, titles := map[string]int{}, map[string]string{}
		for _, f := range slices.Concat(k.Credentials, k.AllSettings()) {
			titles[f.Name] = f.Title
			want[f.Name]++
		}
		if k.Address != nil || k.DefaultBaseURL != "" {
			want[channels.AddressField]++
		}
		got, names, trials := map[string]int{}, map[string]bool{}, 0
		for _, s := range k.AllSections() {
			if names[s.Name] || s.Name == "" || s.Title == "" {
				t.Errorf("%s: section %q, %q is not one of its own with a title", k.Name, s.Name, s.Title)
			}
			names[s.Name] = true
			for _, field := range s.Fields {
				got[field]++
				if titles[field] == s.Title {
					t.Errorf("%s: %q is the name of a section and of a field in it", k.Name, s.Title)
				}
			}
			if s.Trial != "" {
				trials++
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the sections do not have each field once (-want +got):\n%s", k.Name, diff)
		}
		p, _ := all.Provider(k.Name)
		if _, previews := p.(channels.Previewer); previews != (trials > 0) {
			t.Errorf("%s: it previews: %v, and %d sections have something to try", k.Name, previews, trials)
		}
	}
}

// What has to be filled in must be in sight.
func TestNoRequiredFieldBeginsFolded(t *testing.T) {
	t.Parallel()
	for _, k := range registry(t).Kinds() {
		required := map[string]bool{channels.AddressField: k.Address != nil && k.Address.Required}
		for _, f := range slices.Concat(k.Credentials, k.AllSettings()) {
			required[f.Name] = f.Required
		}
		for _, s := range k.AllSections() {
			for _, field := range s.Fields {
				if s.Folded && required[field] {
					t.Errorf("%s: %s is required and begins folded away in %q", k.Name, field, s.Title)
				}
			}
		}
	}
}

// INVARIANT 37: a setting that may hold an address says whether the credentials go
// there, and what makes a channel's identity are fields of it.
func TestEveryFieldThatHoldsAnAddressIsKnown(t *testing.T) {
	t.Parallel()
	// Shown to people, or part of a message: nobody is called there with credentials.
	harmless := map[string]bool{
		"viber_bot avatar": true, "email unsubscribe": true, "email from_address": true, "email reply_to": true, "email bounce_address": true,
	}
	for _, k := range registry(t).Kinds() {
		names := map[string]bool{channels.AddressField: true}
		for _, f := range append(slices.Clone(k.Credentials), k.Settings...) {
			names[f.Name] = true
		}
		for _, f := range k.Settings {
			value := f.Name + " " + f.Title + " " + f.Example + " " + f.Pattern
			looks := regexp.MustCompile(`(?i)://|\bhost\b|\bserver\b|\bport\b|proxy|endpoint|\.example|example\.com|url\b`).MatchString(value)
			if looks && !f.Address && !harmless[k.Name+" "+f.Name] {
				t.Errorf("%s: %s looks like an address; set Address, or say here why credentials never go there", k.Name, f.Name)
			}
		}
		for _, name := range k.Identity {
			if !names[name] {
				t.Errorf("%s: there is no field %q for its identity", k.Name, name)
			}
		}
		if len(k.Identity) == 0 && k.Name != simulator.Name {
			t.Errorf("%s: nothing says which account and sender a channel is", k.Name)
		}
	}
}

// Who chooses the category of an SMS is told where it changes nothing. A new
// provider of SMS sends it, or says so.
func TestTheCategoryOfAnSMSIsSentOrSaidToBeIgnored(t *testing.T) {
	t.Parallel()
	sends := map[string]bool{"alibaba": true, "http": true, "simulator": true}
	for _, k := range registry(t).Kinds() {
		if !slices.Contains(k.ChannelTypes, channels.SMS) {
			continue
		}
		if ignores := slices.Contains(k.IgnoresCategory, channels.SMS); ignores == sends[k.Name] {
			t.Errorf("%s: it sends the category: %v, and says that it ignores it: %v", k.Name, sends[k.Name], ignores)
		}
	}
}

func TestProvidersImportNothingAboveThem(t *testing.T) {
	t.Parallel()
	dirs := []string{"../../egress"}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() != "testdata" && d.Name() != "standard" {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil || len(dirs) < 12 {
		t.Fatalf("found %d packages, %v", len(dirs), err)
	}
	for _, dir := range dirs {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range pkg.Imports {
			for _, above := range []string{"sluice/engine", "sluice/nodes", "sluice/server/runtime", "sluice/server/store", "sluice/server/api"} {
				// Tests and fakes may start all of it. How addresses are written is a
				// leaf that everybody shares.
				if strings.HasPrefix(path, above) && path != "sluice/engine/address" && !strings.HasSuffix(dir, "test") {
					t.Errorf("%s imports %s", dir, path)
				}
			}
			// Only egress may make calls of its own; tests and fakes aside.
			// Mail needs the type of a connection, which egress makes.
			if path == "net" && filepath.Base(dir) != "email" && !strings.Contains(dir, "egress") && !strings.Contains(dir, "test") {
				t.Errorf("%s imports net; use the outbound client", dir)
			}
		}
	}
}
