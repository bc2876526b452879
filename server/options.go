package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/server/api"
	"sluice/server/media"
	"sluice/server/peer"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/telemetry"
	"sluice/server/temporal"
	"sluice/server/vault"
)

// Options say how to serve. The zero value of a field is its default where
// one is named.
type Options struct {
	// Addr is where to listen, such as "localhost:8080". Port 0 takes a free one.
	Addr string
	// Database is "sqlite:PATH" or "postgres://…".
	Database string
	// Executor is "local" or "temporal".
	Executor string
	// Temporal is where flows are executed with that executor. Its vault and
	// build are those of this server.
	Temporal temporal.Options
	// Demo seeds an example, and signs in whoever sits at this machine.
	Demo bool
	// PublicURL is where people and providers reach this server; empty when it
	// has no public address. Providers then send no receipts.
	PublicURL string
	// MasterKey encrypts credentials and secrets. Without it the key is in
	// MasterKeyFile, which is made when it is not there.
	MasterKey string
	// MasterKeyFile is by default "master.key" beside the SQLite database, or in
	// the folder "data".
	MasterKeyFile string
	// BootstrapKey is accepted as an owner's API key; empty means none.
	BootstrapKey string
	// Media is where the files that people send are kept: a folder, or
	// s3://bucket/prefix?endpoint=https://host. Empty: the folder "media" beside
	// the SQLite database, or in the folder "data".
	Media string
	// MediaLimits bound the files by type; nil means the defaults.
	MediaLimits media.Limits
	// EgressAllow lists what may be called inside the own network.
	EgressAllow []string
	// AllowPlainHTTP lets channels call any address by http, not only those that
	// EgressAllow names: their credentials can be read on the way.
	AllowPlainHTTP bool
	// Traces says where to tell what happens to runs; the zero value tells nobody.
	Traces telemetry.Config
	// TraceHosts are the hosts that get the traceparent of what they are called
	// for: "api.example.org", "api.example.org:8443" or "*.example.org".
	TraceHosts []string
	// TrustedProxies are those whose word about a client is taken: its address
	// (X-Forwarded-For) and whether it speaks https (X-Forwarded-Proto).
	TrustedProxies peer.Proxies
	// MetricsAddr is an address of its own for /metrics; empty means Addr.
	MetricsAddr string
	// MetricsToken is what /metrics asks for, at least 16 characters. Empty means that
	// only this machine may read it, and only at a MetricsAddr of loopback.
	MetricsToken string
	// DrainDelay is how long a server that is told to stop goes on taking requests
	// while /readyz says that it stops.
	DrainDelay time.Duration
	// Hurry, when it is closed, ends DrainDelay before its time. Nil never does.
	Hurry <-chan struct{}
	// ChannelLimit is how many channels a workspace may have; zero means the
	// store's default.
	ChannelLimit int
	// Requests bound how many requests are in hand; zero values are defaults.
	Requests api.Limits
	// KeepRuns is how long runs are kept after their end, with their histories and
	// messages; zero means for ever, and less than store.MinKeep is refused.
	KeepRuns time.Duration
	// Tuning are the numbers of the local executor; zero values are defaults.
	Tuning runtime.Tuning
	// KeepWebhooks is how long what providers post is kept to look at; zero means
	// 30 days, less that nothing is kept.
	KeepWebhooks time.Duration
	// ForgetPhones keeps what simulated phones hold in memory only: for measuring
	// what a server does whose messages go to vendors.
	ForgetPhones bool
	Version      string
	Log          *slog.Logger
	// Out gets the words for the person who starts the server.
	Out io.Writer
	// Ready, when set, is called with the address once requests are taken.
	Ready func(url string)
}

// ErrOption is wrapped by errors about how the server was asked to run.
var ErrOption = errors.New("the server cannot run this way")

// check refuses what cannot work and makes the rest uniform.
func (o *Options) check() error {
	switch o.Executor {
	case "", executorLocal, executorTemporal:
	default:
		return fmt.Errorf("%w: there is no executor %q: use --executor local, or temporal", ErrOption, o.Executor)
	}
	// Before a master key is made for it.
	switch scheme, _, _ := strings.Cut(o.Database, ":"); scheme {
	case "sqlite", "postgres", "postgresql":
	default:
		return fmt.Errorf("%w: the database is not an address: write sqlite:PATH (such as sqlite:data/sluice.db) or postgres://user:password@host/name", ErrOption)
	}
	if err := o.Traces.Check(); err != nil {
		return err
	}
	if o.MetricsToken != "" && len(o.MetricsToken) < minMetricsToken {
		return fmt.Errorf("%w: SLUICE_METRICS_TOKEN is too short: use at least %d characters", ErrOption, minMetricsToken)
	}
	if err := o.checkDemo(); err != nil {
		return err
	}
	if o.DrainDelay < 0 {
		return fmt.Errorf("%w: the drain delay %s is before now: use 5s or the like", ErrOption, o.DrainDelay)
	}
	if o.PublicURL != "" {
		u, err := url.Parse(o.PublicURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return fmt.Errorf("%w: the public URL %q is not of the form https://sluice.example.org", ErrOption, o.PublicURL)
		}
		o.PublicURL = u.Scheme + "://" + u.Host
	}
	return nil
}

// checkDemo refuses a demo that others could reach: it signs in who asks.
func (o *Options) checkDemo() error {
	if !o.Demo {
		return nil
	}
	if !peer.LoopbackListen(o.Addr) {
		return fmt.Errorf("%w: --demo signs in who sits at this machine, so it cannot listen at %q, which others reach: use --addr localhost:8080, or leave --demo out", ErrOption, o.Addr)
	}
	u, err := url.Parse(o.PublicURL)
	if o.PublicURL != "" && (err != nil || u.Scheme != "http" || !peer.LoopbackHost(u.Host)) {
		return fmt.Errorf("%w: --demo signs in who sits at this machine, so it has no public URL such as %q: leave one of the two out", ErrOption, o.PublicURL)
	}
	return nil
}

// The executors.
const (
	executorLocal    = "local"
	executorTemporal = "temporal"
)

// ExecutorKind is what the runs of the database are to belong to.
func (o *Options) ExecutorKind() store.Executor {
	if o.Executor != executorTemporal {
		return store.Executor{Name: executorLocal}
	}
	return store.Executor{Name: executorTemporal, Place: o.Temporal.Place()}
}

// openVault finds the master key.
func (o *Options) openVault() (*vault.Vault, error) {
	if o.MasterKey != "" {
		key, err := vault.ParseKey(o.MasterKey)
		if err != nil {
			return nil, fmt.Errorf("SLUICE_MASTER_KEY: %w", err)
		}
		return vault.New(key)
	}
	path := o.KeyFile()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the master key: %w", err)
	}
	key, created, err := vault.KeyFile(path)
	if err != nil {
		return nil, err
	}
	if created {
		o.Log.Info("a master key was made: keep a copy of it, because credentials and secrets cannot be read without it", slog.String("file", path))
	}
	return vault.New(key)
}

// KeyFile is where the master key is, unless MasterKey is set. Beside the data of SQLite it is found
// again whatever folder the server is started in.
func (o *Options) KeyFile() string {
	if o.MasterKeyFile != "" {
		return o.MasterKeyFile
	}
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		return filepath.Join(filepath.Dir(path), "master.key")
	}
	return filepath.Join("data", "master.key")
}

// MediaBucket is the address of the storage that keeps files; empty when a folder
// does. There are no credentials in it.
func (o *Options) MediaBucket() string {
	if strings.HasPrefix(o.Media, "s3:") {
		return o.Media
	}
	return ""
}

// MediaFolder is where files are kept, unless they are kept elsewhere.
func (o *Options) MediaFolder() string {
	if o.Media != "" && !strings.HasPrefix(o.Media, "s3:") {
		return o.Media
	}
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok {
		return filepath.Join(filepath.Dir(path), "media")
	}
	return filepath.Join("data", "media")
}

// folders are where this server writes files.
func (o *Options) folders() (all []string) {
	if path, ok := strings.CutPrefix(o.Database, "sqlite:"); ok && path != ":memory:" {
		all = append(all, filepath.Dir(path))
	}
	if o.MediaBucket() == "" {
		all = append(all, o.MediaFolder())
	}
	return all
}

// openMedia opens what keeps files. temporary is a folder for files under way.
func (o *Options) openMedia(ctx context.Context) (storage media.Storage, temporary string, err error) {
	if strings.HasPrefix(o.Media, "s3:") {
		storage, err = media.NewBucket(ctx, o.Media)
		return storage, os.TempDir(), err
	}
	disk, err := media.NewDisk(o.MediaFolder())
	if err != nil {
		return nil, "", err
	}
	return disk, o.MediaFolder(), disk.Sweep(time.Now())
}
