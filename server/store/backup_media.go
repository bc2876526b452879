package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// MediaKeysSQLite lists the keys of the files that messages in a SQLite file
// have, in order. Nobody may write to it meanwhile. There are none in a database
// from before there were files.
func MediaKeysSQLite(ctx context.Context, file string) (keys []string, err error) {
	db, err := openFile(file, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'media'").Scan(&tables); err != nil || tables == 0 {
		return nil, translate(err)
	}
	rows, err := db.QueryContext(ctx, "SELECT DISTINCT storage_key FROM media WHERE status = ? AND storage_key <> '' ORDER BY storage_key", string(MediaStored))
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, translate(err)
		}
		keys = append(keys, key)
	}
	return keys, translate(rows.Err())
}

// HasMediaSQLite reports whether a message in the SQLite database at path has
// the file of a key. Servers may run meanwhile.
func HasMediaSQLite(ctx context.Context, path, key string) (has bool, err error) {
	db, err := openFile(path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var n int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM media WHERE storage_key = ?", key).Scan(&n); err != nil {
		return false, fmt.Errorf("look for a file's message: %w", unavailable(err))
	}
	return n > 0, nil
}
