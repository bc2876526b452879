package doctor_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/server/doctor"
	"sluice/server/store"
	"sluice/server/store/pgtest"
	"sluice/server/vault"
)

var postgres = pgtest.New(func(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
})

func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }

// place is a healthy installation, in a folder of its own.
type place struct {
	t       *testing.T
	path    string
	options doctor.Options
}

func healthy(t *testing.T) *place {
	t.Helper()
	folder := t.TempDir()
	p := &place{t: t, path: filepath.Join(folder, "sluice.db")}
	p.options = doctor.Options{
		Addr: "127.0.0.1:0", Database: "sqlite:" + p.path, PublicURL: "https://sluice.example.org", KeyFile: filepath.Join(folder, "master.key"), Editor: true, Executor: store.Executor{Name: "local"},
		Space: func(string) (uint64, string, error) { return 50 << 30, "", nil },
	}
	p.change(func(s *store.Store) error {
		_, err := s.CreateChannel(t.Context(), store.DefaultWorkspaceID, store.Channel{Slug: "sms", Name: "SMS", Type: "sms", Kind: "twilio"}, map[string]string{"token": "t"}, 9)
		return err
	})
	return p
}

// change opens the database as a server does.
func (p *place) change(fn func(s *store.Store) error) {
	p.t.Helper()
	key, _, err := vault.KeyFile(p.options.KeyFile)
	if err != nil {
		p.t.Fatal(err)
	}
	v, err := vault.New(key)
	if err != nil {
		p.t.Fatal(err)
	}
	s, err := store.Open(p.t.Context(), p.options.Database, store.Options{Vault: v})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := errors.Join(fn(s), s.Close()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) batch(fn func(b *store.Batch) error) {
	p.t.Helper()
	p.change(func(s *store.Store) error { return s.Batch(context.Background(), fn) })
}

// wants examines, and looks for a finding of that check and level with those
// words in its message or hint.
func wants(t *testing.T, o doctor.Options, check string, level doctor.Level, words string) {
	t.Helper()
	findings := doctor.Examine(t.Context(), o)
	for _, f := range findings {
		if f.Check == check && f.Level == level && strings.Contains(f.Message+" "+f.Hint, words) {
			return
		}
	}
	t.Errorf("there is no %s of %q with %q in %+v", level, check, words, findings)
}

func TestAHealthyServerHasNothingWrong(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.batch(func(b *store.Batch) error { return b.Beat("worker", "host") })
	findings := doctor.Examine(t.Context(), p.options)
	for _, f := range findings {
		if f.Level != doctor.OK || f.Message == "" {
			t.Errorf("%+v", f)
		}
	}
	if doctor.Worst(findings) != doctor.OK {
		t.Errorf("the worst is %s", doctor.Worst(findings))
	}
	for _, check := range []string{"disk", "files", "master key", "database", "durability", "clock", "secrets", "executor", "servers", "timers", "messages", "public address", "listening", "outgoing calls", "editor"} {
		wants(t, p.options, check, doctor.OK, "")
	}
}

func TestExaminingChangesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	o := doctor.Options{Addr: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(folder, "new", "sluice.db"), KeyFile: filepath.Join(folder, "new", "master.key")}
	wants(t, o, "files", doctor.Note, "There is no database")
	wants(t, o, "master key", doctor.Note, "There is no master key")
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the examination left %v, %v", left, err)
	}
}

func TestSettingsThatAreWrongAreToldWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(o *doctor.Options)
		check  string
		level  doctor.Level
		words  string
	}{
		"no public address":         {func(o *doctor.Options) { o.PublicURL = "" }, "public address", doctor.Warning, "SLUICE_PUBLIC_URL"},
		"none in the demo":          {func(o *doctor.Options) { o.PublicURL, o.Demo = "", true }, "public address", doctor.Note, "SLUICE_PUBLIC_URL"},
		"an unencrypted address":    {func(o *doctor.Options) { o.PublicURL = "http://sluice.example.org" }, "public address", doctor.Warning, "https"},
		"an address of this host":   {func(o *doctor.Options) { o.PublicURL = "https://localhost:8080" }, "public address", doctor.Warning, "cannot reach it"},
		"a private address":         {func(o *doctor.Options) { o.PublicURL = "https://10.0.0.7" }, "public address", doctor.Warning, "cannot reach it"},
		"an address with a path":    {func(o *doctor.Options) { o.PublicURL = "https://example.org/sluice" }, "public address", doctor.Error, "scheme and host only"},
		"a listener without a port": {func(o *doctor.Options) { o.Addr = "localhost" }, "listening", doctor.Error, "HOST:PORT"},
		"the demo for everybody":    {func(o *doctor.Options) { o.Addr, o.Demo = ":0", true }, "listening", doctor.Error, "--demo"},
		"no list of proxies":        {func(o *doctor.Options) { o.TrustedProxies = "proxy.example" }, "proxies", doctor.Error, "10.0.0.0/8"},
		"everybody as a proxy":      {func(o *doctor.Options) { o.TrustedProxies = "0.0.0.0/0" }, "proxies", doctor.Error, "everybody"},
		"a proxy":                   {func(o *doctor.Options) { o.TrustedProxies = "10.0.0.7" }, "proxies", doctor.OK, "10.0.0.7"},
		"open metrics":              {func(o *doctor.Options) { o.MetricsAddr = ":9090" }, "metrics", doctor.Warning, "SLUICE_METRICS_TOKEN"},
		"metrics with a token":      {func(o *doctor.Options) { o.MetricsAddr, o.MetricsToken = ":9090", "kkkkkkkkkkkkkkkkkkkk" }, "metrics", doctor.OK, "token"},
		"metrics of this machine":   {func(o *doctor.Options) { o.MetricsAddr = "localhost:9090" }, "metrics", doctor.OK, "this machine"},
		"open without https":        {func(o *doctor.Options) { o.Addr, o.PublicURL = "0.0.0.0:0", "" }, "listening", doctor.Note, "without encryption"},
		"a bad allow-list":          {func(o *doctor.Options) { o.EgressAllow = "10.0.0.0/99" }, "outgoing calls", doctor.Error, "10.0.0.0/99"},
		"the metadata service":      {func(o *doctor.Options) { o.EgressAllow = "169.254.169.254:80" }, "outgoing calls", doctor.Warning, "credentials"},
		"the metadata's network":    {func(o *doctor.Options) { o.EgressAllow = "169.254.0.0/16" }, "outgoing calls", doctor.Warning, "credentials"},
		"this machine's ports":      {func(o *doctor.Options) { o.EgressAllow = "127.0.0.0/8" }, "outgoing calls", doctor.Warning, "every port"},
		"a whole network":           {func(o *doctor.Options) { o.EgressAllow = "10.0.0.0/8" }, "outgoing calls", doctor.Warning, "very large"},
		"one host":                  {func(o *doctor.Options) { o.EgressAllow = "sms.internal:8443" }, "outgoing calls", doctor.OK, "sms.internal:8443"},
		"a short bootstrap key":     {func(o *doctor.Options) { o.BootstrapKey = "short" }, "bootstrap key", doctor.Error, "32"},
		"a bootstrap key":           {func(o *doctor.Options) { o.BootstrapKey = strings.Repeat("k", 40) }, "bootstrap key", doctor.Note, "Unset it"},
		"a binary without editor":   {func(o *doctor.Options) { o.Editor = false }, "editor", doctor.Warning, "make build"},
		"no database of ours":       {func(o *doctor.Options) { o.Database = "mysql://host" }, "database", doctor.Error, "sqlite:PATH"},
		"a short master key":        {func(o *doctor.Options) { o.MasterKey = "short" }, "master key", doctor.Error, "too short"},
		"another master key":        {func(o *doctor.Options) { o.MasterKey = strings.Repeat("another ", 8) }, "secrets", doctor.Error, "0 of 1"},
		"no master key":             {func(o *doctor.Options) { o.KeyFile += ".gone" }, "secrets", doctor.Error, "no master key"},
		"little room":               {func(o *doctor.Options) { o.Space = room(500<<20, "") }, "disk", doctor.Warning, "500 MiB"},
		"hardly any room":           {func(o *doctor.Options) { o.Space = room(9<<20, "") }, "disk", doctor.Error, "9.0 MiB"},
		"a network file system":     {func(o *doctor.Options) { o.Space = room(1<<40, "nfs") }, "disk", doctor.Error, "PostgreSQL"},
		"a clock that was set back": {func(o *doctor.Options) { o.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, "clock", doctor.Error, "set back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.batch(func(b *store.Batch) error { return b.Beat("worker", "host") })
			test.change(&p.options)
			wants(t, p.options, test.check, test.level, test.words)
			for _, f := range doctor.Examine(t.Context(), p.options) {
				if strings.Contains(f.Message+f.Hint, "another another") || strings.Contains(f.Message+f.Hint, "kkkk") {
					t.Errorf("a secret is shown: %+v", f)
				}
			}
		})
	}
}

func TestWhoseRunsAreIsTold(t *testing.T) {
	t.Parallel()
	local, temporal := store.Executor{Name: "local"}, store.Executor{Name: "temporal", Place: "namespace default, task queue sluice"}
	for address, open := range map[string]func() string{
		"SQLite": func() string { return "" }, "PostgreSQL": func() string { return postgres.Database(t) },
	} {
		p := healthy(t)
		if url := open(); url != "" {
			p.options.Database = url
		}
		t.Log(address)
		p.options.Executor = local
		wants(t, p.options, "executor", doctor.OK, "yet; `sluice serve` would use local")
		p.change(func(s *store.Store) error {
			_, err := s.ClaimExecutor(t.Context(), local, "worker", "host", time.Minute)
			return err
		})
		wants(t, p.options, "executor", doctor.OK, "executed by local")
		p.options.Executor = temporal
		wants(t, p.options, "executor", doctor.Note, "would take over with temporal (namespace default, task queue sluice)")
		now := time.Now()
		p.batch(func(b *store.Batch) error {
			return b.InsertRuns([]store.RunRow{{
				ID: store.NewID(), WorkspaceID: store.DefaultWorkspaceID, FlowID: "flow", FlowVersion: 1, Status: "waiting", Version: 1,
				DueAt: now.Add(time.Hour), State: []byte("{}"), Inputs: []byte("{}"), StartedAt: now, UpdatedAt: now,
			}})
		})
		wants(t, p.options, "executor", doctor.Error, "refuses to start, because 1 run waits")
		p.options.Executor = local
		wants(t, p.options, "executor", doctor.OK, "executed by local")
	}
}

func room(free uint64, filesystem string) func(string) (uint64, string, error) {
	return func(string) (uint64, string, error) { return free, filesystem, nil }
}

func TestFilesThatOthersCanReadAreTold(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	for _, path := range []string{p.path, p.options.KeyFile} {
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, p.options, "files", doctor.Warning, "chmod 600 "+p.path)
	wants(t, p.options, "master key", doctor.Error, "chmod 600 "+p.options.KeyFile)
}

func TestFilesThatAreNoDatabaseAreTold(t *testing.T) {
	t.Parallel()
	for content, words := range map[string]string{"": "is empty", "short": "not a database", strings.Repeat("no database at all. ", 500): "PATH"} {
		p := healthy(t)
		for _, suffix := range []string{"-wal", "-shm"} {
			_ = os.Remove(p.path + suffix)
		}
		if err := os.WriteFile(p.path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		level := doctor.Error
		if content == "" {
			level = doctor.Note
		}
		if len(content) > 100 {
			words = ""
		}
		wants(t, p.options, "database", level, words)
	}
}

func TestOverdueWorkMattersWhileAServerIsThere(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	due := time.Now().Add(-5 * time.Minute)
	run := store.RunRow{
		ID: store.NewID(), WorkspaceID: store.DefaultWorkspaceID, FlowID: "f", FlowVersion: 1, Status: "waiting", Version: 1, DueAt: due,
		State: []byte(`{}`), Inputs: []byte(`{}`), StartedAt: due, UpdatedAt: due,
	}
	send := store.OutboxRow{
		MessageID: run.ID + "-1", WorkspaceID: run.WorkspaceID, RunID: run.ID, Visit: 1, Node: "n", Channel: "sms", Payload: []byte("x"),
		OnUnknown: "resend", CreatedAt: due, NextAt: due, GiveUpAt: due.Add(time.Hour),
	}
	p.batch(func(b *store.Batch) error {
		return errors.Join(b.InsertRuns([]store.RunRow{run}), b.InsertOutbox([]store.OutboxRow{send}),
			b.KeepEvents([]store.KeptEvent{{ID: store.NewID(), WorkspaceID: run.WorkspaceID, RunID: run.ID, Event: []byte(`{}`), At: due}}))
	})
	wants(t, p.options, "servers", doctor.Note, "No server ran")
	wants(t, p.options, "timers", doctor.Note, "as soon as a server starts")
	wants(t, p.options, "kept events", doctor.Note, "1 event waits")
	p.batch(func(b *store.Batch) error { return b.Beat("worker", "host") })
	wants(t, p.options, "servers", doctor.OK, "1 server")
	wants(t, p.options, "timers", doctor.Warning, "5 minutes ago")
	wants(t, p.options, "messages", doctor.Warning, "5 minutes ago")
	// In two hours, by the clock of the server and the database.
	p.options.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	wants(t, p.options, "servers", doctor.Note, "2 hours ago")
	wants(t, p.options, "kept events", doctor.Warning, "finish the upgrade")
}

func TestAServerThatAnswersIsToldApartFromOtherPrograms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		level   doctor.Level
		words   string
	}{
		"ready": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"status":"ok"}`)) }, doctor.OK, "is ready"},
		"behind a proxy": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"status":"ok","untrusted_proxy":"192.0.2.7"}`))
		}, doctor.OK, "is ready"},
		"not ready": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/readyz" {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			_, _ = w.Write([]byte(`{"status":503}`))
		}, doctor.Error, "cannot work"},
		"another program": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }, doctor.Error, "cannot listen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			there := httptest.NewServer(test.handler)
			t.Cleanup(there.Close)
			p := healthy(t)
			p.options.Addr = there.Listener.Addr().String()
			wants(t, p.options, "listening", test.level, test.words)
			if name == "behind a proxy" {
				wants(t, p.options, "proxies", doctor.Warning, "192.0.2.7")
			}
		})
	}
}

func TestPostgreSQLIsExaminedToo(t *testing.T) {
	t.Parallel()
	o := healthy(t).options
	o.Database = postgres.Database(t)
	wants(t, o, "database", doctor.OK, "PostgreSQL")
	wants(t, o, "clock", doctor.OK, "agrees")
	wants(t, o, "servers", doctor.Note, "No server ran")
	o.Now = func() time.Time { return time.Now().Add(time.Minute) }
	wants(t, o, "clock", doctor.Error, "ahead of")

	// A port that nobody listens at.
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	o.Database = "postgres://me:secret-word@" + listener.Addr().String() + "/sluice?sslmode=disable"
	wants(t, o, "database", doctor.Error, "is PostgreSQL running there")
	for _, f := range doctor.Examine(t.Context(), o) {
		if strings.Contains(f.Message+f.Hint, "secret-word") {
			t.Errorf("the password is shown: %+v", f)
		}
	}
}
