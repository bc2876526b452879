package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sluice/server"
	"sluice/server/store"
)

// Restore is `sluice restore FILE`.
func Restore() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the SQLite database and its files",
		Long: `Restore checks a backup (that it is whole, that this version can serve from it,
that the master key opens it) and puts what it holds in the place of the SQLite
database and of the folder with the files of messages. Stop the server first. With
--force it takes the place of what is there, which is kept beside it under another
name. Nothing is changed before all of it has been checked. Beside the database
and the folder there has to be room for a copy of each.

A backup of a server that keeps files in S3-compatible storage has none: bring the
bucket back by its own means. Backups that hold the database alone, as earlier
versions made them, leave the folder as it is.

When there is a FILE.key (see "sluice backup --with-key") it becomes the master
key file.

What happened after the backup is forgotten: deadlines that passed are due at
once, and messages that waited when the backup was made are sent, also those
that were sent afterwards.`,
		Example: `  sluice restore backups/monday.tar
  sluice restore /mnt/backup/sluice.tar --db sqlite:/var/lib/sluice/sluice.db --force`,
		Args: oneBackup,
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace a database that is there, and keep it beside the new one")
	s := newSettings(cmd)
	database := s.text("db", defaultDatabase, "the database: sqlite:PATH")
	keyFile := s.text("master-key-file", "", "the file that holds the master key (default master.key beside the data)")
	mediaStore := s.text("media", "", "where the files that people send are kept, as for sluice serve (default media beside the data)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := s.read(); err != nil {
			return err
		}
		o := server.Options{Database: *database, MasterKeyFile: *keyFile, Media: *mediaStore}
		path, err := sqliteOnly(*database, "pg_restore --clean --if-exists --single-transaction --dbname="+quoted(withoutPassword(*database))+" "+quoted(args[0]),
			filesApart(o, "tar --extract --file="+quoted(args[0]+".media.tar")+" --directory="+quoted(o.MediaFolder()), "Put its copy back too."))
		if err != nil {
			return err
		}
		r := restoring{cmd: cmd, file: args[0], path: path, keyFile: o.KeyFile(), media: o.MediaFolder(), bucket: o.MediaBucket(), force: force, now: time.Now()}
		return r.run()
	}
	return cmd
}

// restoring is one restore.
type restoring struct {
	cmd                 *cobra.Command
	file, path, keyFile string
	// media is the folder of files, bucket the address of their storage instead.
	media, bucket string
	force         bool
	now           time.Time
	// newKey is the content of the key file that comes with the backup and is to
	// be put in place; oldKey tells that another one is there.
	newKey []byte
	oldKey bool
	// drafts are what came out of the archive, not in place yet.
	drafts drafts
}

func (r *restoring) run() (err error) {
	key, err := r.chooseKey()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.drafts.remove()) }()
	if err := r.unpack(); err != nil {
		return err
	}
	b, err := inspect(r.cmd.Context(), r.drafts.database, key)
	if err != nil {
		return err
	}
	if err := r.checkKey(b, key); err != nil {
		return err
	}
	var mediaAside string
	aside, err := store.RestoreSQLite(r.cmd.Context(), store.Restoration{
		File: r.drafts.database, Move: r.drafts.archive, Path: r.path, Replace: r.force, Now: r.now,
		With: func() (err error) {
			mediaAside, err = r.placeMedia()
			return err
		},
	})
	switch {
	case errors.Is(err, store.ErrExists):
		return fmt.Errorf("%w: with --force the backup takes its place, and it is kept under another name", err)
	case err != nil:
		return err
	}
	if err := r.placeKey(); err != nil {
		return fmt.Errorf("the database is restored, and its master key is not: %w: copy %s to %s by hand", err, r.file+keySuffix, r.keyFile)
	}
	r.report(b, aside, mediaAside)
	return nil
}

// checkKey refuses a key that does not open what is in the backup.
func (r *restoring) checkKey(b store.Backup, key string) error {
	if b.Key.Opened == b.Key.Sealed || r.force {
		return nil
	}
	if key == "" {
		return fmt.Errorf("the backup holds encrypted values and there is no master key: put the key that it was made with into %s (mode 0600) or set SLUICE_MASTER_KEY. "+
			"With --force it is restored without; credentials have to be entered again then, and files cannot be read", r.keyFile)
	}
	return fmt.Errorf("the master key opens %d of %d encrypted values of the backup: %w. With --force it is restored all the same; credentials have to be entered again then",
		b.Key.Opened, b.Key.Sealed, b.Key.Err)
}

// chooseKey finds the key that the server will have, before anything is
// changed. It is empty when there is none.
func (r *restoring) chooseKey() (text string, err error) {
	if text := os.Getenv("SLUICE_MASTER_KEY"); text != "" {
		return text, nil
	}
	there, err := keyIn(r.keyFile)
	if err != nil {
		return "", err
	}
	coming, err := keyIn(r.file + keySuffix)
	switch {
	case err != nil:
		return "", err
	case coming == nil || bytes.Equal(bytes.TrimSpace(coming), bytes.TrimSpace(there)):
		return string(there), nil
	case there != nil && !r.force:
		return "", fmt.Errorf("the master key of the backup (%s) differs from the one that is there (%s): with --force it takes its place, and that one is kept under another name", r.file+keySuffix, r.keyFile)
	}
	r.newKey, r.oldKey = coming, there != nil
	return string(coming), nil
}

// keyIn reads a key file, nil when there is none.
func keyIn(path string) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return readKey(path)
}

func (r *restoring) placeKey() error {
	if r.newKey == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(r.keyFile), 0o700); err != nil {
		return err
	}
	if r.oldKey {
		if err := os.Rename(r.keyFile, r.keyFile+".before-"+r.now.UTC().Format("20060102-150405")); err != nil {
			return err
		}
	}
	return writeKey(r.keyFile, r.newKey)
}

func (r *restoring) report(b store.Backup, aside, mediaAside string) {
	out := r.cmd.OutOrStdout()
	fmt.Fprintf(out, "Restored %s from %s: %s, %d of them waiting.\n", r.path, r.file, plural(int(b.Runs), "run"), b.Waiting)
	if aside != "" {
		fmt.Fprintf(out, "The database that was there is kept as %s.\n", aside)
	}
	r.reportMedia(mediaAside)
	if r.newKey != nil {
		fmt.Fprintf(out, "The master key of the backup is now in %s.\n", r.keyFile)
	}
	switch {
	case b.Key.Sealed == 0:
	case b.Key.Opened == b.Key.Sealed:
		fmt.Fprintf(out, "The master key opens what is encrypted in it (%s tried).\n", plural(b.Key.Sealed, "value"))
	default:
		fmt.Fprintf(out, "The master key opens %d of %d encrypted values: enter the credentials of channels again.\n", b.Key.Opened, b.Key.Sealed)
	}
	fmt.Fprintln(out, "When the server starts, deadlines that passed are due at once, and messages that waited when the backup was made are sent.")
}
