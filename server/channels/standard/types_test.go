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
	"sluice/server/channels"
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
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %d | %s | %s |\n", c.Title, c.Name, addressWords[c.Address], orNone(news), c.TextLength().Max, window, answers)
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
	extras(t, &b)
	return b.String()
}

// extras says what only some providers do.
func extras(t *testing.T, b *strings.Builder) {
	t.Helper()
	all := registry(t)
	var rates, holders, typers []string
	for _, k := range all.Kinds() {
		if k.Name == simulator.Name {
			continue
		}
		link := fmt.Sprintf("[%s](channels/%s.md)", k.Title, k.Name)
		for _, name := range k.ChannelTypes {
			if r, ok := k.RatePerRecipient[name]; ok {
				rates = append(rates, fmt.Sprintf("%s (%s): one each %s, %d in a burst that the time after it pays for", link, name, flows.Duration(r.Every), r.Burst))
			}
		}
		p, _ := all.Provider(k.Name)
		if _, ok := p.(channels.Scheduler); ok {
			holders = append(holders, link)
		}
		if _, ok := p.(channels.Typer); ok {
			typers = append(typers, link)
		}
	}
	fmt.Fprintf(b, "\n## Messages with a time\n\nA send node's *Send at* makes a message wait. It waits in Sluice, and cancelling the run before its time takes it back.\n"+
		"A channel may have its vendor hold such messages instead, which is then asked to drop them: %s.\n"+
		"Deadlines on receipts count from that time.\n", orNone(holders))
	fmt.Fprintf(b, "\n## Rates per recipient\n\nWhat is too much for one recipient waits, and holds nobody else up. %s.\n", orNone(rates))
	fmt.Fprintf(b, "\n## Typing\n\n*Show typing for* lets who wrote within 24 hours see that somebody writes: %s. Elsewhere the message goes out at once.\n", orNone(typers))
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
