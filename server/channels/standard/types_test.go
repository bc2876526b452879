package standard_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels/simulator"
)

// Flows are refused that wait for receipts which their channel types do not
// have, so no vendor may give more.
func TestProvidersGiveNoMoreReceiptsThanTheirChannelTypes(t *testing.T) {
	t.Parallel()
	for _, k := range registry(t).Kinds() {
		for _, name := range k.ChannelTypes {
			channelType, ok := flows.ChannelTypeNamed(string(name))
			if !ok {
				t.Errorf("%s: there is no channel type %q", k.Name, name)
				continue
			}
			if k.Name == simulator.Name {
				// Phones on the screen can do everything.
				continue
			}
			if r := k.Receipts[name]; r.Delivered && !channelType.Delivered || r.Read && !channelType.Read {
				t.Errorf("%s gives receipts of %s that there are none of: %+v", k.Name, name, r)
			}
		}
	}
}

// docs/channels.md says what the table says, because it is written from it.
func TestTheTableOfChannelTypesIsDocumented(t *testing.T) {
	t.Parallel()
	got, path := channelTypesPage(t), filepath.Join("..", "..", "..", "docs", "channels.md")
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
}

func channelTypesPage(t *testing.T) string {
	t.Helper()
	kinds := registry(t).Kinds()
	var b strings.Builder
	b.WriteString("# Channel types\n\nA channel type is a way to reach people. What it can do holds whichever vendor carries it, and flows are\n" +
		"checked against it before they run; a vendor can do less, and its page says so.\n\n" +
		"This page is written from the code: `go test ./server/channels/standard -update`.\n\n" +
		"| channel type | people are addressed by | receipts | characters in a text | free messages | answers |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, c := range flows.ChannelTypes() {
		var news []string
		if c.Delivered {
			news = append(news, "delivered")
		}
		if c.Read {
			news = append(news, "read")
		}
		window := "always"
		if c.Window > 0 {
			window = fmt.Sprintf("within %s of the person's last message", c.Window)
			if c.Takes(flows.MessageTemplate) {
				window += "; else templates"
			}
		}
		answers := "no"
		if c.Replies {
			answers = "yes"
		}
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %d | %s | %s |\n", c.Title, c.Name, addressWords[c.Address], orNone(news), c.TextLength, window, answers)
	}
	b.WriteString("\nA deadline on a receipt that there is none of is refused in the flow, except reading an SMS, which is warned of.\n" +
		"\n## Message forms and who carries them\n\n| channel type | message forms | providers |\n| --- | --- | --- |\n")
	for _, c := range flows.ChannelTypes() {
		var forms, carriers []string
		for _, f := range c.Forms {
			forms = append(forms, string(f))
		}
		for _, k := range kinds {
			if k.Name == simulator.Name {
				continue
			}
			for _, name := range k.ChannelTypes {
				if string(name) == c.Name {
					carriers = append(carriers, fmt.Sprintf("[%s](channels/%s.md)", k.Title, k.Name))
				}
			}
		}
		slices.Sort(carriers)
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Title, orNone(forms), orNone(carriers))
	}
	return b.String()
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

var addressWords = map[flows.AddressKind]string{
	flows.AddressPhone: "phone number", flows.AddressEmail: "email address", flows.AddressID: "the vendor's id", flows.AddressNone: "nothing: the channel is the group",
}
