package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"

	"sluice/server/channels"
	"sluice/server/egress"
)

// download streams a file into in.
func (s *Service) download(ctx context.Context, provider channels.Provider, a channels.Account, file channels.Media, in *incoming, limit int64) error {
	req, err := request(ctx, provider, a, file)
	if err != nil {
		return err
	}
	decoder, encrypted := provider.(channels.MediaDecoder)
	var raw bytes.Buffer
	var w io.Writer = in
	if encrypted {
		w = &raw
	}
	resp, err := s.o.Client.Stream(req, w, limit)
	if err != nil {
		return broken(provider.Kind().Title, err, limit)
	}
	if err := answered(provider.Kind().Title, resp, req.Header.Get("Authorization") != ""); err != nil {
		return err
	}
	if encrypted {
		plain, err := decoder.DecodeMedia(a, file, &raw)
		if err != nil {
			return err
		}
		if _, err := io.Copy(in, plain); err != nil {
			return fmt.Errorf("write a file: %w", err)
		}
	}
	if in.size == 0 {
		return permanent(channels.CodeMediaGone, "The provider gave an empty file.")
	}
	return nil
}

func request(ctx context.Context, provider channels.Provider, a channels.Account, file channels.Media) (*http.Request, error) {
	if fetcher, ok := provider.(channels.MediaFetcher); ok {
		return fetcher.MediaRequest(ctx, a, file)
	}
	return channels.MediaGet(ctx, file.URL)
}

// broken words what kept the answer from coming.
func broken(vendor string, err error, limit int64) error {
	switch {
	case errors.Is(err, egress.ErrTooLarge):
		return permanent(channels.CodeMediaSize, fmt.Sprintf("The file is larger than the %d MB that are kept of its type.", limit>>20))
	case egress.Blocked(err):
		return permanent(channels.CodeBlocked, "The file's address lies where calls are not allowed to go.")
	}
	se := channels.NetworkError(vendor, err)
	// Asking for a file can be repeated, whatever became of the first time.
	se.Class, se.Message = channels.ClassRetryable, vendor+" gave no usable answer for the file."
	return se
}

// answered reads the status of an answer.
func answered(vendor string, resp *egress.Response, signedIn bool) error {
	switch {
	case resp.Status >= 200 && resp.Status <= 299:
		return nil
	case resp.Status == http.StatusNotFound || resp.Status == http.StatusGone, !signedIn && (resp.Status == http.StatusForbidden || resp.Status == http.StatusUnauthorized):
		// Addresses without a sign-in are good for a while, and then forbidden.
		return permanent(channels.CodeMediaGone, vendor+" does not have the file any more, or its address has expired.")
	case resp.Status == http.StatusForbidden || resp.Status == http.StatusUnauthorized:
		return &channels.SendError{Class: channels.ClassAuth, Code: fmt.Sprintf("http_%d", resp.Status), Message: vendor + " refuses the channel's credentials for the file."}
	}
	return &channels.SendError{
		Class: channels.ClassRetryable, Code: fmt.Sprintf("http_%d", resp.Status), RetryAfter: channels.RetryAfter(resp.Header),
		Message: fmt.Sprintf("%s answers %d for the file.", vendor, resp.Status),
	}
}

// incoming is a file under way: it is encrypted before it touches the disk.
type incoming struct {
	file *os.File
	key  []byte
	to   *sealer
	hash hash.Hash
	size int64
	// head is how it begins.
	head []byte
}

func newIncoming(dir string) (*incoming, error) {
	f, err := os.CreateTemp(dir, "incoming-*"+tempEnding)
	if err != nil {
		return nil, fmt.Errorf("write a file: %w", err)
	}
	in := &incoming{file: f, key: make([]byte, keySize), hash: sha256.New()}
	rand.Read(in.key) // It never returns an error (Go 1.24).
	in.to, err = newSealer(f, in.key)
	return in, err
}

func (in *incoming) Write(p []byte) (int, error) {
	if room := sniffed - len(in.head); room > 0 {
		in.head = append(in.head, p[:min(room, len(p))]...)
	}
	in.hash.Write(p)
	in.size += int64(len(p))
	return in.to.Write(p)
}

func (in *incoming) sum() string { return hex.EncodeToString(in.hash.Sum(nil)) }

// sealed ends the file, and is what it became.
func (in *incoming) sealed() (io.Reader, int64, error) {
	if err := in.to.Close(); err != nil {
		return nil, 0, fmt.Errorf("write a file: %w", err)
	}
	size, err := in.file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = in.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("write a file: %w", err)
	}
	return in.file, size, nil
}

func (in *incoming) discard() {
	_ = in.file.Close()
	_ = os.Remove(in.file.Name())
}
