// Command sluice draws, tests and runs messaging flows. See `sluice --help`.
package main

import (
	"context"
	"os"

	"sluice/server/command"
)

func main() {
	os.Exit(command.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
