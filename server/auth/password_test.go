package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// cheap keeps tests fast; only the cost differs from production.
func cheap() PasswordCost { return PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1} }

func TestPasswordMatchesOnlyItself(t *testing.T) {
	t.Parallel()
	p := NewPasswords(cheap())
	hash, err := p.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{
		"correct horse battery":  true,
		"correct horse battery ": false,
		"Correct horse battery":  false,
		"":                       false,
	} {
		if got, err := p.Check(t.Context(), hash, password); err != nil || got != want {
			t.Errorf("Check(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
}

func TestEqualPasswordsHaveDifferentHashes(t *testing.T) {
	t.Parallel()
	p := NewPasswords(cheap())
	one, _ := p.Hash(t.Context(), "the same password")
	two, _ := p.Hash(t.Context(), "the same password")
	if one == two {
		t.Error("two hashes of one password are equal: the salt is missing")
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("the hash %q does not name its parameters", one)
	}
}

func TestNoAccountNeverMatches(t *testing.T) {
	t.Parallel()
	p := NewPasswords(cheap())
	for _, password := range []string{"", "anything", p.decoy} {
		if ok, err := p.Check(t.Context(), "", password); ok || err != nil {
			t.Errorf("Check with no hash and %q = %v, %v; want false", password, ok, err)
		}
	}
}

func TestDamagedHashIsAnErrorAndNoMatch(t *testing.T) {
	t.Parallel()
	p := NewPasswords(cheap())
	good, _ := p.Hash(t.Context(), "secret")
	for name, hash := range map[string]string{
		"plain text":      "secret",
		"another kind":    strings.Replace(good, "argon2id", "argon2i", 1),
		"another version": strings.Replace(good, "v=19", "v=16", 1),
		"huge memory":     strings.Replace(good, "m=64", "m=4000000000", 1),
		"no passes":       strings.Replace(good, "t=1", "t=0", 1),
		"bad salt":        strings.Replace(good, "p=1$", "p=1$*", 1),
		"cut key":         good[:len(good)-20],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ok, err := p.Check(t.Context(), hash, "secret"); ok || err == nil {
				t.Errorf("Check = %v, %v; want an error", ok, err)
			}
		})
	}
}

func TestCheckEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := NewPasswords(cheap())
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Check(ctx, "", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Check with every slot taken = %v; want context.Canceled", err)
	}
}

func TestWeakPasswordsAreNamed(t *testing.T) {
	t.Parallel()
	for password, ok := range map[string]bool{
		"short":              false,
		"aaaaaaaaaaaa":       false,
		"éééééééééé":         false,
		"ann@example.test":   false,
		"long enough, yes":   true,
		"пароль из слов":     true,
		"0123456789":         true,
		"    spaces count  ": true,
	} {
		if got := passwordProblem(password, "Ann@example.test") == ""; got != ok {
			t.Errorf("passwordProblem(%q): accepted = %v; want %v", password, got, ok)
		}
	}
}
