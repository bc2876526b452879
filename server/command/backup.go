package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/server"
	"sluice/server/backup"
	"sluice/server/store"
	"sluice/server/vault"
)

// Backup is `sluice backup FILE`.
func Backup() *cobra.Command {
	b := backingUp{now: time.Now()}
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the SQLite database and the files of messages while the server runs",
		Long: `Backup writes the SQLite database, as it is at one moment, and the files that
people sent into one archive, FILE, and checks the database. The server may run
meanwhile and is not held up. FILE appears when it is whole, and is never replaced.
Beside it there has to be room for the database twice and the files once.

Files lie encrypted in the archive, as they do in their folder. When they are in
S3-compatible storage (--media s3://…) only the database is in the archive: back
the bucket up by its own means.

The master key is not in the archive. --with-key copies its file to FILE.key;
keep the two in different places, since together they open everything.

PostgreSQL has pg_dump: the commands that are needed are printed instead.`,
		Example: `  sluice backup backups/monday.tar
  sluice backup /mnt/backup/sluice.tar --with-key --db sqlite:/var/lib/sluice/sluice.db`,
		Args: oneBackup,
	}
	cmd.Flags().BoolVar(&b.withKey, "with-key", false, "copy the master key file to FILE.key too")
	cmd.Flags().BoolVar(&b.skipMissing, "skip-missing", false, "back up although files of messages are not in their folder")
	s := newSettings(cmd)
	database := s.text("db", defaultDatabase, "the database: sqlite:PATH")
	keyFile := s.text("master-key-file", "", "the file that holds the master key (default master.key beside the data)")
	mediaStore := s.text("media", "", "where the files that people send are kept, as for sluice serve (default media beside the data)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := s.read(); err != nil {
			return err
		}
		o := server.Options{Database: *database, MasterKeyFile: *keyFile, Media: *mediaStore}
		path, err := sqliteOnly(*database, "pg_dump --format=custom --file="+quoted(args[0])+" "+quoted(withoutPassword(*database)),
			filesApart(o, "tar --create --file="+quoted(args[0]+".media.tar")+" --directory="+quoted(o.MediaFolder())+" .", "Copy it after the dump: a file is there before the row that names it."))
		if err != nil {
			return err
		}
		b.cmd, b.source, b.target, b.keyFile = cmd, backup.Source{Database: path, Media: o.MediaFolder(), Bucket: o.MediaBucket(), SkipMissing: b.skipMissing, Now: b.now}, args[0], o.KeyFile()
		return b.run()
	}
	return cmd
}

// filesApart says what to do with the files of messages that a tool of PostgreSQL
// knows nothing of.
func filesApart(o server.Options, command, order string) string {
	if bucket := o.MediaBucket(); bucket != "" {
		return "The files of messages are in " + bucket + ": back the bucket up by its own means."
	}
	return "The files of messages are in a folder of their own. " + order + "\n\n  " + command
}

func oneBackup(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return wrongUsage(cmd, "name one file for the backup; %d were given", len(args))
	}
	return nil
}

// keySuffix is added to a backup's name for the key's.
const keySuffix = ".key"

// backingUp is one backup.
type backingUp struct {
	cmd                  *cobra.Command
	source               backup.Source
	target, keyFile      string
	withKey, skipMissing bool
	now                  time.Time
}

func (b *backingUp) run() error {
	fromEnvironment := os.Getenv("SLUICE_MASTER_KEY") != ""
	var key []byte
	if b.withKey {
		if fromEnvironment {
			return wrongUsage(b.cmd, "--with-key copies a key file, and the master key comes from SLUICE_MASTER_KEY: keep it where you keep secrets")
		}
		var err error
		if key, err = readKey(b.keyFile); err != nil {
			return err
		}
		if _, err := os.Lstat(b.target + keySuffix); err == nil {
			return fmt.Errorf("%w: %s: name another file", store.ErrExists, b.target+keySuffix)
		}
	}
	made, err := backup.Make(b.cmd.Context(), b.source, b.target)
	switch {
	case errors.Is(err, store.ErrExists):
		return fmt.Errorf("%w: name another file, a backup replaces nothing", err)
	case errors.Is(err, backup.ErrMissing):
		return fmt.Errorf("%w: nothing was written. Name the server's folder by --media (SLUICE_MEDIA). If the files are lost, --skip-missing backs up without them", err)
	case err != nil:
		return err
	}
	b.report(made)
	out := b.cmd.OutOrStdout()
	switch {
	case b.withKey:
		if err := writeKey(b.target+keySuffix, key); err != nil {
			return err
		}
		fmt.Fprintf(out, "The master key is in %s. Keep it in another place than the backup: together they open everything.\n", b.target+keySuffix)
	case fromEnvironment:
		fmt.Fprintln(out, "The master key (SLUICE_MASTER_KEY) is not in it. Keep a copy of the key in another place: without it credentials, secrets and files in the backup cannot be read.")
	default:
		fmt.Fprintf(out, "The master key (%s) is not in it. Keep a copy of the key in another place: without it credentials, secrets and files in the backup cannot be read.\n", b.keyFile)
	}
	return nil
}

// report says what the archive holds.
func (b *backingUp) report(made backup.Made) {
	out := b.cmd.OutOrStdout()
	fmt.Fprintf(out, "Backed up %s to %s: %s, %d of them waiting; %s of messages; %.1f MiB, the database checked.\n",
		b.source.Database, b.target, plural(int(made.Runs), "run"), made.Waiting, plural(made.Files, "file"), float64(made.Size)/(1<<20))
	if b.source.Bucket != "" {
		fmt.Fprintf(out, "The files of messages are in %s and not in it: back the bucket up by its own means.\n", b.source.Bucket)
	}
	if made.Missing > 0 {
		fmt.Fprintf(b.cmd.ErrOrStderr(), "%s of messages that should be in %s were not there, and are not in the backup.\n", plural(made.Missing, "file"), b.source.Media)
	}
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
// that names the commands to use: for the database, and what to do with files.
func sqliteOnly(database, command, files string) (path string, err error) {
	switch scheme, rest, _ := strings.Cut(database, ":"); scheme {
	case "sqlite":
		return rest, nil
	case "postgres", "postgresql":
		return "", fmt.Errorf("PostgreSQL has its own tool for this, which asks for the password or takes it from PGPASSWORD or ~/.pgpass:\n\n  %s\n\n%s\n\nThe master key is in neither: keep a copy of it too", command, files)
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
