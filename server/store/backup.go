package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	gormsqlite "gorm.io/driver/sqlite"
	"modernc.org/sqlite"

	"sluice/server/vault"
)

var (
	// ErrExists means that there is something already where a file is to be
	// written.
	ErrExists = errors.New("there is something already")
	// ErrNoBackup means that a file is not a whole database of Sluice.
	ErrNoBackup = errors.New("this is no backup of Sluice")
)

// Backup is what is known of a copy of a SQLite database.
type Backup struct {
	// Schema is the number of its newest migration, Size its bytes.
	Schema, Size int64
	// Runs counts its runs, Waiting those that have not ended.
	Runs, Waiting int64
	// Key is whether the key that was given opens what is sealed in it.
	Key KeyCheck
}

// BackUpSQLite writes a copy of the SQLite database at path to target, as it
// is at one moment, and checks it. Servers may run meanwhile; they are not held
// up. target gets mode 0600, appears when it is whole, and is never replaced:
// ErrExists.
func BackUpSQLite(ctx context.Context, path, target string) (b Backup, err error) {
	if _, err := os.Stat(path); err != nil {
		return Backup{}, fmt.Errorf("there is no database at %s: is the path right?", path)
	}
	if err := Absent(target); err != nil {
		return Backup{}, err
	}
	draft, err := os.CreateTemp(filepath.Dir(target), ".sluice-backup-*") // It has mode 0600.
	if err != nil {
		return Backup{}, fmt.Errorf("write the backup: %w", err)
	}
	name := draft.Name()
	defer os.Remove(name) //nolint:errcheck // it is only a second name by then, or useless.
	if err := draft.Close(); err != nil {
		return Backup{}, fmt.Errorf("write the backup: %w", err)
	}
	db, err := openFile(path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}})
	if err != nil {
		return Backup{}, err
	}
	// It reads one snapshot, so that all rows fit together, and writes a file
	// without the free pages of the original.
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", name)
	if err = errors.Join(err, db.Close()); err != nil {
		return Backup{}, fmt.Errorf("copy the database %s: %w", path, unavailable(err))
	}
	if b, err = InspectSQLite(ctx, name, nil); err != nil {
		return Backup{}, fmt.Errorf("check the backup: %w", err)
	}
	return b, Publish(name, target)
}

// InspectSQLite checks that a file is a whole database of Sluice that this
// binary can serve from, and tries keys (nil for none) on what is sealed in it.
// Nobody may write to the file meanwhile. The error wraps ErrNoBackup or
// ErrNewerSchema where that is the reason.
func InspectSQLite(ctx context.Context, file string, keys *vault.Vault) (b Backup, err error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Backup{}, fmt.Errorf("there is no file %s", file)
	case err != nil:
		return Backup{}, fmt.Errorf("read the backup: %w", err)
	case !info.Mode().IsRegular() || info.Size() == 0:
		return Backup{}, fmt.Errorf("%w: %s is empty or not a file", ErrNoBackup, file)
	}
	b.Size = info.Size()
	// As an immutable file it is left as it is, without files beside it.
	db, err := openFile(file, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return Backup{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := whole(ctx, db, file); err != nil {
		return Backup{}, err
	}
	newest, err := newestMigration(sqliteDialect)
	if err != nil {
		return Backup{}, err
	}
	err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0), (SELECT COUNT(*) FROM runs), (SELECT COUNT(*) FROM runs WHERE due_at IS NOT NULL) FROM "+goose.DefaultTablename).
		Scan(&b.Schema, &b.Runs, &b.Waiting)
	switch {
	case err != nil:
		return Backup{}, fmt.Errorf("%w: %s: %w", ErrNoBackup, file, err)
	case b.Schema > newest:
		return Backup{}, fmt.Errorf("%w: %s is at schema %d and this binary knows %d: use the newer binary", ErrNewerSchema, file, b.Schema, newest)
	}
	read, err := openGorm(gormsqlite.New(gormsqlite.Config{DriverName: "sqlite", Conn: db}))
	if err != nil {
		return Backup{}, fmt.Errorf("read the backup %s: %w", file, err)
	}
	b.Key, err = (&Store{dialect: sqliteDialect, read: read, vault: keys}).CheckKey(ctx)
	return b, err
}

// whole lets SQLite check every page and index.
func whole(ctx context.Context, db *sql.DB, file string) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrNoBackup, file, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s is damaged: %s", ErrNoBackup, file, verdict)
	}
	return nil
}

// Restoration is a file that takes the place of a database.
type Restoration struct {
	// File is a checked copy of a database: see InspectSQLite. With Move it is a
	// draft beside Path and becomes the database itself, else a copy of it does.
	File string
	Move bool
	// Path is the database's place. One that is there is an error, ErrExists,
	// unless Replace is set: then it is kept beside the new one.
	Path    string
	Replace bool
	Now     time.Time
	// With, if set, changes what belongs to the database, while no server can
	// start from it. When it fails, everything is as it was.
	With func() error
}

// RestoreSQLite puts a file in the place of a database. A running server's is
// refused with ErrInUse. aside is the name by which one that was there is kept.
func RestoreSQLite(ctx context.Context, r Restoration) (aside string, err error) {
	if err := os.MkdirAll(filepath.Dir(r.Path), 0o700); err != nil {
		return "", fmt.Errorf("make the database's folder: %w", err)
	}
	lock, err := lockFile(r.Path + ".lock")
	if err != nil {
		return "", fmt.Errorf("replace the database %s: %w", r.Path, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := Absent(r.Path); err != nil && !r.Replace {
		return "", err
	}
	draft := r.File
	if !r.Move {
		if draft, err = copyBeside(r.File, r.Path); err != nil {
			return "", fmt.Errorf("copy the backup: %w", err)
		}
		defer os.Remove(draft) //nolint:errcheck // it is gone when all went well
	}
	if aside, err = setAside(ctx, r.Path, r.Now); err != nil {
		return "", fmt.Errorf("keep the database that is there: %w", err)
	}
	if r.With != nil {
		if err := r.With(); err != nil {
			return "", errors.Join(err, putBack(aside, r.Path))
		}
	}
	return aside, Publish(draft, r.Path)
}

// putBack undoes setAside.
func putBack(aside, path string) error {
	if aside == "" {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Rename(aside+suffix, path+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("put the database back that was there: %w: it is kept as %s", err, aside)
		}
	}
	return nil
}

// setAside renames a database with the files that belong to it. A log without
// its database goes too: SQLite would take it for the new one's.
func setAside(ctx context.Context, path string, now time.Time) (aside string, err error) {
	name := path + ".before-" + now.UTC().Format("20060102-150405")
	if err := Absent(name); err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		aside = name
		// Its log is worked into it first, so that a crash between the renames
		// loses nothing. A damaged one is kept as it is.
		if db, err := openFile(path, url.Values{"mode": {"rw"}}); err == nil {
			_, _ = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
			_ = db.Close()
		}
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Rename(path+suffix, name+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// copyBeside copies a file to a draft in the folder of path, with mode 0600, and
// waits until it is on the disk.
func copyBeside(file, path string) (draft string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer from.Close() //nolint:errcheck // it was only read
	to, err := os.CreateTemp(filepath.Dir(path), ".sluice-restore-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return "", errors.Join(err, os.Remove(to.Name()))
	}
	return to.Name(), nil
}

// Publish gives a whole draft its name, for good, once it is on the disk. What is
// there is not replaced: ErrExists. Both names are on one file system.
func Publish(draft, target string) error {
	f, err := os.OpenFile(draft, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("write %s: %w", target, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", target, err)
	}
	// A link refuses to replace what is there. Not every file system has links.
	if err := os.Link(draft, target); err != nil {
		if err := Absent(target); err != nil {
			return err
		}
		if err := os.Rename(draft, target); err != nil {
			return fmt.Errorf("write %s: %w", target, err)
		}
	}
	// Not every system can sync a folder; the file itself is safe.
	if folder, err := os.Open(filepath.Dir(target)); err == nil {
		_ = errors.Join(folder.Sync(), folder.Close())
	}
	return nil
}

// Absent is ErrExists when there is something by that name.
func Absent(name string) error {
	switch _, err := os.Lstat(name); {
	case err == nil:
		return fmt.Errorf("%w: %s", ErrExists, name)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return fmt.Errorf("look at %s: %w", name, err)
	}
}

// openFile opens a SQLite file with one connection.
func openFile(path string, parameters url.Values) (*sql.DB, error) {
	connector, err := sqlite.NewConnector((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: parameters.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db, nil
}
