package standard_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
)

var update = flag.Bool("update", false, "write the pages about providers anew")

// The pages in docs/channels say what the code does, because they are written
// from it.
func TestEveryProviderHasItsPage(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "..", "docs", "channels")
	all := registry(t)
	var pages []string
	for _, k := range all.Kinds() {
		if k.Name == simulator.Name {
			continue
		}
		pages = append(pages, k.Name+".md")
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			p, _ := all.Provider(k.Name)
			explains, ok := p.(channels.Explainer)
			if !ok {
				t.Fatal("the provider has no KnownCodes")
			}
			for code, known := range explains.KnownCodes() {
				if known.Class == "" || known.Message == "" {
					t.Errorf("code %s needs a class and a message", code)
				}
			}
			got, path := page(k, explains.KnownCodes()), filepath.Join(dir, k.Name+".md")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (run the test with -update to write it)", err)
			}
			if diff := gocmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s is not up to date; run the test with -update (-file +now):\n%s", path, diff)
			}
		})
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !slices.Contains(pages, filepath.Base(path)) && !*update {
			t.Errorf("%s is about no provider", path)
		}
	}
}

func page(k channels.Kind, codes map[string]channels.KnownCode) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\nThis page is written from the code: `go test ./server/channels/standard -update`.\n", k.Title, k.Help)
	b.WriteString("\n## What it can do\n\n| channel type | receipts | message forms | messages per second |\n| --- | --- | --- | --- |\n")
	for _, t := range k.ChannelTypes {
		rate := "no limit of its own"
		if r := k.RatePerSecond[t]; r != 0 {
			rate = strconv.FormatFloat(r, 'g', 3, 64)
		}
		if r, ok := k.RatePerRecipient[t]; ok {
			rate += fmt.Sprintf("; one each %s to the same recipient, %d in a burst", flows.Duration(r.Every), r.Burst)
		}
		var forms []string
		for _, f := range k.Forms[t] {
			forms = append(forms, string(f))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", t, receipts(k.Receipts[t]), strings.Join(forms, ", "), rate)
	}
	inbound := "Messages from people do not come in through it."
	if k.Inbound {
		inbound = "Messages from people come in through its webhook."
	}
	base := "The channel's base URL says where it is."
	if k.DefaultBaseURL != "" {
		base = "It is called at " + k.DefaultBaseURL + " unless the channel has a base URL of its own."
	}
	fmt.Fprintf(&b, "\n%s %s\n", inbound, base)
	for _, t := range k.IgnoresCategory {
		fmt.Fprintf(&b, "\nThe vendor is not told the category of an %s: it has no word for it.\n", strings.ToUpper(string(t)))
	}
	if k.HookHelp != "" {
		fmt.Fprintf(&b, "\n## The webhook\n\nThe channel's page shows its callback address. %s\n", k.HookHelp)
	}
	if k.Address != nil {
		writeFields(&b, "Address", []channels.Field{*k.Address})
	}
	writeFields(&b, "Credentials", k.Credentials)
	writeFields(&b, "Settings", k.Settings)
	writeCodes(&b, codes)
	return b.String()
}

func receipts(r channels.Receipts) string {
	switch {
	case r.Delivered && r.Read:
		return "delivered, read"
	case r.Delivered:
		return "delivered"
	case r.Read:
		return "read"
	}
	return "none"
}

func writeFields(b *strings.Builder, title string, fields []channels.Field) {
	if len(fields) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n| field | needed | what it is |\n| --- | --- | --- |\n", title)
	for _, f := range fields {
		needed := "no"
		if f.Required {
			needed = "yes"
		}
		if len(f.Types) > 0 {
			var types []string
			for _, t := range f.Types {
				types = append(types, string(t))
			}
			needed += ", for " + strings.Join(types, ", ")
		}
		if f.When != nil {
			needed += ", with " + f.When.Setting + " " + strings.Join(f.When.Values, " or ")
		}
		help := cell(f.Help)
		if len(f.Choices) > 0 {
			var names []string
			for _, c := range f.Choices {
				names = append(names, "`"+c.Value+"`: "+c.Title)
			}
			help += " One of " + strings.Join(names, "; ") + "."
		}
		if f.Default != "" {
			help += " Empty means `" + cell(f.Default) + "`."
		}
		if f.Example != "" {
			help += " Example: `" + cell(f.Example) + "`"
		}
		fmt.Fprintf(b, "| %s (`%s`) | %s | %s |\n", f.Title, f.Name, needed, strings.TrimSpace(help))
	}
}

func writeCodes(b *strings.Builder, codes map[string]channels.KnownCode) {
	if len(codes) == 0 {
		return
	}
	names := make([]string, 0, len(codes))
	for code := range codes {
		names = append(names, code)
	}
	// Numbers by their value, words after them.
	slices.SortFunc(names, func(x, y string) int {
		nx, ex := strconv.Atoi(x)
		ny, ey := strconv.Atoi(y)
		switch {
		case ex == nil && ey == nil:
			return cmp.Compare(nx, ny)
		case ex == nil:
			return -1
		case ey == nil:
			return 1
		}
		return cmp.Compare(x, y)
	})
	b.WriteString("\n## Error codes\n\nWhat a run does with a failed send follows from its class: *retryable* is tried again, *permanent* is not, *auth* suspends the channel, and *unknown* may have arrived. Another channel is worth a try where fallback says yes.\n\n| code | class | fallback | meaning |\n| --- | --- | --- | --- |\n")
	for _, code := range names {
		k := codes[code]
		fallback := "no"
		if k.Fallback {
			fallback = "yes"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", cell(code), k.Class, fallback, cell(strings.TrimSpace(k.Message+" "+k.Hint)))
	}
}

// cell keeps a text within one cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}
