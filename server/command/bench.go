package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/server/bench"
)

// Bench is `sluice bench runs|timers|otp|webhooks`.
func Bench() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure how fast this machine runs flows",
		Long: `Bench measures the execution path of a server: triggers, expressions, history,
messages to simulated phones and their receipts, every step of it durable.

Without --db a new SQLite file is used, in the folder for temporary files, and
removed afterwards. Any other database keeps what the benchmark writes, in a
workspace of its own: do not name one that matters to you.`,
		Example: `  sluice bench runs
  sluice bench timers --runs 100000 --spread 20s
  sluice bench runs --db postgres://user:password@localhost/bench --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		benchmark("runs", "Run the OTP flow from its trigger to its end", 20_000,
			`Runs starts runs of the example "OTP by country", whose phones receive and read
every message at once, and measures how many are completed per second and how
long a trigger waits for its durable acknowledgement. Triggers are requests over
HTTP to a whole server, or to several on one PostgreSQL with --replicas. Callers
and servers share this process: the processor time is that of both.

Without --rate each caller triggers the next run as soon as it has its answer, so
what is measured is the most that goes through, and how long a queue of --callers
takes. With --rate 3000 triggers are due evenly, 3,000 a second, whatever the
server does, and each answer counts from when its trigger was due: also when no
caller was free to send it then, which "begun late" counts.`,
			func(ctx context.Context, o bench.Options) (any, error) { return bench.Runs(ctx, o) }),
		benchmark("timers", "Arm timers and see how late they fire", 10_000,
			`Timers arms the timers of many runs, due evenly over --spread, and measures the
time from each deadline to the commit of what it led to. With --spread 1ms all are
due at once.`,
			func(ctx context.Context, o bench.Options) (any, error) { return bench.Timers(ctx, o) }),
		benchmark("recovery", "Restart with many waiting runs", 100_000,
			`Recovery starts runs that wait, stops, lets all of them become due, and measures how
long a new process takes to fire the first and the last of their timers, from
opening the database on. It also measures the memory that waiting runs take.`,
			func(ctx context.Context, o bench.Options) (any, error) { return bench.Recovery(ctx, o) }),
		benchmark("otp", "Run the flow that other engines are compared by", 20_000,
			`Otp runs "send, wait for the receipt or a second, send, end", in which every second
phone never answers. "make bench-peers" runs the same on other engines. It measures
completed runs per second, how late the timers fire, and CPU time per run.`,
			func(ctx context.Context, o bench.Options) (any, error) { return bench.OTP(ctx, o) }),
		benchmarkWebhooks(),
		benchmarkGrowth(),
	)
	return cmd
}

// benchmark makes one subcommand.
func benchmark(name, short string, runs int, long string, measure func(context.Context, bench.Options) (any, error)) *cobra.Command {
	var o bench.Options
	var asJSON bool
	var profile string
	cmd := &cobra.Command{
		Use: name, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Runs < 1 || o.Callers < 1 || o.Spread <= 0 {
				return wrongUsage(cmd, "--runs, --callers and --spread must be more than zero")
			}
			if o.Replicas > 1 && (o.Direct || !strings.HasPrefix(o.DB, "postgres")) {
				return wrongUsage(cmd, "--replicas needs --db postgres://…, and goes without --direct")
			}
			if o.Rate < 0 {
				return wrongUsage(cmd, "--rate must not be less than zero")
			}
			stop, err := profileTo(profile)
			if err != nil {
				return err
			}
			result, err := measure(cmd.Context(), o)
			if e := stop(); err == nil {
				err = e
			}
			if err != nil {
				return err
			}
			return printFigures(cmd.OutOrStdout(), result, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.DB, "db", "", "the database, as for sluice serve (default: a new SQLite file)")
	flags.IntVar(&o.Runs, "runs", runs, "how many runs to start")
	flags.IntVar(&o.Callers, "callers", 200, "how many triggers wait for their answer at the same time")
	flags.DurationVar(&o.Spread, "spread", 5*time.Second, "the time over which timers become due")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	flags.StringVar(&profile, "cpuprofile", "", "write a CPU profile to this file, for go tool pprof")
	if name == "runs" {
		flags.BoolVar(&o.Direct, "direct", false, "trigger runs in the executor's process, without HTTP")
		flags.Float64Var(&o.Rate, "rate", 0, "how many triggers a second are due, answered or not (0: as many as the callers can)")
		flags.IntVar(&o.Replicas, "replicas", 1, "how many servers share the database, which then is PostgreSQL")
	}
	if name != "timers" {
		// It is an option of the timers only, but has a value for all.
		if err := flags.MarkHidden("spread"); err != nil {
			panic(err) // the flag was made above.
		}
	}
	untilSignal(cmd)
	return cmd
}

// benchmarkWebhooks makes the subcommand that has flags of its own.
func benchmarkWebhooks() *cobra.Command {
	var o bench.WebhookOptions
	var asJSON bool
	var profile string
	cmd := &cobra.Command{
		Use: "webhooks", Short: "Post signed receipts to a whole server and look for each of them afterwards", Args: cobra.NoArgs,
		Long: `Webhooks posts mixed receipts of Twilio and of Meta's WhatsApp, signed as these do
and in no order, to a whole server over HTTP. It measures how many are
acknowledged per second and how long that takes, stops the server, and counts
acknowledged receipts that the database does not show: there must be none.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Rate < 1 || o.For <= 0 || o.Callers < 1 {
				return wrongUsage(cmd, "--rate, --for and --callers must be more than zero")
			}
			stop, err := profileTo(profile)
			if err != nil {
				return err
			}
			result, err := bench.Webhooks(cmd.Context(), o)
			if e := stop(); err == nil {
				err = e
			}
			if err != nil {
				return err
			}
			return printFigures(cmd.OutOrStdout(), result, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.DB, "db", "", "the database, as for sluice serve (default: a new SQLite file)")
	flags.IntVar(&o.Rate, "rate", 2_000, "how many webhooks to send a second")
	flags.DurationVar(&o.For, "for", 10*time.Second, "for how long")
	flags.IntVar(&o.Callers, "callers", 200, "how many webhooks wait for their answer at the same time")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	flags.StringVar(&profile, "cpuprofile", "", "write a CPU profile to this file, for go tool pprof")
	untilSignal(cmd)
	return cmd
}

// profileTo begins a CPU profile. stop ends it.
func profileTo(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, fmt.Errorf("write the profile: %w", err)
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// printFigures writes a result as JSON, or as a table of its JSON names.
func printFigures(w io.Writer, result any, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(result)
	}
	v := reflect.ValueOf(result)
	for i := range v.NumField() {
		name := strings.ReplaceAll(v.Type().Field(i).Tag.Get("json"), "_", " ")
		if _, err := fmt.Fprintf(w, "%-34s %12v\n", name, figure(v.Field(i).Interface())); err != nil {
			return err
		}
	}
	return nil
}

// figure writes large numbers without and small ones with decimals.
func figure(v any) any {
	n, ok := v.(float64)
	if !ok {
		return v
	}
	if n >= 1000 {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3f", n)
}
