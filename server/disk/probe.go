// Package disk tells whether there is room to write.
package disk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
)

const (
	// Scarce is how many free bytes are too few: SQLite's log alone grows by 16 MiB
	// between two checkpoints.
	Scarce = 32 << 20
	// probeBytes are what a probe writes.
	probeBytes = 64 << 10
)

// ErrFull means that a folder has no room, or cannot be written to.
var ErrFull = errors.New("there is no room to write")

// Probe is nil when a file can be written in the folder, and an error that wraps ErrFull
// when it cannot: the disk is full, or its quota is used up, or it became read-only.
func Probe(folder string) error {
	free, _, err := Free(folder)
	if err == nil && free < Scarce {
		return fmt.Errorf("%w: only %d MiB are free in %s", ErrFull, free>>20, folder)
	}
	f, err := os.CreateTemp(folder, ".sluice-probe-*")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	// Zeros might take no room.
	data := make([]byte, probeBytes)
	_, _ = rand.Read(data)
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return nil
}
