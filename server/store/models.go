package store

// Workspace separates what belongs to different teams.
type Workspace struct {
	ID   string
	Name string
	// TimeZone is where its flows mean times without a zone, by its IANA name; empty
	// is UTC.
	TimeZone  string
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// User is a person who signs in.
type User struct {
	ID           string
	WorkspaceID  string
	Email        string // lower case; unique in the whole database
	Name         string
	PasswordHash string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
	DisabledAt   Time
}

// Role is what a member or an API key may do. Each role may do all that the
// next one may.
type Role string

const (
	RoleOwner    Role = "owner"
	RoleAdmin    Role = "admin"
	RoleEditor   Role = "editor"
	RoleOperator Role = "operator"
	RoleViewer   Role = "viewer"
)

// Membership is a user's role in a workspace.
type Membership struct {
	WorkspaceID string `gorm:"primaryKey"`
	UserID      string `gorm:"primaryKey"`
	Role        Role
	CreatedAt   Time `gorm:"autoCreateTime:false"`
}

// Session is a signed-in browser. Only a hash of its token is kept.
type Session struct {
	TokenHash   string `gorm:"primaryKey"`
	WorkspaceID string
	UserID      string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	LastSeenAt  Time
	ExpiresAt   Time
	Address     string
	UserAgent   string
}

// APIKey lets a machine in. Only a hash of it is kept; Prefix is what people
// tell keys apart by.
type APIKey struct {
	ID          string
	WorkspaceID string
	Name        string
	Role        Role
	Hash        string
	Prefix      string
	CreatedBy   string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	LastUsedAt  Time
}

// Flow is a named drawing: its draft, and which version is published.
type Flow struct {
	ID          string
	WorkspaceID string
	Name        string
	// Draft is the flow definition in canonical JSON. DraftVersion grows by one
	// with every save; it is the draft's ETag.
	Draft          string
	DraftVersion   int64
	DraftUpdatedAt Time
	DraftUpdatedBy string
	// PublishedVersion is the number of the version that new runs use; zero
	// when there is none. PublishedDraftVersion is the draft it was made of.
	PublishedVersion      int64
	PublishedDraftVersion int64
	PublishedAt           Time
	CreatedAt             Time `gorm:"autoCreateTime:false"`
	UpdatedAt             Time `gorm:"autoUpdateTime:false"`
	// DeletedAt hides the flow. Its versions stay while runs use them.
	DeletedAt Time
}

// DraftChanged reports whether the draft was saved since it was published.
func (f Flow) DraftChanged() bool { return f.DraftVersion != f.PublishedDraftVersion }

// FlowVersion is a published version. It never changes.
type FlowVersion struct {
	FlowID      string `gorm:"primaryKey"`
	Number      int64  `gorm:"primaryKey;autoIncrement:false"`
	WorkspaceID string
	Definition  string
	Message     string
	Author      string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
}

// ChannelStatus is where a channel is in its life.
type ChannelStatus string

const (
	ChannelUnbound   ChannelStatus = "unbound"
	ChannelBound     ChannelStatus = "bound"
	ChannelSuspended ChannelStatus = "suspended"
)

// Channel is a sender account at a provider.
type Channel struct {
	ID           string
	WorkspaceID  string
	Slug         string
	Name         string
	Remarks      string
	Type         string
	Kind         string
	Status       ChannelStatus
	StatusReason string
	// Credentials are sealed: read them with (*Store).Credentials.
	Credentials []byte
	Settings    map[string]string `gorm:"serializer:json"`
	BaseURL     string
	// Identity is the fingerprint of the account and sender while the channel is bound
	// or suspended. No two channels of the server have the same.
	Identity string
	// HookKey is the unguessable part of the webhook's address.
	HookKey   string
	CreatedAt Time `gorm:"autoCreateTime:false"`
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
	BoundAt   Time
}

// TemplateStatus is a provider's word on a template.
type TemplateStatus string

const (
	TemplateDraft    TemplateStatus = "draft"
	TemplatePending  TemplateStatus = "pending"
	TemplateApproved TemplateStatus = "approved"
	TemplateRejected TemplateStatus = "rejected"
	// TemplatePaused and TemplateDisabled are what a provider makes of a
	// template that people complained about: for a while, and for good.
	TemplatePaused   TemplateStatus = "paused"
	TemplateDisabled TemplateStatus = "disabled"
)

// Template is a message that a provider approves beforehand.
type Template struct {
	ID          string
	WorkspaceID string
	ChannelType string
	Slug        string
	Name        string
	Language    string
	Category    string
	// Body is the approved text with {{1}}, {{2}} for its Parameters.
	Body       string
	Parameters int
	// ProviderID is what a send names the template by.
	ProviderID string
	Status     TemplateStatus
	CreatedAt  Time `gorm:"autoCreateTime:false"`
	UpdatedAt  Time `gorm:"autoUpdateTime:false"`
	// Content is a channels.TemplateContent as JSON: the parts beside the body.
	Content string `gorm:"default:'{}'"`
	// SourceKind and SourceChannelID are the provider and the channel that the
	// template was imported from; empty: a person recorded it. VendorID and
	// VendorName are the provider's own id and name of it.
	SourceKind      string
	SourceChannelID string
	VendorID        string
	VendorName      string
	// StatusReason is why the provider rejected, paused or disabled it; Quality
	// is "high", "medium", "low" or empty.
	StatusReason string
	Quality      string
	// SeenAt is when an import last found it, GoneAt when one first did not any
	// more.
	SeenAt Time
	GoneAt Time
}

// Usable reports whether a provider would take a send of the template.
func (t Template) Usable() bool { return t.Status == TemplateApproved && t.GoneAt.IsZero() }

// Run is one execution of a flow version. Nothing in it is secret: secret
// values are sealed in a column that only the execution path reads.
type Run struct {
	ID          string
	WorkspaceID string
	FlowID      string
	FlowVersion int64
	Status      string
	Outcome     string
	// Error is an engine.RunError as JSON, or empty.
	Error   string
	Node    string
	Visit   int
	Version int64
	DueAt   Time
	// State is an engine.State as JSON; the values of its secrets are null.
	State     string
	Recipient string
	// Inputs is an object, masked.
	Inputs    string
	StartedBy string
	StartedAt Time
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
	EndedAt   Time
}

// HistoryEntry is what one step of a run did. Seq is the run's version after
// the step; Trace is an engine.Trace as JSON.
type HistoryEntry struct {
	RunID       string `gorm:"primaryKey"`
	Seq         int64  `gorm:"primaryKey;autoIncrement:false"`
	WorkspaceID string
	At          Time
	Event       string
	Visit       int
	Trace       string
}

// TableName is the table's name: a history is one thing.
func (HistoryEntry) TableName() string { return "history" }

// Direction of a message.
const (
	DirectionOut = "out"
	DirectionIn  = "in"
)

// Message is one message to or from a person. Content is a flows.Message as
// JSON, masked.
type Message struct {
	ID          string
	WorkspaceID string
	RunID       string
	Visit       int
	Node        string
	Direction   string
	ChannelID   string
	Channel     string
	ChannelType string
	FromAddress string
	ToAddress   string
	Category    string
	Content     string
	// Status is queued, scheduled, sent, delivered, read, failed or cancelled;
	// received when inbound.
	Status            string
	ProviderMessageID string
	Code              string
	Reason            string
	Parts             int
	QueuedAt          Time
	// SendAt is when it was to go out; zero means at once.
	SendAt      Time
	SentAt      Time
	DeliveredAt Time
	ReadAt      Time
	FailedAt    Time
	// Matched says of a message from a person why it went to its run; AtVisit is
	// the visit that the run was in then.
	Matched string
	AtVisit int
}
