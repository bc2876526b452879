package command

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/flows"
	"sluice/server"
	"sluice/server/api"
	"sluice/server/egress"
	"sluice/server/media"
	"sluice/server/peer"
	"sluice/server/store"
)

// Serve is `sluice serve`.
func Serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: editor, API, and the flows themselves",
		Long: `Serve runs everything in one process: the editor in the browser, the API, and
the execution of flows. Its data is in one SQLite file or in PostgreSQL.

The first start prints a one-time link to create the first account. With --demo
an example is ready to run on simulated phones, and whoever sits at this machine
is signed in: so it listens on this machine only, and answers to its name only.

Behind a proxy that speaks https, name it by --trusted-proxies: else all people
behind it count as one address, and the server does not know that they are safe.

Every flag can be set in the environment, by the name in brackets. Secrets are
read from there only: SLUICE_MASTER_KEY encrypts credentials and secret inputs
(without it a key file is made beside the data), SLUICE_BOOTSTRAP_KEY (at least
32 characters) is accepted as an owner's API key, for automation, and
SLUICE_METRICS_TOKEN (at least 16) is what /metrics asks for; without it they are
at a --metrics-addr of this machine only.

Traces go to an OpenTelemetry collector when --trace-endpoint or the standard
variables (OTEL_EXPORTER_OTLP_ENDPOINT and so on) name one.`,
		Example: `  sluice serve --demo
  sluice serve --addr :8080 --db postgres://sluice@db/sluice --public-url https://sluice.example.org --trusted-proxies 10.0.0.0/8`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage(cmd, "serve takes no arguments, but %q was given", args[0])
			}
			return nil
		},
	}
	s := newSettings(cmd)
	addr := s.text("addr", defaultAddr, "where to listen; port 0 takes a free port")
	database := s.text("db", defaultDatabase, "the database: sqlite:PATH or postgres://…")
	executor := executorFlag(s)
	cluster := temporalFlags(s)
	demo := s.yes("demo", "seed an example and sign in who sits at this machine")
	publicURL := s.text("public-url", "", "where people and providers reach this server, such as https://sluice.example.org")
	trustedProxies := s.text("trusted-proxies", "", "addresses and networks of your own proxies, with commas, whose X-Forwarded-For and X-Forwarded-Proto are believed: 10.0.0.0/8,192.0.2.7 (default: none)")
	maxConnections := s.number("max-connections", api.DefaultConnections, "how many clients may be connected; idle ones give way")
	perAddress := s.number("max-connections-per-address", api.DefaultPerAddress, "how many of them from one address; trusted proxies do not count")
	keyFile := s.text("master-key-file", "", "the file that holds the master key (default master.key beside the data)")
	allow := s.text("egress-allow", "", "addresses inside the own network that may be called, with commas: 10.1.0.0/16,sms.internal:8443")
	plainHTTP := s.yes("allow-plain-http", "let channels call addresses outside --egress-allow without encryption")
	channelLimit := s.number("channel-limit", store.DefaultChannelLimit, "how many channels a workspace may have")
	keepRuns := s.text("keep-runs", "90d", "how long runs are kept after their end, with their histories and messages, such as 90d; 0s keeps them for ever")
	mediaStore := s.text("media", "", "where the files that people send are kept: a folder (default media beside the data), or s3://bucket/prefix?endpoint=https://host with credentials from AWS_* in the environment")
	mediaLimits := s.text("media-limits", "", "how large files may be, by type: image=16MB,video=16MB,audio=16MB,document=100MB")
	keepWebhooks := s.text("keep-webhooks", "30d", "how long what providers post is kept to look at, such as 30d or 12h; 0s keeps nothing")
	metricsAddr := s.text("metrics-addr", "", "an address of its own for /metrics, such as localhost:9090, or :9090 with SLUICE_METRICS_TOKEN (default: the one of --addr, with SLUICE_METRICS_TOKEN)")
	drainDelay := s.duration("drain-delay", 0, "how long to take requests after SIGTERM while /readyz says 503; 5s behind a load balancer")
	traces := newTraceSettings(s)
	logLevel := s.text("log-level", "info", "debug, info, warn or error")
	logFormat := s.text("log-format", "text", "text or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := s.read(); err != nil {
			return err
		}
		log, err := newLogger(cmd, *logLevel, *logFormat)
		if err != nil {
			return err
		}
		allowed, err := egress.ParseAllow(*allow)
		if err != nil {
			return wrongUsage(cmd, "--egress-allow: %v", err)
		}
		kept, err := keptFor(cmd, *keepWebhooks)
		if err != nil {
			return err
		}
		runsKept, err := flows.ParseDuration(*keepRuns)
		if err != nil || runsKept != 0 && time.Duration(runsKept) < store.MinKeep {
			return wrongUsage(cmd, "--keep-runs: %q is neither 0s nor at least %s", *keepRuns, flows.Duration(store.MinKeep))
		}
		proxies, err := peer.ParseProxies(*trustedProxies)
		if err != nil {
			return wrongUsage(cmd, "--trusted-proxies: %v", err)
		}
		for _, n := range []struct {
			flag  string
			value int
		}{{"max-connections", *maxConnections}, {"max-connections-per-address", *perAddress}} {
			if n.value < 1 {
				return wrongUsage(cmd, "--%s: %d is not at least 1", n.flag, n.value)
			}
		}
		if *channelLimit < 1 {
			return wrongUsage(cmd, "--channel-limit: %d is not at least 1", *channelLimit)
		}
		traced, err := traces.config()
		if err != nil {
			return err
		}
		limits, err := media.ParseLimits(*mediaLimits)
		if err != nil {
			return wrongUsage(cmd, "--media-limits: %v", err)
		}
		return serve(cmd.Context(), server.Options{
			Traces: traced, TraceHosts: traces.to(), MetricsAddr: *metricsAddr, MetricsToken: os.Getenv("SLUICE_METRICS_TOKEN"), DrainDelay: *drainDelay,
			Addr: *addr, Database: *database, Executor: *executor, Temporal: cluster(), Demo: *demo, PublicURL: *publicURL,
			TrustedProxies: proxies, Requests: api.Limits{Connections: *maxConnections, PerAddress: *perAddress},
			MasterKey: os.Getenv("SLUICE_MASTER_KEY"), MasterKeyFile: *keyFile, BootstrapKey: os.Getenv("SLUICE_BOOTSTRAP_KEY"),
			EgressAllow: allowed, AllowPlainHTTP: *plainHTTP, ChannelLimit: *channelLimit, Media: *mediaStore, MediaLimits: limits, KeepRuns: time.Duration(runsKept), KeepWebhooks: kept, Version: Version(), Log: log, Out: cmd.OutOrStdout(),
		})
	}
	return cmd
}

// keptFor reads how long webhooks are kept: less than nothing is not at all.
func keptFor(cmd *cobra.Command, text string) (time.Duration, error) {
	d, err := flows.ParseDuration(text)
	switch {
	case err != nil:
		return 0, wrongUsage(cmd, "--keep-webhooks: %v", err)
	case d == 0:
		return -1, nil
	}
	return time.Duration(d), nil
}

func serve(ctx context.Context, o server.Options) error {
	s, err := server.New(ctx, o)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

func newLogger(cmd *cobra.Command, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, wrongUsage(cmd, "--log-level: %q is none of debug, info, warn, error", level)
	}
	return handlerFor(cmd.ErrOrStderr(), strings.ToLower(format), &slog.HandlerOptions{Level: l}, cmd)
}

func handlerFor(w io.Writer, format string, o *slog.HandlerOptions, cmd *cobra.Command) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, wrongUsage(cmd, "--log-format: %q is neither text nor json", format)
}
