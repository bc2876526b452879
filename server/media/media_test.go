package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func sealed(t *testing.T, key, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	s, err := newSealer(&out, key)
	if err != nil {
		t.Fatal(err)
	}
	// In odd pieces, as a network gives them.
	for part := range bytes.SplitSeq(plain, []byte("|")) {
		if _, err := s.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func opened(t *testing.T, key, data []byte) ([]byte, error) {
	t.Helper()
	o, err := newOpener(bytes.NewReader(data), key)
	if err != nil {
		t.Fatal(err)
	}
	return io.ReadAll(o)
}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, keySize)
	for _, size := range []int{0, 1, segment - 1, segment, segment + 1, 3*segment + 5} {
		plain := bytes.Repeat([]byte("abcdefg"), size/7+1)[:size]
		data := sealed(t, key, plain)
		if got, err := opened(t, key, data); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: %d came back, %v", size, len(got), err)
		}
		if size > 8 && bytes.Contains(data, plain[:8]) {
			t.Errorf("%d bytes lie in the clear", size)
		}
	}
}

func TestAKeptFileThatWasTamperedWithDoesNotOpen(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, keySize)
	whole := sealed(t, key, bytes.Repeat([]byte("x"), 2*segment+100))
	first := segment + tagSize
	for name, data := range map[string][]byte{
		"cut after a segment":  whole[:first],
		"cut within one":       whole[:first+50],
		"without its first":    whole[first:],
		"two segments swapped": append(append(append([]byte{}, whole[first:2*first]...), whole[:first]...), whole[2*first:]...),
		"more at its end":      append(append([]byte{}, whole...), whole[2*first:]...),
		"one bit":              append([]byte{whole[0] ^ 1}, whole[1:]...),
		"empty":                {},
	} {
		if _, err := opened(t, key, data); !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := bytes.Repeat([]byte{8}, keySize)
	if _, err := opened(t, other, whole); !errors.Is(err, errDamaged) {
		t.Errorf("another key: %v", err)
	}
}

// storages are what keeps files, empty.
func storages(t *testing.T) map[string]Storage {
	t.Helper()
	disk, err := NewDisk(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	fake := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(fake.Close)
	bucket, err := NewBucket(t.Context(), "s3://files/below?endpoint="+fake.URL+"&region=us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Storage{"disk": disk, "S3": bucket}
}

func TestStoragesKeepAndForgetFiles(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for name, s := range storages(t) {
		ctx := t.Context()
		const key = "abcdefgh2345"
		for _, content := range []string{"first", "second, longer"} {
			if err := s.Put(ctx, key, strings.NewReader(content), int64(len(content))); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			f, err := s.Open(ctx, key)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := io.ReadAll(f)
			_ = f.Close()
			if err != nil || string(got) != content {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
		for range 2 {
			if err := s.Delete(ctx, key); err != nil {
				t.Errorf("%s: deleting: %v", name, err)
			}
		}
		if _, err := s.Open(ctx, key); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: after deleting: %v", name, err)
		}
	}
}

func TestBucketsThatAreNotThereAreToldAtTheStart(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	fake := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(fake.Close)
	for address, want := range map[string]string{
		"s3://nothing?endpoint=" + fake.URL: "no bucket", "s3://": "write s3://", "s3://b?endpoint=ftp://x": "written like https", "http://b": "write s3://",
	} {
		if _, err := NewBucket(t.Context(), address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestDiskIsForTheServerAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	d, err := NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(context.Background(), "abcdefgh", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "ab"): 0o700, filepath.Join(dir, "ab", "abcdefgh"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for _, key := range []string{"", "short", "../../../etc/passwd", "ABCDEFGH", "abc/defgh", "abcdefg."} {
		if _, err := d.Open(t.Context(), key); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the key %q: %v", key, err)
		}
	}
	failing := io.MultiReader(strings.NewReader("half"), errReader{})
	if err := d.Put(t.Context(), "bcdefghi", failing, 9); err == nil {
		t.Error("half a file was kept")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*"+tempEnding)); len(left) > 0 {
		t.Errorf("half a file is left: %v", left)
	}
	old := filepath.Join(dir, "incoming-1"+tempEnding)
	fresh := filepath.Join(dir, "incoming-2"+tempEnding)
	for _, path := range []string{old, fresh} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if err := d.Sweep(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what a crash left is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("what somebody writes was removed")
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

func TestTypesAreTakenFromTheFileItself(t *testing.T) {
	t.Parallel()
	png, ogg := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00aaaa\x00\x00\x00\x00bbbb\x01\x13OpusHead"
	for _, tt := range []struct {
		head, form, declared, found string
		ok                          bool
	}{
		{png, "image", "image/jpeg", "image/png", true},
		{"<html><body>", "image", "image/png", "text/html", false},
		{ogg, "audio", "audio/ogg; codecs=opus", "", true},
		{"#!AMR\n", "audio", "audio/amr", "audio/amr", true},
		{png, "video", "video/mp4", "image/png", false},
		{"%PDF-1.7", "document", "application/pdf", "application/pdf", true},
		{"a,b\n1,2\n", "document", "text/csv", "text/csv", true},
		{"plain", "document", "", "text/plain", true},
		{png, "document", "application/octet-stream", "image/png", true},
	} {
		found, ok := typeOf([]byte(tt.head), tt.form, tt.declared)
		if ok != tt.ok || tt.found != "" && found != tt.found {
			t.Errorf("%q as %s (%s): got %s, %v", tt.head[:4], tt.form, tt.declared, found, ok)
		}
	}
}

func TestLimitsAreWrittenByType(t *testing.T) {
	t.Parallel()
	got, err := ParseLimits(" video=64MB, image=1mb")
	if err != nil || got["video"] != 64<<20 || got["image"] != 1<<20 || got["audio"] != DefaultLimits()["audio"] {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{"movie=1MB", "video", "video=1", "video=0MB", "video=9999MB", "video=-1MB"} {
		if _, err := ParseLimits(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
