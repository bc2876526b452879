// Package backup writes a server's database and the files of its messages into
// one archive, and gets them out of it again. Keys are never in it.
//
// An archive is a tar file: what it is (sluice-backup.json), the database
// (sluice.db), the files as they lie in their folder, encrypted (media/ab/abc…),
// and at its end complete.json with a sum over everything before. An archive
// without its end is not whole, wherever it was cut.
package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"
)

const (
	headName, databaseName, mediaPrefix, endName = "sluice-backup.json", "sluice.db", "media/", "complete.json"

	format  = "sluice backup"
	version = 1
	// maxNote bounds the two JSON entries.
	maxNote = 64 << 10
)

var (
	// ErrIncomplete means that an archive lacks a part or was changed.
	ErrIncomplete = errors.New("the backup is not whole")
	// ErrNewer means that a later version of the program wrote the archive.
	ErrNewer = errors.New("the backup was made by a newer version")
	// ErrMissing means that files of messages are not where they should be.
	ErrMissing = errors.New("files of messages are missing")
)

// head is the first entry.
type head struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	MadeAt  time.Time `json:"made_at"`
	// Bucket is the address of the storage that has the files instead; empty
	// when they are in the archive.
	Bucket string `json:"bucket,omitempty"`
}

// end is the last entry.
type end struct {
	// Files and Bytes count the files of messages.
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
	// LeftOut counts the files that the database names and the archive lacks: they
	// were removed with their messages while it was written, or lost before.
	LeftOut int `json:"left_out,omitempty"`
	// SHA256 is the sum over the entries before.
	SHA256 string `json:"sha256"`
}

// sum is taken over the names, sizes and contents of entries in their order.
type sum struct{ all, entry hash.Hash }

func newSum() *sum { return &sum{all: sha256.New(), entry: sha256.New()} }

// Write takes a part of the present entry's content.
func (s *sum) Write(p []byte) (int, error) { return s.entry.Write(p) }

// close ends an entry.
func (s *sum) close(name string, size int64) {
	fmt.Fprintf(s.all, "%s %d %x\n", name, size, s.entry.Sum(nil))
	s.entry.Reset()
}

func (s *sum) String() string { return hex.EncodeToString(s.all.Sum(nil)) }
