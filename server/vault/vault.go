// Package vault encrypts what must not be readable in the database or a copy
// of it: channel credentials, secret inputs of runs and messages that wait to
// be sent.
package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
)

// The sealed form is
//
//	format (1) | key id (4) | salt (16) | nonce (12) | ciphertext | tag (16)
//
// A data key is derived from the master key and the salt, because AES-GCM with
// random nonces is safe for 2^32 messages per key (NIST SP 800-38D §8.3), which
// a busy server seals within weeks. A vault takes a new salt when it is made
// and again after maxSealsPerSalt messages.
const (
	formatV1        = 1
	idSize          = 4
	saltSize        = 16
	headerSize      = 1 + idSize + saltSize
	maxSealsPerSalt = 1 << 30
	// maxDataKeys bounds the data keys kept for reading. One is made per
	// start of the server, so the bound only matters for hostile input.
	maxDataKeys = 1024
)

var (
	// ErrWrongKey means that the text was sealed under a key that this vault
	// does not have.
	ErrWrongKey = errors.New("sealed under another master key")
	// ErrDamaged means that the text is not what was sealed, or belongs
	// elsewhere.
	ErrDamaged = errors.New("sealed text is damaged or belongs elsewhere")
)

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	keys  map[[idSize]byte]Key
	write Key

	mu    sync.Mutex
	data  map[[idSize + saltSize]byte]cipher.AEAD
	head  [headerSize]byte
	aead  cipher.AEAD
	seals int
}

// New makes a vault that seals under the key write and opens what was sealed
// under any of its keys. Keeping an old key as readable is how a master key is
// changed without losing anything.
func New(write Key, readable ...Key) (*Vault, error) {
	v := &Vault{
		keys:  map[[idSize]byte]Key{},
		write: write,
		data:  map[[idSize + saltSize]byte]cipher.AEAD{},
	}
	for _, k := range append([]Key{write}, readable...) {
		if k.secret == nil {
			return nil, errors.New("make the vault: a master key is empty")
		}
		v.keys[k.id] = k
	}
	if err := v.renewSalt(); err != nil {
		return nil, err
	}
	return v, nil
}

// KeyID names the key that Seal uses, in hex. It reveals nothing of the key.
func (v *Vault) KeyID() string { return v.write.ID() }

// Seal encrypts plaintext. aad names the place it belongs to, such as the
// table and id of the row: Open succeeds for the same aad only, so a sealed
// value cannot be moved to another row.
func (v *Vault) Seal(plaintext, aad []byte) ([]byte, error) {
	v.mu.Lock()
	if v.seals >= maxSealsPerSalt {
		if err := v.renewSaltLocked(); err != nil {
			v.mu.Unlock()
			return nil, err
		}
	}
	v.seals++
	head, aead := v.head, v.aead
	v.mu.Unlock()

	sealed := make([]byte, headerSize, headerSize+len(plaintext)+aead.Overhead())
	copy(sealed, head[:])
	return aead.Seal(sealed, nil, plaintext, aad), nil //nolint:gosec // G407: this AEAD makes its nonce by itself
}

// Open decrypts what Seal made for the same aad. The error wraps ErrWrongKey
// or ErrDamaged and says what to do.
func (v *Vault) Open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != formatV1 {
		return nil, fmt.Errorf("%w: restore the row from a backup, or enter the value again", ErrDamaged)
	}
	aead, err := v.dataKey([idSize + saltSize]byte(sealed[1:headerSize]))
	if err != nil {
		return nil, err
	}
	plaintext, err := aead.Open(nil, nil, sealed[headerSize:], aad)
	if err != nil {
		return nil, fmt.Errorf("%w: restore the row from a backup, or enter the value again", ErrDamaged)
	}
	return plaintext, nil
}

// Current reports whether sealed was made under the key that Seal uses now, so
// that it need not be sealed again after a change of keys.
func (v *Vault) Current(sealed []byte) bool {
	return len(sealed) >= headerSize && bytes.Equal(sealed[1:1+idSize], v.write.id[:])
}

func (v *Vault) dataKey(name [idSize + saltSize]byte) (cipher.AEAD, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if aead, ok := v.data[name]; ok {
		return aead, nil
	}
	key, ok := v.keys[[idSize]byte(name[:idSize])]
	if !ok {
		return nil, fmt.Errorf("%w (%x; this server has %s): start it with the master key that the data was written with, "+
			"as SLUICE_MASTER_KEY or in the key file beside the database, or add that key as an old one", ErrWrongKey, name[:idSize], v.write.ID())
	}
	aead, err := deriveAEAD(key, name[idSize:])
	if err != nil {
		return nil, err
	}
	if len(v.data) >= maxDataKeys {
		clear(v.data)
	}
	v.data[name] = aead
	return aead, nil
}

func (v *Vault) renewSalt() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.renewSaltLocked()
}

func (v *Vault) renewSaltLocked() error {
	salt := make([]byte, saltSize)
	rand.Read(salt) // It never returns an error (Go 1.24).
	aead, err := deriveAEAD(v.write, salt)
	if err != nil {
		return err
	}
	v.head[0] = formatV1
	copy(v.head[1:], v.write.id[:])
	copy(v.head[1+idSize:], salt)
	v.aead, v.seals = aead, 0
	v.data[[idSize + saltSize]byte(v.head[1:])] = aead
	return nil
}

func deriveAEAD(k Key, salt []byte) (cipher.AEAD, error) {
	secret, err := hkdf.Key(sha256.New, k.secret, salt, "sluice vault data key", 32)
	if err != nil {
		return nil, fmt.Errorf("derive a data key: %w", err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("derive a data key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("derive a data key: %w", err)
	}
	return aead, nil
}
