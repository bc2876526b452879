// Package media fetches the files of messages from people from their vendors,
// keeps them encrypted on disk or in S3-compatible storage, and gives them back.
package media

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// segment is how much of a file is encrypted at a time.
	segment = 64 << 10
	// keySize is that of AES-256. Each file has a key of its own, so that a
	// counter is enough for a nonce.
	keySize   = 32
	tagSize   = 16
	nonceSize = 12
)

// errDamaged means that a kept file is not what was written.
var errDamaged = errors.New("the kept file is damaged")

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("the key of a file: %w", err)
	}
	return cipher.NewGCM(block)
}

// nonce counts segments and marks the last one, so that none can be left out,
// moved or added (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
// Vizár).
func nonce(n uint64, last bool) []byte {
	b := make([]byte, nonceSize)
	binary.BigEndian.PutUint64(b[3:], n)
	if last {
		b[nonceSize-1] = 1
	}
	return b
}

// sealer encrypts what is written to it, in segments. Close writes the last one.
type sealer struct {
	w    io.Writer
	aead cipher.AEAD
	buf  []byte
	n    uint64
}

func newSealer(w io.Writer, key []byte) (*sealer, error) {
	aead, err := newAEAD(key)
	return &sealer{w: w, aead: aead, buf: make([]byte, 0, segment+tagSize)}, err
}

func (s *sealer) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		// A full segment waits until more comes: it may be the last one.
		if len(s.buf) == segment {
			if err := s.flush(false); err != nil {
				return 0, err
			}
		}
		n := min(len(p), segment-len(s.buf))
		s.buf = append(s.buf, p[:n]...)
		p = p[n:]
	}
	return written, nil
}

func (s *sealer) flush(last bool) error {
	sealed := s.aead.Seal(s.buf[:0], nonce(s.n, last), s.buf, nil)
	s.n++
	_, err := s.w.Write(sealed)
	s.buf = s.buf[:0]
	return err
}

func (s *sealer) Close() error { return s.flush(true) }

// opener decrypts what a sealer wrote.
type opener struct {
	r     *bufio.Reader
	aead  cipher.AEAD
	plain []byte
	buf   []byte
	n     uint64
	ended bool
}

func newOpener(r io.Reader, key []byte) (*opener, error) {
	aead, err := newAEAD(key)
	return &opener{r: bufio.NewReaderSize(r, segment+tagSize+1), aead: aead, buf: make([]byte, segment+tagSize)}, err
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.ended {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

func (o *opener) next() error {
	n, err := io.ReadFull(o.r, o.buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		if errors.Is(err, io.EOF) {
			return errDamaged
		}
		return err
	}
	_, err = o.r.Peek(1)
	o.ended = err != nil
	plain, err := o.aead.Open(o.buf[:0], nonce(o.n, o.ended), o.buf[:n], nil)
	if err != nil {
		return errDamaged
	}
	o.n++
	o.plain = plain
	return nil
}
