package flows

// NodeSpec describes a node type to everything that handles nodes without
// knowing their behaviour: validation, the API's list of node types, and the
// editor's palette, cards and forms.
type NodeSpec struct {
	// Type is the name in the flow definition, such as "send_sms".
	Type string `json:"type"`
	// Title and Help name and explain the node type in the palette.
	Title string `json:"title"`
	Help  string `json:"help"`
	// Group is the palette group: "flow", "channels" or "data".
	Group string `json:"group"`
	// Icon is the name of a lucide icon; Hue one of the design's colour names.
	Icon string `json:"icon"`
	Hue  string `json:"hue"`
	// Summary is the card's one line about the config: text in which {path}
	// stands for the config value at that dotted path.
	Summary string `json:"summary,omitempty"`
	// Detail is a second such line, for instance the recipient.
	Detail string `json:"detail,omitempty"`
	// Ports are the exits that every node of this type has. Their order is the
	// order on the card.
	Ports []PortSpec `json:"ports"`
	// PortsFrom names a list field of the config; the "port" of each of its
	// items is an exit of that node. These come before Ports on the card.
	PortsFrom string `json:"ports_from,omitempty"`
	// Config describes the fields of the node's config.
	Config []Field `json:"-"`
	// Defs are field lists that fields refer to by name (recursive shapes).
	Defs map[string][]Variant `json:"-"`
	// Outputs are what expressions read as steps.<node id>.<name>.
	Outputs []OutputSpec `json:"outputs,omitempty"`
	// Sets lists the config fields that name run variables which the node
	// sets, as a path with * for every item: "output", "variables.*.name".
	Sets []SetSpec `json:"sets,omitempty"`
	// ChannelType is the type of channel that a send node needs.
	ChannelType string `json:"channel_type,omitempty"`
	// ChannelTypeFrom names the config field that says the channel type, where
	// nodes of the type can use several.
	ChannelTypeFrom string `json:"channel_type_from,omitempty"`
	// Replies marks a type whose nodes wait for what people write.
	Replies bool `json:"replies,omitempty"`
	// Placeholder marks the type that keeps the place of something from another
	// tool. It is not offered, its cards are shown as disabled, and a flow with one
	// can be tried but not published.
	Placeholder bool `json:"placeholder,omitempty"`
	// Entry marks the node type that runs begin at; a flow has exactly one.
	Entry bool `json:"entry,omitempty"`
	// Target names the config field that holds the id of the node which a run
	// goes to without an edge (a jump), Limit the field that bounds how often.
	Target string `json:"target,omitempty"`
	Limit  string `json:"limit,omitempty"`
}

// PortSpec describes one exit.
type PortSpec struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help,omitempty"`
	// Icon is the name of a lucide icon.
	Icon string `json:"icon,omitempty"`
	// Failure marks a port at which an unconnected run ends as failed.
	Failure bool `json:"failure,omitempty"`
	// Deadline names the duration field of the config that makes runs take
	// this port.
	Deadline string `json:"deadline,omitempty"`
	// With names a list of the config: the port is there only when the list has
	// items. Without is the opposite.
	With    string `json:"with,omitempty"`
	Without string `json:"without,omitempty"`
	// FallsBackTo lists the ports whose edge is taken, the first connected one
	// first, when this port has none.
	FallsBackTo []string `json:"falls_back_to,omitempty"`
}

// OutputSpec describes one value a node leaves in steps.<node id>.
type OutputSpec struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Help    string `json:"help"`
	Example string `json:"example,omitempty"`
}

// SetSpec says where a config names a variable, and what type it then has:
// Type itself, or the value of the sibling field TypeFrom.
type SetSpec struct {
	Path     string `json:"path"`
	Type     string `json:"type,omitempty"`
	TypeFrom string `json:"type_from,omitempty"`
}

// FieldKind is the kind of a config field's value, and with it the control
// that edits it.
type FieldKind string

const (
	// KindText is literal text.
	KindText FieldKind = "text"
	// KindTemplate is text with {{ expressions }}.
	KindTemplate FieldKind = "template"
	// KindExpression is one expression without braces.
	KindExpression FieldKind = "expression"
	// KindValue is any JSON value; strings in it are templates.
	KindValue FieldKind = "value"
	// KindDuration is a duration such as "30s".
	KindDuration FieldKind = "duration"
	// KindInteger and KindNumber are JSON numbers, KindBoolean true or false.
	KindInteger FieldKind = "integer"
	KindNumber  FieldKind = "number"
	KindBoolean FieldKind = "boolean"
	// KindChoice is one of Choices.
	KindChoice FieldKind = "choice"
	// KindChannel is the slug of a channel of the node's channel type.
	KindChannel FieldKind = "channel"
	// KindTemplateSlug is the slug of a message template.
	KindTemplateSlug FieldKind = "template_slug"
	// KindNode is the id of another node of the flow.
	KindNode FieldKind = "node"
	// KindVariable is the name of a run variable that the node sets.
	KindVariable FieldKind = "variable"
	// KindPort is the name of a port that the item makes.
	KindPort FieldKind = "port"
	// KindCode is a country or calling code.
	KindCode FieldKind = "code"
	// KindObject has Fields; KindList has Items; KindUnion has Variants, told
	// apart by their "type"; KindRef is the union Ref of the spec's Defs.
	KindObject FieldKind = "object"
	KindList   FieldKind = "list"
	KindUnion  FieldKind = "union"
	KindRef    FieldKind = "ref"
)

// Field describes one field of a config.
type Field struct {
	Name  string
	Kind  FieldKind
	Title string
	Help  string
	// Example is shown as the empty control's hint.
	Example  string
	Required bool
	// Default is what an absent field means; it is never written for the user.
	Default any
	Choices []Choice
	// Min and Max bound a number, or the items of a list. Zero Max: no bound.
	Min, Max int
	// MaxLength bounds text in bytes. Zero: the document's own limit.
	MaxLength int
	// Multiline asks for a text area.
	Multiline bool
	// Moment marks text that gives a moment: RFC 3339, or a date.
	Moment bool
	// WebAddress marks text that gives the address of a page or file.
	WebAddress bool
	// Unique names the field that no two items of a list may share.
	Unique string
	// Fields of an object.
	Fields []Field
	// Items of a list.
	Items *Field
	// Variants of a union.
	Variants []Variant
	// Ref names an entry of the spec's Defs.
	Ref string
	// Refused is why nobody can have the field here. It is in no schema and no
	// form; a config that has it gets this as an error, and Hint what to do.
	Refused string
	Hint    string
	// When shows the field in the editor only when a sibling field has one of
	// these values. It does not change what is valid.
	When *Condition
}

// Condition compares a sibling field.
type Condition struct {
	Field  string   `json:"field"`
	Values []string `json:"values"`
}

// Choice is one value of a choice field.
type Choice struct {
	Value string `json:"value"`
	Title string `json:"title"`
	// For lists the types of values that the choice makes sense for, where it is
	// an operator; empty means any. Editors offer it for these first; it is valid
	// for all.
	For []string `json:"for,omitempty"`
	// Takes says what an operator compares with: "value" (of the same type),
	// "text", "pattern", "number", "moment", "list", "regions" or "nothing". Empty
	// for choices that are no operators.
	Takes string `json:"takes,omitempty"`
}

// Variant is one shape of a union; its JSON has {"type": Type} beside Fields.
type Variant struct {
	Type   string
	Title  string
	Help   string
	Fields []Field
}
