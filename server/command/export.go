package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sluice/server/store"
)

// Export is `sluice export FLOW`.
func Export() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use:   "export FLOW",
		Short: "Print a flow's definition from the database",
		Long: `Export prints the canonical JSON of a flow: its draft or, with --version, that
published version. FLOW is the flow's id or its exact name.

It reads the database directly, also while a server is running on it.`,
		Example: `  sluice export "OTP by country" > otp.json
  sluice export "OTP by country" --version 3 --db postgres://sluice@localhost/sluice`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage(cmd, "name one flow, by its id or its name; %d were given", len(args))
			}
			return nil
		},
	}
	settings := newSettings(cmd)
	database := settings.text("db", defaultDatabase, "the database: sqlite:PATH or postgres://…")
	cmd.Flags().Int64Var(&version, "version", 0, "the number of a published version; the draft when left out")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := settings.read(); err != nil {
			return err
		}
		if cmd.Flags().Changed("version") && version < 1 {
			return wrongUsage(cmd, "versions count from 1")
		}
		definition, err := exported(cmd.Context(), *database, args[0], version)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), definition)
		return err
	}
	return cmd
}

// exported reads a definition of the default workspace.
func exported(ctx context.Context, database, nameOrID string, version int64) (definition string, err error) {
	s, err := store.Open(ctx, database, store.Options{ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f, err := s.Flow(ctx, store.DefaultWorkspaceID, nameOrID)
	if errors.Is(err, store.ErrNotFound) {
		f, err = s.FlowByName(ctx, store.DefaultWorkspaceID, nameOrID)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", fmt.Errorf("there is no flow with the id or name %q in this database", nameOrID)
	case errors.Is(err, store.ErrConflict):
		return "", fmt.Errorf("several flows are called %q: name one by its id", nameOrID)
	case err != nil:
		return "", fmt.Errorf("read the flow %q: %w", nameOrID, err)
	case version == 0:
		return f.Draft, nil
	}
	v, err := s.FlowVersion(ctx, store.DefaultWorkspaceID, f.ID, version)
	if errors.Is(err, store.ErrNotFound) {
		return "", fmt.Errorf("the flow %q has no version %d: %s", f.Name, version, publishedWords(f.PublishedVersion))
	}
	if err != nil {
		return "", fmt.Errorf("read version %d of the flow %q: %w", version, f.Name, err)
	}
	return v.Definition, nil
}

func publishedWords(published int64) string {
	if published == 0 {
		return "it was never published"
	}
	return fmt.Sprintf("the published one is %d", published)
}
