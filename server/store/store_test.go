package store_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/server/store"
	"sluice/server/store/pgtest"
	"sluice/server/store/sqlitetest"
	"sluice/server/store/storetest"
)

var postgres = pgtest.New(migrated)

// migrated brings the schema of the template database up to date.
func migrated(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

func TestMain(m *testing.M) {
	code := postgres.Run(m)
	if err := old.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the PostgreSQL of the tests:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func open(t *testing.T, address string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func file(t *testing.T) string {
	t.Helper()
	return sqlitetest.New(t)
}

func TestConformanceOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, file(t), o) })
}

func TestConformanceOnPostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, postgres.Database(t), o) })
}

// unscoped are the methods that take no workspace, each with the reason.
var unscoped = map[string]string{
	"Close": "not a query", "Ping": "not a query", "Dialect": "not a query", "Generation": "not a query", "LimitSize": "not a query", "MAC": "not a query",
	"SealSecrets": "not a query", "SealPayload": "not a query", "OpenSecrets": "not a query", "Credentials": "opens what a channel that was read holds",
	"PruneRuns": "removes what is too old, of all", "CountEnded": "a number for the operator", "Bell": "not a query", "Listen": "what is heard names its workspace",
	"CreateWorkspace": "makes one", "Batch": "its rows name their workspace",
	"PruneWebhooks": "removes what is too old, of all",
	"ClaimMedia":    "its rows name their workspace", "NextMedia": "a time for the fetcher", "PruneMedia": "removes what nobody can see any more, of all",
	"OpenMediaSource": "opens what a row that was read holds", "OpenMediaKey": "opens what a row that was read holds", "SealMediaKey": "not a query",
	"Prune": "removes what is too old, of all", "CountLive": "a number for the operator",
	"Vitals":           "numbers for the operator",
	"Room":             "whether the disk has room, for the operator",
	"ClaimExecutor":    "one executor has the runs of all of them",
	"RunTraces":        "the tracer works for all of them, and shows nobody",
	"CheckKey":         "reads what is sealed to see that it opens, and shows nothing of it",
	"SimulatorJournal": "its methods take workspaces",
	"UserByEmail":      "a login begins with the email", "SessionByHash": "the secret finds the workspace", "APIKeyByHash": "the secret finds the workspace",
	"Fingerprint": "it reads nothing", "ChannelByIdentity": "two workspaces share no account and sender", "UnnamedChannels": "two workspaces share no account and sender",
	"NameChannel":      "it takes the channel, with its workspace",
	"ChannelByHookKey": "the secret finds the workspace", "SetUp": "the secret finds the workspace",
	"PasswordExists": "whether the server was set up at all", "FirstMembership": "where a login leads",
}

// A new query must take a workspace and be tried against another one's rows, or
// say why not.
func TestEveryQueryIsTriedAgainstAnotherWorkspace(t *testing.T) {
	t.Parallel()
	tried := storetest.Isolated(nil, storetest.Rows{})
	for name, scoped := range methods(t) {
		_, isTried := tried[name]
		_, excused := unscoped[name]
		switch {
		case scoped && !isTried:
			t.Errorf("%s takes a workspace: add it to storetest.Isolated", name)
		case !scoped && !excused:
			t.Errorf("%s takes no workspace: let it, or say in this test why not", name)
		}
	}
}

// methods are the exported methods of the store, and whether their second
// parameter is a workspace.
func methods(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		parsed, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || receiver(f) != "Store" {
				continue
			}
			scoped := false
			for _, p := range f.Type.Params.List {
				for _, name := range p.Names {
					scoped = scoped || name.Name == "workspace"
				}
			}
			found[f.Name.Name] = scoped
		}
	}
	return found
}

func receiver(f *ast.FuncDecl) string {
	if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
		if name, ok := star.X.(*ast.Ident); ok {
			return name.Name
		}
	}
	return ""
}

func TestOpeningTellsPeopleWhatIsWrong(t *testing.T) {
	t.Parallel()
	used := file(t)
	open(t, used, store.Options{})
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("these are no pages of a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		address  string
		readOnly bool
		is       error
		says     []string
		hides    string
	}{
		"a file that another process serves": {address: used, is: store.ErrInUse, says: []string{"sluice.db", "stop the other", "PostgreSQL"}},
		"no such scheme":                     {address: "mysql://u:hunter2@h/db", says: []string{"sqlite:PATH", "postgres://"}, hides: "hunter2"},
		"no path":                            {address: "sqlite:", says: []string{"sqlite:PATH"}},
		"a database in memory":               {address: "sqlite::memory:", says: []string{"names no file"}},
		"a file that is no database":         {address: "sqlite:" + text, says: []string{"notes.txt", "SQLite file"}},
		"a folder that cannot be made":       {address: "sqlite:/dev/null/x/sluice.db", says: []string{"/dev/null", "folder"}},
		"nothing to read":                    {address: "sqlite:/nowhere/sluice.db", readOnly: true, says: []string{"/nowhere/sluice.db", "path right"}},
		"nobody listens":                     {address: "postgres://u:hunter2@127.0.0.1:1/db", is: store.ErrUnavailable, says: []string{"127.0.0.1:1", "PostgreSQL running"}, hides: "hunter2"},
		"a broken address":                   {address: "postgres://u:hunter2@h:port/db", says: []string{"postgres://user:password@host"}, hides: "hunter2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), tt.address, store.Options{ReadOnly: tt.readOnly})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
			for _, part := range tt.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if tt.hides != "" && strings.Contains(err.Error(), tt.hides) {
				t.Errorf("%q shows the password", err)
			}
		})
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"SQLite": file(t), "PostgreSQL": postgres.Database(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), address, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := store.PretendNewer(s); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, readOnly := range []bool{false, true} {
				_, err := store.Open(t.Context(), address, store.Options{ReadOnly: readOnly})
				if !errors.Is(err, store.ErrNewerSchema) || !strings.Contains(err.Error(), "newer binary") {
					t.Errorf("read-only %v: %v", readOnly, err)
				}
			}
		})
	}
}

func TestReadOnlyReadsBesideAServer(t *testing.T) {
	t.Parallel()
	address := file(t)
	s := open(t, address, store.Options{})
	f, err := s.CreateFlow(t.Context(), store.DefaultWorkspaceID, store.NewFlow{Name: "OTP", Definition: "{}"})
	if err != nil {
		t.Fatal(err)
	}
	reader := open(t, address, store.Options{ReadOnly: true})
	if got, err := reader.FlowByName(t.Context(), store.DefaultWorkspaceID, "OTP"); err != nil || got.ID != f.ID {
		t.Errorf("read %+v, %v", got, err)
	}
	if err := reader.DeleteFlow(t.Context(), store.DefaultWorkspaceID, f.ID); err == nil {
		t.Error("a read-only database was written")
	}
}

func TestADatabaseNamesAreNotTakenForParameters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "100% of?_pragma=query_only(1)#x.db")
	s := open(t, "sqlite:"+path, store.Options{})
	if _, err := s.CreateWorkspace(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
}

// INVARIANTS 17: nothing secret can be read in the database's files.
func TestNoSecretIsInTheRawFiles(t *testing.T) {
	t.Parallel()
	address := file(t)
	s := open(t, address, store.Options{Vault: storetest.Vault(t)})
	ctx := t.Context()
	const canary = "canary-5d1c7f"
	if _, err := s.CreateChannel(ctx, store.DefaultWorkspaceID, store.Channel{Slug: "a", Name: "a", Type: "sms", Kind: "twilio"}, map[string]string{"auth_token": canary}, 9); err != nil {
		t.Fatal(err)
	}
	sealed, err := s.SealSecrets("run", []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	err = s.Batch(ctx, func(b *store.Batch) error {
		return errors.Join(
			b.InsertRuns([]store.RunRow{{ID: "run", WorkspaceID: store.DefaultWorkspaceID, Status: "waiting", Version: 1, Secrets: sealed, StartedAt: now, UpdatedAt: now}}),
			b.InsertOutbox([]store.OutboxRow{{MessageID: "run-1", WorkspaceID: store.DefaultWorkspaceID, Payload: []byte(canary), CreatedAt: now, NextAt: now, GiveUpAt: now}}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(strings.TrimPrefix(address, "sqlite:")), "*"))
	if err != nil || len(paths) < 2 {
		t.Fatalf("the files are %v, %v", paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), canary) {
			t.Errorf("%s shows the secret", filepath.Base(path))
		}
	}
}
