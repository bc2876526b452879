package command

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// newVersion is `sluice version`.
func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "sluice "+Version())
			return err
		},
	}
}

// release is the version that whoever builds a release gives it, with
// -ldflags "-X sluice/server/command.release=1.2.3".
var release string

// Version names what this program was built from, as the Go toolchain noted it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if release != "" && ok {
		info.Main.Version = release
	}
	if !ok {
		return "unknown"
	}
	return describeBuild(info)
}

func describeBuild(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	version := info.Main.Version
	if version == "" || version == "(devel)" {
		version = "development"
	}
	if revision := settings["vcs.revision"]; revision != "" {
		version += " " + revision[:min(12, len(revision))]
		if settings["vcs.modified"] == "true" {
			version += " (with changes)"
		}
	}
	return version + ", " + info.GoVersion
}
