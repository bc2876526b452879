package channels

import "slices"

// Section is a part of the form that sets a channel up.
type Section struct {
	// Name is for programs, such as "account". Title and Help are for people.
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help,omitempty"`
	// Fields are the names of credentials and settings in the order in which
	// people fill them in; AddressField is the base URL.
	Fields []string `json:"fields"`
	// Folded sections begin closed, because most channels do without them.
	Folded bool `json:"folded,omitempty"`
	// Trial is what can be tried at the end of the section, of a Previewer's kind.
	Trial Trial `json:"trial,omitempty"`
}

// Trial is a part of a kind's preview; empty for none.
type Trial string

// The trials: the request that the settings make of a sample, and what they
// read from a callback.
const (
	TrialRequest  Trial = "request"
	TrialCallback Trial = "callback"
)

// AddressField is the name of the base URL among fields.
const AddressField = "base_url"

// SectionMore is the name of the section for what few channels need. Every kind
// has it: what all channels can set is there.
const SectionMore = "more"

// AllSections are the kind's sections, with those settings that every channel
// has.
func (k Kind) AllSections() []Section {
	sections := slices.Clone(k.Sections)
	last := len(sections) - 1
	if last < 0 || sections[last].Name != SectionMore {
		sections = append(sections, Section{Name: SectionMore, Folded: true})
		last++
	}
	more := &sections[last]
	more.Title = "More settings"
	more.Fields = append(slices.Clone(more.Fields), RateSetting)
	if k.Address == nil && k.DefaultBaseURL != "" {
		more.Fields = append(more.Fields, AddressField)
	}
	return sections
}
