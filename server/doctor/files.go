package doctor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// little and scarce are how many free bytes are warned of, and are too few:
	// SQLite's log alone grows by 16 MiB between two checkpoints.
	little = 1 << 30
	scarce = 100 << 20
	// longLog is a size of SQLite's log that says that checkpoints do not come
	// through: normally it stays near 16 MiB.
	longLog = 512 << 20
)

// networked are file systems on which SQLite's locks and shared memory do not
// work as it needs them (https://sqlite.org/wal.html: "WAL does not work over a
// network filesystem").
//
//nolint:gochecknoglobals // A constant table; Go has no constant slices.
var networked = []string{"nfs", "smb", "cifs", "9p", "ceph"}

// sqlitePath is the file of the database, when it is SQLite's.
func (e *exam) sqlitePath() (path string, ok bool) {
	path, ok = strings.CutPrefix(e.Database, "sqlite:")
	return path, ok && path != "" && path != ":memory:"
}

// files looks at the folder and the files of a SQLite database.
func (e *exam) files() {
	path, ok := e.sqlitePath()
	if !ok {
		return
	}
	folder := existing(filepath.Dir(path))
	e.disk(folder)
	if err := writable(folder); err != nil {
		e.add("files", Error, fmt.Sprintf("The folder %s cannot be written to: %v.", folder, err),
			"Start Sluice as the user that owns the folder, or give the folder to the user that Sluice runs as.")
		return
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.add("files", Note, fmt.Sprintf("There is no database at %s yet.", path), "The first `sluice serve` makes it. If you expected one, see whether --db or SLUICE_DB names the right file.")
		return
	case err != nil:
		e.add("files", Error, fmt.Sprintf("The database file %s cannot be looked at: %v.", path, cause(err)), "Start Sluice as the user that owns it.")
		return
	}
	if err := opensForWriting(path); err != nil {
		e.add("files", Error, fmt.Sprintf("The database file %s cannot be written to: %v.", path, cause(err)), "Start Sluice as the user that owns it: see `ls -l "+path+"`.")
		return
	}
	if info.Mode().Perm()&others != 0 {
		e.add("files", Warning, fmt.Sprintf("Other users of this machine can read %s, which holds people's data.", path), "Run `chmod 600 "+path+"`.")
	} else {
		e.add("files", OK, fmt.Sprintf("%s (%s) can be written to, by its owner only.", path, bytesWords(uint64(info.Size()))), "")
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > longLog {
		e.add("files", Warning, fmt.Sprintf("SQLite's log %s-wal has grown to %s: something keeps reading the database and lets it not be tidied up.", path, bytesWords(uint64(log.Size()))),
			"End programs that hold the file open, such as a database browser, or restart Sluice.")
	}
}

func (e *exam) disk(folder string) {
	free, filesystem, err := e.Space(folder)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		e.add("disk", Warning, fmt.Sprintf("How much room there is in %s cannot be found out: %v.", folder, err), "Look by hand that there is at least 1 GiB free.")
	case free < scarce:
		e.add("disk", Error, fmt.Sprintf("Only %s are free where the database is (%s).", bytesWords(free), folder), "Make room: when the disk is full, new runs are refused with 503 until there is room again. Nothing acknowledged is lost.")
	case free < little:
		e.add("disk", Warning, fmt.Sprintf("Only %s are free where the database is (%s).", bytesWords(free), folder), "Make room before it is full: then new runs would be refused.")
	default:
		e.add("disk", OK, bytesWords(free)+" are free where the database is.", "")
	}
	if slices.Contains(networked, filesystem) {
		e.add("disk", Error, fmt.Sprintf("%s is on a network file system (%s), on which SQLite can lose data.", folder, filesystem), "Put the database on a local disk, or use PostgreSQL.")
	}
}

// existing is the nearest folder above that is there.
func existing(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			return folder
		}
		folder = above
	}
}

// writable makes a file in a folder and removes it: rights alone do not tell,
// because a disk can be mounted for reading only.
func writable(folder string) error {
	f, err := os.CreateTemp(folder, ".sluice-doctor-*")
	if err != nil {
		return cause(err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func opensForWriting(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// journalInFile is how the file itself says that it is written: "wal",
// "rollback", or empty for an empty file. The 19th byte of the header is 2 for
// WAL (https://sqlite.org/fileformat.html, "file format version numbers").
func journalInFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	header := make([]byte, 20)
	switch _, err := io.ReadFull(f, header); {
	case errors.Is(err, io.EOF):
		return "", nil
	case err != nil:
		return "", err
	case header[19] == 2:
		return "wal", nil
	}
	return "rollback", nil
}

// cause is an error without the system call and the path, which the sentence
// around it names.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// bytesWords is a size in words, such as "1.5 GiB".
func bytesWords(n uint64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	size, unit := float64(n), 0
	for size >= 1024 && unit < len(units)-1 {
		size /= 1024
		unit++
	}
	if unit == 0 || size >= 10 {
		return fmt.Sprintf("%.0f %s", size, units[unit])
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}
