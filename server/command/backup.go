package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sluice/server"
	"sluice/server/store"
	"sluice/server/vault"
)

// Backup is `sluice backup FILE`.
func Backup() *cobra.Command {
	var withKey bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the SQLite database while the server runs",
		Long: `Backup writes a copy of the SQLite database to FILE, as it is at one moment, and
checks it. The server may run meanwhile and is not held up. FILE is never
replaced.

The master key is not in the database. --with-key copies its file to FILE.key;
keep the two in different places, since together they open everything.

PostgreSQL has pg_dump: the command that is needed is printed instead.`,
		Example: `  sluice backup backups/monday.db
  sluice backup /mnt/backup/sluice.db --with-key --db sqlite:/var/lib/sluice/sluice.db`,
		Args: oneBackup,
	}
	cmd.Flags().BoolVar(&withKey, "with-key", false, "copy the master key file to FILE.key too")
	s := newSettings(cmd)
	database := s.text("db", defaultDatabase, "the database: sqlite:PATH")
	keyFile := s.text("master-key-file", "", "the file that holds the master key (default master.key beside the data)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := s.read(); err != nil {
			return err
		}
		path, err := sqliteOnly(*database, "pg_dump --format=custom --file="+quoted(args[0])+" "+quoted(withoutPassword(*database)))
		if err != nil {
			return err
		}
		o := server.Options{Database: *database, MasterKeyFile: *keyFile}
		return backUp(cmd, path, args[0], o.KeyFile(), withKey)
	}
	return cmd
}

func oneBackup(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return wrongUsage(cmd, "name one file for the backup; %d were given", len(args))
	}
	return nil
}

// keySuffix is added to a backup's name for the key's.
const keySuffix = ".key"

func backUp(cmd *cobra.Command, path, target, keyFile string, withKey bool) error {
	fromEnvironment := os.Getenv("SLUICE_MASTER_KEY") != ""
	var key []byte
	if withKey {
		if fromEnvironment {
			return wrongUsage(cmd, "--with-key copies a key file, and the master key comes from SLUICE_MASTER_KEY: keep it where you keep secrets")
		}
		var err error
		if key, err = readKey(keyFile); err != nil {
			return err
		}
		if _, err := os.Lstat(target + keySuffix); err == nil {
			return fmt.Errorf("%w: %s: name another file", store.ErrExists, target+keySuffix)
		}
	}
	b, err := store.BackUpSQLite(cmd.Context(), path, target)
	if errors.Is(err, store.ErrExists) {
		return fmt.Errorf("%w: name another file, a backup replaces nothing", err)
	}
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "Backed up %s to %s: %s, %d of them waiting; %.1f MiB, checked.\n", path, target, plural(int(b.Runs), "run"), b.Waiting, float64(b.Size)/(1<<20))
	switch {
	case withKey:
		if err := writeKey(target+keySuffix, key); err != nil {
			return err
		}
		fmt.Fprintf(out, "The master key is in %s. Keep it in another place than the backup: together they open everything.\n", target+keySuffix)
	case fromEnvironment:
		fmt.Fprintln(out, "The master key (SLUICE_MASTER_KEY) is not in it. Keep a copy of the key in another place: without it credentials and secrets in the backup cannot be read.")
	default:
		fmt.Fprintf(out, "The master key (%s) is not in it. Keep a copy of the key in another place: without it credentials and secrets in the backup cannot be read.\n", keyFile)
	}
	return nil
}

// readKey reads a key file that holds a key.
func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if _, err := vault.ParseKey(string(text)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// writeKey makes a key file for its owner only, and replaces nothing.
func writeKey(path string, key []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError(path, err)
	}
	_, err = f.Write(key)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fileError(path, err)
	}
	return nil
}

// sqliteOnly is the path of a SQLite database. For PostgreSQL it is an error
// that names the command to use.
func sqliteOnly(database, command string) (path string, err error) {
	switch scheme, rest, _ := strings.Cut(database, ":"); scheme {
	case "sqlite":
		return rest, nil
	case "postgres", "postgresql":
		return "", fmt.Errorf("PostgreSQL has its own tool for this, which asks for the password or takes it from PGPASSWORD or ~/.pgpass:\n\n  %s\n\nThe master key is not in the database: keep a copy of it too", command)
	}
	return "", errors.New("the database is not an address: write sqlite:PATH (such as sqlite:data/sluice.db) or postgres://user@host/name")
}

// withoutPassword is a PostgreSQL address that may be shown.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://user@host:5432/name"
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	query.Del("password")
	u.RawQuery = query.Encode()
	return u.String()
}

// quoted is a word for a shell.
func quoted(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// openKey makes a vault of a key's text.
func openKey(text string) (*vault.Vault, error) {
	key, err := vault.ParseKey(text)
	if err != nil {
		return nil, err
	}
	return vault.New(key)
}

// inspect checks a backup against a key; without text, against none.
func inspect(ctx context.Context, file, key string) (store.Backup, error) {
	if key == "" {
		return store.InspectSQLite(ctx, file, nil)
	}
	keys, err := openKey(key)
	if err != nil {
		return store.Backup{}, fmt.Errorf("the master key: %w", err)
	}
	return store.InspectSQLite(ctx, file, keys)
}
