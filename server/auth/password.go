package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// MinPasswordLength is in characters. Length matters more than kinds of
// characters (NIST SP 800-63B).
const MinPasswordLength = 10

// PasswordCost is how much work one guess at a password costs.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultPasswordCost is OWASP's recommendation for argon2id.
func DefaultPasswordCost() PasswordCost {
	return PasswordCost{MemoryKiB: 19 * 1024, Passes: 2, Threads: 1}
}

const (
	saltBytes = 16
	keyBytes  = 32
)

// Passwords hashes and checks passwords with argon2id. At most one computation
// per processor runs at a time, so that a flood of sign-ins costs time and not
// all memory.
type Passwords struct {
	cost  PasswordCost
	slots chan struct{}
	// decoy is checked when there is no account, so that the answer for an
	// unknown e-mail takes as long as the one for a wrong password.
	decoy string
}

// NewPasswords makes a hasher with the given cost.
func NewPasswords(cost PasswordCost) *Passwords {
	p := &Passwords{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	p.decoy = p.encode(rand.Text())
	return p
}

// Hash returns the password's hash in PHC form. It fails only when ctx ends
// while it waits for its turn.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	return p.encode(password), nil
}

// Check reports whether the password is the one that was hashed. An empty hash
// takes as long and never matches.
func (p *Passwords) Check(ctx context.Context, hash, password string) (bool, error) {
	if err := p.enter(ctx); err != nil {
		return false, err
	}
	defer p.leave()
	known := hash != ""
	if !known {
		hash = p.decoy
	}
	cost, salt, key, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1 && known, nil
}

func (p *Passwords) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
}

func (p *Passwords) leave() { <-p.slots }

func (p *Passwords) encode(password string) string {
	salt := make([]byte, saltBytes)
	// crypto/rand.Read never fails (since Go 1.24).
	_, _ = rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, p.cost.Passes, p.cost.MemoryKiB, p.cost.Threads, keyBytes)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.MemoryKiB, p.cost.Passes, p.cost.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// parseHash reads the PHC form. The parameters are bounded, so that a damaged
// row cannot take the server down.
func parseHash(hash string) (cost PasswordCost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return cost, nil, nil, errors.New("a stored password hash is not in argon2id's form")
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return cost, nil, nil, errors.New("a stored password hash is of an argon2 version that is not known here")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &cost.Threads); err != nil {
		return cost, nil, nil, fmt.Errorf("read a stored password hash: %w", err)
	}
	if cost.MemoryKiB > 1<<20 || cost.Passes < 1 || cost.Passes > 20 || cost.Threads < 1 {
		return cost, nil, nil, errors.New("a stored password hash asks for too much work")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return cost, nil, nil, fmt.Errorf("read a stored password hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) < keyBytes {
		return cost, nil, nil, errors.New("a stored password hash is damaged")
	}
	return cost, salt, key, nil
}

// passwordProblem says why a new password is not accepted; empty when it is.
func passwordProblem(password, email string) string {
	_, first := utf8.DecodeRuneInString(password)
	switch {
	case utf8.RuneCountInString(password) < MinPasswordLength:
		return fmt.Sprintf("A password has at least %d characters.", MinPasswordLength)
	case strings.EqualFold(password, email):
		return "The password must not be the e-mail address."
	case strings.ReplaceAll(password, password[:first], "") == "":
		return "The password must not be one character again and again."
	}
	return ""
}
