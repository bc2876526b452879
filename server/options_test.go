package server_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/store/sqlitetest"
)

// quiet are options that start a server on a database of its own.
func quiet(t *testing.T) server.Options {
	t.Helper()
	return server.Options{Addr: "127.0.0.1:0", Database: sqlitetest.New(t), Log: slog.New(slog.DiscardHandler)}
}

func TestImpossibleOptionsAreRefusedWithWords(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		change func(*server.Options)
		words  string
	}{
		"an absent cluster": {func(o *server.Options) {
			o.Executor = "temporal"
			// A certificate is read before anybody is called.
			o.Temporal.CertFile = "nowhere.pem"
		}, "certificate for Temporal"},
		"a wrong executor":        {func(o *server.Options) { o.Executor = "remote" }, `no executor "remote"`},
		"a demo for everybody":    {func(o *server.Options) { o.Demo, o.Addr = true, ":8080" }, "--demo"},
		"a demo for the network":  {func(o *server.Options) { o.Demo, o.Addr = true, "10.0.0.7:8080" }, "--demo"},
		"a demo with a name":      {func(o *server.Options) { o.Demo, o.Addr = true, "sluice.example:8080" }, "--demo"},
		"a demo with https":       {func(o *server.Options) { o.Demo, o.PublicURL = true, "https://sluice.example.org" }, "--demo"},
		"a demo with https here":  {func(o *server.Options) { o.Demo, o.PublicURL = true, "https://localhost" }, "--demo"},
		"a demo with another URL": {func(o *server.Options) { o.Demo, o.PublicURL = true, "http://sluice.example.org" }, "--demo"},
		"no public URL":           {func(o *server.Options) { o.PublicURL = "sluice.example.org" }, "https://sluice.example.org"},
		"a path in the URL":       {func(o *server.Options) { o.PublicURL = "https://example.org/sluice" }, "is not of the form"},
		"a wrong database":        {func(o *server.Options) { o.Database = "mysql://x" }, "sqlite:PATH"},
		"a short master key":      {func(o *server.Options) { o.MasterKey = "short" }, "SLUICE_MASTER_KEY"},
		"a wrong allow list":      {func(o *server.Options) { o.EgressAllow = []string{"not an address"} }, "not an address"},
		"a weak bootstrap key":    {func(o *server.Options) { o.BootstrapKey = "weak" }, "SLUICE_BOOTSTRAP_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quiet(t)
			f.change(&o)
			s, err := server.New(t.Context(), o)
			if err == nil {
				_ = s.Close()
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), f.words) {
				t.Errorf("the error %q does not say %q", err, f.words)
			}
		})
	}
}

func TestTakenAddressIsNamed(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	o := quiet(t)
	o.Addr = listener.Addr().String()
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), o.Addr) {
		t.Errorf("Run on a taken address: %v", err)
	}
}

func TestSecondServerOnOneFileIsRefused(t *testing.T) {
	t.Parallel()
	o := quiet(t)
	first, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.New(t.Context(), o); err == nil {
		t.Error("two servers opened one SQLite file")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatalf("after the first is closed: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestMasterKeyIsMadeBesideTheDataOnce(t *testing.T) {
	t.Parallel()
	o := quiet(t)
	file := filepath.Join(filepath.Dir(strings.TrimPrefix(o.Database, "sqlite:")), "master.key")
	var keys [2]string
	for i := range keys {
		s, err := server.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		key, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = string(key)
	}
	if keys[0] == "" || keys[0] != keys[1] {
		t.Error("the second start has another key")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file has the mode %v: %v", info.Mode(), err)
	}
}

func TestStopIsCleanAndQuick(t *testing.T) {
	t.Parallel()
	o := quiet(t)
	o.Demo = true
	ctx, cancel := context.WithCancel(t.Context())
	o.Ready = func(string) { cancel() }
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(ctx); err != nil {
		t.Errorf("Run ended with %v", err)
	}
}
