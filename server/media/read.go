package media

import (
	"context"
	"errors"
	"fmt"
	"io"

	"sluice/server/store"
)

// File is a kept file being read. It can be sought in, as video players do.
type File struct {
	io.Closer

	open   func() (io.ReadCloser, error)
	key    []byte
	size   int64
	at     int64
	reader io.Reader
}

// Open reads a kept file.
func (s *Service) Open(ctx context.Context, m store.Media) (*File, error) {
	key, err := s.o.Store.OpenMediaKey(m)
	if err != nil {
		return nil, err
	}
	f := &File{key: key, size: m.Size, open: func() (io.ReadCloser, error) { return s.o.Storage.Open(ctx, m.StorageKey) }}
	return f, f.begin()
}

// begin reads from the start.
func (f *File) begin() error {
	if f.Closer != nil {
		_ = f.Close()
	}
	raw, err := f.open()
	if err != nil {
		return err
	}
	f.Closer = raw
	f.reader, err = newOpener(raw, f.key)
	f.at = 0
	return err
}

func (f *File) Read(p []byte) (int, error) {
	n, err := f.reader.Read(p)
	f.at += int64(n)
	return n, err
}

// Seek moves to a place. Going back reads from the start again: files are small
// and encrypted in order.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 || offset > f.size {
		return f.at, errors.New("the place lies outside of the file")
	}
	if offset < f.at {
		if err := f.begin(); err != nil {
			return 0, err
		}
	}
	// The end is asked for only to learn the size.
	if whence == io.SeekEnd && offset == f.size {
		f.at = f.size
		return f.size, nil
	}
	if _, err := io.CopyN(io.Discard, f, offset-f.at); err != nil {
		return f.at, fmt.Errorf("read a kept file: %w", err)
	}
	return f.at, nil
}
