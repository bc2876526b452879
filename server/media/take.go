package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

var (
	// ErrTooLarge is wrapped by Take when a file has more bytes than are kept of
	// its type.
	ErrTooLarge = errors.New("the file is too large")
	// ErrType is wrapped by Take when a file is not of the type that it is sent as.
	ErrType = errors.New("the file is of another type")
	// ErrEmpty is returned by Take for a file without a byte.
	ErrEmpty = errors.New("the file is empty")
)

// Limit is how many bytes a file of a type (image, video, audio, document) may
// have.
func (s *Service) Limit(form flows.Attachment) int64 { return s.limit(string(form)) }

// Take keeps a file that is sent to the server itself, with the checks of one
// that is fetched. What it returns goes into an inbound message; Forget takes it
// back when there is to be none. declared is the MIME type that the sender
// names, or empty. Errors wrap ErrTooLarge, ErrType or ErrEmpty where the file is
// at fault.
func (s *Service) Take(ctx context.Context, form flows.Attachment, declared, filename string, r io.Reader) (channels.Media, error) {
	in, err := newIncoming(s.o.Temporary)
	if err != nil {
		return channels.Media{}, err
	}
	defer in.discard()
	limit := s.Limit(form)
	n, err := io.Copy(in, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return channels.Media{}, fmt.Errorf("take a file in: %w", err)
	case n == 0:
		return channels.Media{}, ErrEmpty
	case n > limit:
		return channels.Media{}, fmt.Errorf("%w: %d MB are kept of its type", ErrTooLarge, limit>>20)
	}
	found, fits := typeOf(in.head, string(form), declared)
	if !fits {
		return channels.Media{}, fmt.Errorf("%w: it is %s", ErrType, found)
	}
	kept, err := s.putNew(ctx, in)
	if err != nil {
		return channels.Media{}, err
	}
	return channels.Media{ContentType: shownAs(form, found), Filename: filename, Kept: &kept}, nil
}

// shownAs is a MIME type of the family of a form: an Ogg file is "application/ogg"
// by its first bytes, and a voice note because it was sent as one.
func shownAs(form flows.Attachment, found string) string {
	family, kind, _ := strings.Cut(found, "/")
	if form == flows.AttachDocument || family == string(form) {
		return found
	}
	return string(form) + "/" + kind
}

// putNew stores a file under a key of its own.
func (s *Service) putNew(ctx context.Context, in *incoming) (channels.KeptFile, error) {
	kept := channels.KeptFile{StorageKey: newStorageKey(), Size: in.size, SHA256: in.sum()}
	var err error
	if kept.DataKey, err = s.o.Store.SealMediaKey(kept.StorageKey, in.key); err != nil {
		return kept, err
	}
	sealed, size, err := in.sealed()
	if err != nil {
		return kept, err
	}
	return kept, s.o.Storage.Put(ctx, kept.StorageKey, sealed, size)
}

// newStorageKey is a name that nobody guesses, for a new file.
func newStorageKey() string { return strings.ToLower(rand.Text() + rand.Text()) }

// OpenKept reads a file that Take kept.
func (s *Service) OpenKept(ctx context.Context, k channels.KeptFile) (*File, error) {
	return s.Open(ctx, store.Media{StorageKey: k.StorageKey, DataKey: k.DataKey, Size: k.Size})
}

// Forget removes a file that Take kept and no message has.
func (s *Service) Forget(ctx context.Context, k channels.KeptFile) error {
	return s.o.Storage.Delete(ctx, k.StorageKey)
}
