package temporal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/grpc"

	"sluice/server/runtime"
	"sluice/server/vault"
)

// Defaults of Options.
const (
	DefaultAddress   = "127.0.0.1:7233"
	DefaultNamespace = "default"
	DefaultTaskQueue = "sluice"
)

// stopTimeout is how long Stop lets calls of providers go on.
const stopTimeout = 10 * time.Second

// connectTimeout is how long Open waits for the server.
const connectTimeout = 15 * time.Second

// Options say which Temporal to use. Zero values mean the defaults.
type Options struct {
	// Address is the frontend's host and port.
	Address   string
	Namespace string
	TaskQueue string
	// APIKey is sent as a bearer token, over TLS.
	APIKey string
	// TLS turns encryption on. An API key, a certificate or an authority does so
	// too.
	TLS bool
	// CertFile and KeyFile are what this client proves itself with, CAFile the
	// authority that the server's certificate comes from, and ServerName the
	// name in it, where they are not the usual.
	CertFile, KeyFile, CAFile, ServerName string
	// Deployment turns worker versioning on: the name of the deployment that
	// this process is a worker of. Runs then stay with the build that began them.
	Deployment string
	// BuildID is this build in the deployment.
	BuildID string
	// Vault seals what Temporal keeps. It is needed.
	Vault *vault.Vault

	// told, maxHistory and dialOptions are for tests.
	told        bool
	maxHistory  int
	dialOptions []grpc.DialOption
}

func (o Options) withDefaults() Options {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.Address, DefaultAddress)
	set(&o.Namespace, DefaultNamespace)
	set(&o.TaskQueue, DefaultTaskQueue)
	return o
}

// Place is where runs are, in words. The address is left out: it may change
// while namespace and task queue stay.
func (o Options) Place() string {
	o = o.withDefaults()
	return fmt.Sprintf("namespace %s, task queue %s", o.Namespace, o.TaskQueue)
}

// Open connects to Temporal and makes an executor. Call Run to make it work.
// Errors are for the person who starts the server.
func Open(ctx context.Context, o Options, r runtime.Options) (*Executor, error) {
	o = o.withDefaults()
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	c, err := dial(ctx, o, r.Logger)
	if err != nil {
		return nil, err
	}
	ledger := runtime.NewLedger(r)
	s := &cluster{
		client: c, converter: dataConverter(o.Vault), namespace: o.Namespace, queue: o.TaskQueue, identity: identity(),
		worker: worker.New(c, o.TaskQueue, workerOptions(o)), eager: o.Deployment == "",
	}
	register(s.worker, ledger)
	in := Input{Told: o.told, MaxHistory: o.maxHistory, Attributes: prepareAttributes(ctx, c, o.Namespace, r.Logger)}
	return newExecutor(ledger, s, in, r.Clock, r.Logger), nil
}

func dial(ctx context.Context, o Options, log *slog.Logger) (client.Client, error) {
	if o.Vault == nil {
		return nil, errors.New("a vault is needed to seal what Temporal keeps")
	}
	co := client.Options{
		HostPort: o.Address, Namespace: o.Namespace, Identity: identity(), Logger: sdklog.NewStructuredLogger(log.With("part", "temporal")),
		DataConverter: dataConverter(o.Vault), FailureConverter: failureConverter(o.Vault),
	}
	if o.APIKey != "" {
		co.Credentials = client.NewAPIKeyStaticCredentials(o.APIKey)
	}
	// What is sealed cannot be made smaller, and trying costs both sides.
	co.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	co.ConnectionOptions.DialOptions = o.dialOptions
	var err error
	if co.ConnectionOptions.TLS, err = o.tls(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c, err := client.DialContext(ctx, co)
	if err != nil {
		return nil, fmt.Errorf("connect to Temporal at %s: %w: see that it runs there, and whether it wants TLS or an API key", o.Address, err)
	}
	return c, nil
}

// tls is the configuration of the connection; nil for none.
func (o Options) tls() (*tls.Config, error) {
	if !o.TLS && o.APIKey == "" && o.CertFile == "" && o.CAFile == "" {
		return nil, nil //nolint:nilnil // no encryption is a configuration
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: o.ServerName}
	if o.CertFile != "" || o.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read the certificate for Temporal: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the authority of Temporal's certificate: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the authority of Temporal's certificate: %s holds no certificate in PEM form", o.CAFile)
		}
	}
	return c, nil
}

func workerOptions(o Options) worker.Options {
	w := worker.Options{WorkerStopTimeout: stopTimeout, DisableRegistrationAliasing: true}
	if o.Deployment != "" {
		w.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning:             true,
			Version:                   worker.WorkerDeploymentVersion{DeploymentName: o.Deployment, BuildID: o.BuildID},
			DefaultVersioningBehavior: workflow.VersioningBehaviorPinned,
		}
	}
	return w
}

// identity tells people which process did something.
func identity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("sluice@%s/%d", host, os.Getpid())
}
