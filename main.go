// Command sluice draws, tests and runs messaging flows. See `sluice --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"sluice/server/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
