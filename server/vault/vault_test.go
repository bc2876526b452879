package vault_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sluice/server/vault"
)

const phrase = "correct horse battery staple, and a few more words"

func key(t *testing.T, text string) vault.Key {
	t.Helper()
	k, err := vault.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t *testing.T, write vault.Key, readable ...vault.Key) *vault.Vault {
	t.Helper()
	v, err := vault.New(write, readable...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealedTextOpensInItsPlaceOnly(t *testing.T) {
	t.Parallel()
	v := open(t, key(t, phrase))
	sealed, err := v.Seal([]byte("token-1234"), []byte("channels/1"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("token-1234")) {
		t.Fatal("the sealed text holds the plain text")
	}
	plain, err := v.Open(sealed, []byte("channels/1"))
	if err != nil || string(plain) != "token-1234" {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	if _, err := v.Open(sealed, []byte("channels/2")); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("opened in another place: %v", err)
	}
	again, err := v.Seal([]byte("token-1234"), []byte("channels/1"))
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("sealing the same text twice gives the same bytes (%v)", err)
	}
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	t.Parallel()
	v := open(t, key(t, phrase))
	sealed, err := v.Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := v.Open(altered, nil); err == nil {
			t.Errorf("byte %d was altered and nobody noticed", i)
		}
		if _, err := v.Open(sealed[:i], nil); err == nil {
			t.Errorf("cut to %d bytes and nobody noticed", i)
		}
	}
}

func TestAnotherKeyIsRefusedWithAdvice(t *testing.T) {
	t.Parallel()
	sealed, err := open(t, key(t, phrase)).Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, key(t, phrase+"!")).Open(sealed, nil)
	if !errors.Is(err, vault.ErrWrongKey) || !strings.Contains(err.Error(), "SLUICE_MASTER_KEY") {
		t.Fatalf("the error does not say what to do: %v", err)
	}
}

func TestKeysCanBeChanged(t *testing.T) {
	t.Parallel()
	old, young := key(t, phrase), key(t, strings.Repeat("ab", 20))
	sealed, err := open(t, old).Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	v := open(t, young, old)
	if plain, err := v.Open(sealed, nil); err != nil || string(plain) != "x" {
		t.Fatalf("the old text does not open: %q, %v", plain, err)
	}
	if v.Current(sealed) {
		t.Error("the old text counts as current")
	}
	resealed, err := v.Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.Current(resealed) {
		t.Error("the new text does not count as current")
	}
	if plain, err := open(t, young).Open(resealed, nil); err != nil || string(plain) != "x" {
		t.Fatalf("the new text needs the old key: %q, %v", plain, err)
	}
}

func TestKeysAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	std := key(t, base64.StdEncoding.EncodeToString(raw))
	for name, text := range map[string]string{
		"base64 with a newline":   base64.StdEncoding.EncodeToString(raw) + "\n",
		"base64 without padding":  base64.RawStdEncoding.EncodeToString(raw),
		"base64 as used in URLs":  base64.URLEncoding.EncodeToString(raw),
		"the same, without `=`":   base64.RawURLEncoding.EncodeToString(raw),
		"base64 between blanks  ": "  " + base64.StdEncoding.EncodeToString(raw) + "  ",
	} {
		if key(t, text).ID() != std.ID() {
			t.Errorf("%s is another key", name)
		}
	}
	if key(t, phrase).ID() == key(t, phrase+".").ID() {
		t.Error("two pass phrases give one key")
	}
	for _, short := range []string{"", "hunter2", strings.Repeat("a", 31)} {
		if _, err := vault.ParseKey(short); err == nil || !strings.Contains(err.Error(), "openssl rand") {
			t.Errorf("a key of %d characters: %v", len(short), err)
		}
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(format, key(t, phrase)); !strings.Contains(out, key(t, phrase).ID()) || len(out) > 20 {
			t.Errorf("%s prints %q", format, out)
		}
	}
}

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "master.key")
	var group sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		group.Go(func() {
			k, _, err := vault.KeyFile(path)
			if err != nil {
				t.Error(err)
			}
			ids[i] = k.ID()
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("several starts made several keys: %v", ids)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".master-key-*")); len(left) != 0 {
		t.Errorf("drafts are left behind: %v", left)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := vault.KeyFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file that others can read: %v", err)
	}
}

func TestDamagedKeyFileIsNotReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := vault.KeyFile(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Fatalf("error %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "short" {
		t.Error("the file was overwritten")
	}
}

func TestFingerprintsTellDataApartAndNeedTheKey(t *testing.T) {
	t.Parallel()
	mac := func(v *vault.Vault, text string) string {
		sum, err := v.MAC([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	v, other := open(t, key(t, phrase)), open(t, key(t, phrase+"!"))
	if !vault.SameMAC(mac(v, "123456"), mac(v, "123456")) {
		t.Error("the same data has two fingerprints")
	}
	if vault.SameMAC(mac(v, "123456"), mac(v, "123457")) {
		t.Error("other data has the same fingerprint")
	}
	if _, sum, _ := strings.Cut(mac(v, "123456"), ":"); strings.Contains(mac(other, "123456"), sum) {
		t.Error("the fingerprint does not depend on the key")
	}
	if !vault.SameMAC(mac(v, "123456"), mac(other, "123456")) {
		t.Error("fingerprints under two keys count as different data")
	}
}
