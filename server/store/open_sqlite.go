package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	gormsqlite "gorm.io/driver/sqlite"
	"modernc.org/sqlite"
)

// sqlitePragmas of the writer. WAL lets readers read while it writes;
// synchronous=FULL makes a commit survive a power cut.
func sqlitePragmas(write bool) url.Values {
	v := url.Values{}
	for _, p := range []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)",
		// 32 MiB of pages: the live part of the indexes stays in memory.
		"cache_size(-32768)",
	} {
		v.Add("_pragma", p)
	}
	if write {
		// A checkpoint per 16 MiB of log instead of 4: fewer of them under load.
		v.Add("_pragma", "wal_autocheckpoint(4096)")
		v.Set("_txlock", "immediate")
	} else {
		v.Add("_pragma", "query_only(1)")
	}
	return v
}

func (s *Store) openSQLite(ctx context.Context, path string, o Options) error {
	if path == "" || path == ":memory:" {
		return fmt.Errorf("open the database: sqlite:%s names no file: write sqlite:PATH, such as sqlite:data/sluice.db", path)
	}
	if o.ReadOnly {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("open the database: there is no file %s: is the path right?", path)
		}
	} else {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("open the database: make its folder: %w", err)
		}
		lock, err := lockFile(path + ".lock")
		if err != nil {
			return fmt.Errorf("open the database %s: %w", path, err)
		}
		s.close = append(s.close, lock)
		// The file holds personal data: whoever may not read the key may not
		// read it either. SQLite gives its side files the same mode.
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
		if err := file.Close(); err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
	}

	readers, err := s.sqlitePool(path, sqlitePragmas(false), max(4, runtime.GOMAXPROCS(0)), o)
	if err != nil {
		return err
	}
	writer := readers
	if !o.ReadOnly {
		if writer, err = s.sqlitePool(path, sqlitePragmas(true), 1, o); err != nil {
			return err
		}
	}
	s.hot, s.schemata = writer, writer
	if err := writer.PingContext(ctx); err != nil {
		return fmt.Errorf("open the database %s: %w: is it a SQLite file that this user may write?", path, err)
	}
	if s.write, err = openGorm(gormsqlite.New(gormsqlite.Config{DriverName: "sqlite", Conn: writer})); err != nil {
		return fmt.Errorf("open the database %s: %w", path, err)
	}
	if s.read, err = openGorm(gormsqlite.New(gormsqlite.Config{DriverName: "sqlite", Conn: readers})); err != nil {
		return fmt.Errorf("open the database %s: %w", path, err)
	}
	return nil
}

func (s *Store) sqlitePool(path string, pragmas url.Values, size int, o Options) (*sql.DB, error) {
	// The path goes into a URL: a "?" or "%" in it must not start a query.
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas.Encode()}).String()
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	pool := sql.OpenDB(o.Connector(connector))
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	s.close = append(s.close, pool)
	return pool, nil
}
