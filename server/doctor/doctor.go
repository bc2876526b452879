// Package doctor looks at a server's settings, its database and its machine,
// and says what is wrong with them and what to do. It changes nothing.
package doctor

import (
	"context"
	"io/fs"
	"net/http"
	"time"

	"sluice/server/disk"
	"sluice/server/store"
)

// Level is how much a finding matters.
type Level string

const (
	// OK means that it is as it should be.
	OK Level = "ok"
	// Note is worth knowing.
	Note Level = "note"
	// Warning works, and will make trouble some day.
	Warning Level = "warning"
	// Error does not work.
	Error Level = "error"
)

// Finding is what one check found.
type Finding struct {
	// Check names what was looked at, such as "database".
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Message says how it is, in a sentence.
	Message string `json:"message"`
	// Hint says what to do, when there is something to do.
	Hint string `json:"hint,omitempty"`
}

// Options are the settings that the server would be started with.
type Options struct {
	// Addr is where it listens; Database, PublicURL and EgressAllow are as
	// operators write them.
	Addr, Database, PublicURL, EgressAllow string
	// TrustedProxies and MetricsAddr are as operators write them; MetricsToken is what
	// /metrics asks for.
	TrustedProxies, MetricsAddr, MetricsToken string
	// MasterKey is the text of the key, or empty when KeyFile holds it.
	MasterKey, KeyFile string
	BootstrapKey       string
	// Executor is what the server would execute flows with.
	Executor store.Executor
	Demo     bool
	// Editor tells whether the binary has the editor in it.
	Editor bool
	// Now is this machine's clock. Nil means time.Now.
	Now func() time.Time
	// Space is how many bytes are free in a folder, and what kind of file
	// system it is on, empty when that is unknown. Nil means the system's word.
	Space func(folder string) (free uint64, filesystem string, err error)
	// HTTP asks a running server. Nil means http.DefaultClient.
	HTTP *http.Client
	// Open opens the database. Nil means store.Open.
	Open func(ctx context.Context, address string, o store.Options) (*store.Store, error)
}

// exam is one examination.
type exam struct {
	Options
	findings []Finding
	// foreign is the proxy that a running server says not to trust.
	foreign string
}

// Examine makes all checks, in the order in which an operator mends things.
func Examine(ctx context.Context, o Options) []Finding {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Space == nil {
		o.Space = disk.Free
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Open == nil {
		o.Open = store.Open
	}
	e := &exam{Options: o}
	e.files()
	keys := e.masterKey()
	e.database(ctx, keys)
	e.publicAddress()
	e.listening(ctx)
	e.proxies()
	e.metrics()
	e.egress()
	e.access()
	e.editor()
	return e.findings
}

// Worst is the level that matters most among findings.
func Worst(findings []Finding) Level {
	rank := map[Level]int{OK: 0, Note: 1, Warning: 2, Error: 3}
	worst := OK
	for _, f := range findings {
		if rank[f.Level] > rank[worst] {
			worst = f.Level
		}
	}
	return worst
}

func (e *exam) add(check string, level Level, message, hint string) {
	e.findings = append(e.findings, Finding{Check: check, Level: level, Message: message, Hint: hint})
}

// others are the rights of a file that its owner's group and everybody have.
const others fs.FileMode = 0o077
