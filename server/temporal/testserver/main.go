// Command testserver is a Temporal server for tests and measurements: all its
// services in one process on the loopback, with PostgreSQL or SQLite. It is no
// production setup.
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql" // the plugin
	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"     // the plugin
	"go.temporal.io/server/temporal"
)

const (
	loopback = "127.0.0.1"
	// clusterName is the name of the only cluster.
	clusterName = "active"
)

type options struct {
	port     int
	postgres string
	dir      string
	shards   int
	logLevel string
}

func main() {
	var o options
	flag.IntVar(&o.port, "port", 0, "port of the frontend on the loopback; 0 takes a free one")
	flag.StringVar(&o.postgres, "postgres", "", "postgres://… of a cluster in which the databases temporal and temporal_visibility are made; without it SQLite is used")
	flag.StringVar(&o.dir, "dir", "", "folder of the SQLite files")
	flag.IntVar(&o.shards, "shards", 4, "number of history shards")
	flag.StringVar(&o.logLevel, "log-level", "error", "level of the server's log")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "testserver:", err)
		os.Exit(1)
	}
}

// run serves until a signal comes or the standard input ends: whoever started
// the server takes it along when it dies.
func run(o options) error {
	if o.port == 0 {
		var err error
		if o.port, err = freePort(); err != nil {
			return err
		}
	}
	stores, err := o.stores()
	if err != nil {
		return err
	}
	cfg, err := o.config(stores)
	if err != nil {
		return err
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Stdout: false, Level: o.logLevel}))
	interrupt := make(chan any, 1)
	server, err := temporal.NewServer(
		temporal.ForServices(temporal.DefaultServices), temporal.WithConfig(cfg), temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()), temporal.InterruptOn(interrupt),
		temporal.WithDynamicConfigClient(settings()),
	)
	if err != nil {
		return fmt.Errorf("make the server: %w", err)
	}
	go stopWhenLeft(interrupt)
	failed := make(chan error, 1)
	go func() { failed <- server.Start() }()
	address := fmt.Sprintf("%s:%d", loopback, o.port)
	if err := ready(address); err != nil {
		return err
	}
	fmt.Println("ready", address)
	return <-failed
}

// stopWhenLeft ends the server on a signal or at the end of the input.
func stopWhenLeft(interrupt chan<- any) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		signals <- syscall.SIGTERM
	}()
	interrupt <- <-signals
}

// settings are what a single small server does better with than with the
// defaults, which are for clusters.
func settings() dynamicconfig.Client {
	return dynamicconfig.StaticClient{
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():      1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():     1,
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
	}
}

func (o options) stores() (map[string]config.DataStore, error) {
	if o.postgres != "" {
		return postgresStores(o.postgres)
	}
	if o.dir == "" {
		return nil, fmt.Errorf("give --postgres or --dir")
	}
	return sqliteStores(filepath.Join(o.dir, "temporal.db"), clusterName)
}

func (o options) config(stores map[string]config.DataStore) (*config.Config, error) {
	cfg := &config.Config{
		Persistence: config.Persistence{
			DefaultStore: "main", VisibilityStore: "visibility", NumHistoryShards: int32(o.shards), DataStores: stores,
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: fmt.Sprintf("%s:%d", loopback, o.port)},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		PublicClient:        config.PublicClient{HostPort: fmt.Sprintf("%s:%d", loopback, o.port)},
		Archival: config.Archival{
			History: config.HistoryArchival{State: "disabled"}, Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History: config.HistoryArchivalNamespaceDefaults{State: "disabled"}, Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
		Services: map[string]config.Service{},
	}
	cfg.Global.Membership = config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}
	for _, name := range []string{"frontend", "history", "matching", "worker"} {
		port := o.port
		var err error
		if name != "frontend" {
			if port, err = freePort(); err != nil {
				return nil, err
			}
		}
		membership, err := freePort()
		if err != nil {
			return nil, err
		}
		cfg.Services[name] = config.Service{RPC: config.RPC{GRPCPort: port, MembershipPort: membership, BindOnLocalHost: true}}
	}
	return cfg, nil
}

// firstPort and lastPort bound the ports that are chosen: the schema for
// PostgreSQL keeps them in two signed bytes.
const (
	firstPort = 20_000
	lastPort  = 32_767
)

func freePort() (int, error) {
	var err error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("%s:%d", loopback, port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}
