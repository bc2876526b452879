package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

const (
	keySize = 32
	// minPassphrase keeps out what can be guessed: at 32 characters even a
	// pass phrase of words has far more than 80 bits.
	minPassphrase = 32
)

// Key is a master key. It prints as its id only.
type Key struct {
	id     [idSize]byte
	secret []byte
}

// ID names the key, in hex, without revealing anything of it.
func (k Key) ID() string { return hex.EncodeToString(k.id[:]) }

// String is the id: a key must not be printed by accident.
func (k Key) String() string { return "key " + k.ID() }

// GoString is String, for %#v.
func (k Key) GoString() string { return k.String() }

// LogValue is String, for slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// ParseKey reads a master key as people write it: 32 bytes in base64, or a
// pass phrase of at least 32 characters.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(text); err == nil && len(raw) == keySize {
			return newKey(raw)
		}
	}
	if len(text) < minPassphrase {
		return Key{}, fmt.Errorf("the master key has %d characters, which is too short: use at least %d, for example the output of `openssl rand -base64 32`",
			len(text), minPassphrase)
	}
	secret, err := hkdf.Key(sha256.New, []byte(text), nil, "sluice vault pass phrase", keySize)
	if err != nil {
		return Key{}, fmt.Errorf("derive the master key: %w", err)
	}
	return newKey(secret)
}

func newKey(secret []byte) (Key, error) {
	id, err := hkdf.Key(sha256.New, secret, nil, "sluice vault key id", idSize)
	if err != nil {
		return Key{}, fmt.Errorf("derive the master key's id: %w", err)
	}
	return Key{id: [idSize]byte(id), secret: secret}, nil
}

// KeyFile reads the master key from the file at path, or makes a key and
// writes it there, readable by its owner only. created tells which.
func KeyFile(path string) (key Key, created bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = createKeyFile(path)
		if errors.Is(err, fs.ErrExist) {
			// Another process was faster: its key is the key.
			text, err = os.ReadFile(path)
		} else {
			return key, err == nil, err
		}
	}
	if err != nil {
		return Key{}, false, fmt.Errorf("read the master key: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return Key{}, false, fmt.Errorf("the master key file %s can be read by others: run `chmod 600 %s`", path, path)
	}
	key, err = ParseKey(string(text))
	if err != nil {
		return Key{}, false, fmt.Errorf("read the master key file %s: %w", path, err)
	}
	return key, false, nil
}

// createKeyFile writes a new key. The file appears whole or not at all, so a
// crash cannot leave a half-written key behind.
func createKeyFile(path string) (Key, error) {
	secret := make([]byte, keySize)
	rand.Read(secret) // It never returns an error (Go 1.24).
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Key{}, fmt.Errorf("make the folder of the master key: %w", err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".master-key-*") // CreateTemp uses mode 0600.
	if err != nil {
		return Key{}, fmt.Errorf("write the master key: %w", err)
	}
	defer os.Remove(draft.Name()) //nolint:errcheck // it is only a second name by then, or useless.
	_, err = draft.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n")
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err != nil {
		return Key{}, fmt.Errorf("write the master key: %w", err)
	}
	// Link refuses to replace an existing file, unlike Rename.
	if err := os.Link(draft.Name(), path); err != nil {
		return Key{}, fmt.Errorf("write the master key: %w", err)
	}
	return newKey(secret)
}
