package command

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// defaultDatabase is a file below the folder that the server is started in.
const defaultDatabase = "sqlite:data/sluice.db"

// defaultAddr is for this machine only.
const defaultAddr = "localhost:8080"

// settings are flags that the environment can set too: --public-url as
// SLUICE_PUBLIC_URL. A flag on the command line counts before the environment.
type settings struct {
	cmd   *cobra.Command
	names []string
}

func newSettings(cmd *cobra.Command) *settings { return &settings{cmd: cmd} }

func (s *settings) text(name, value, usage string) *string {
	s.names = append(s.names, name)
	return s.cmd.Flags().String(name, value, usage+" ["+variable(name)+"]")
}

func (s *settings) number(name string, value int, usage string) *int {
	s.names = append(s.names, name)
	return s.cmd.Flags().Int(name, value, usage+" ["+variable(name)+"]")
}

func (s *settings) duration(name string, value time.Duration, usage string) *time.Duration {
	s.names = append(s.names, name)
	return s.cmd.Flags().Duration(name, value, usage+" ["+variable(name)+"]")
}

func (s *settings) yes(name string, usage string) *bool {
	s.names = append(s.names, name)
	return s.cmd.Flags().Bool(name, false, usage+" ["+variable(name)+"]")
}

// variable is the name of a flag's environment variable.
func variable(flag string) string {
	return "SLUICE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// read takes from the environment what the command line does not say.
func (s *settings) read() error {
	for _, name := range s.names {
		value, set := os.LookupEnv(variable(name))
		if !set || value == "" || s.cmd.Flags().Changed(name) {
			continue
		}
		flag := s.cmd.Flags().Lookup(name)
		if err := flag.Value.Set(value); err != nil {
			return wrongUsage(s.cmd, "the environment variable %s: %q is no %s", variable(name), value, kindWords(flag))
		}
	}
	return nil
}

func kindWords(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "int":
		return "whole number"
	case "duration":
		return "time: write it like 5s"
	case "bool":
		return "yes or no: write true or false"
	}
	return flag.Value.Type()
}
