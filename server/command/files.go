package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sluice/flows"
)

// stdin is the file name that means standard input.
const stdin = "-"

// readFile reads a file, or standard input. It reads one byte more than a flow
// document may have, so that the decoder sees that it is too large.
func readFile(cmd *cobra.Command, name string) ([]byte, error) {
	from := cmd.InOrStdin()
	if name != stdin {
		f, err := os.Open(name)
		if err != nil {
			return nil, fileError(name, err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, flows.MaxDocument+1))
	if err != nil {
		return nil, fileError(name, err)
	}
	return data, nil
}

// fileError says what is wrong with a file without the words of system calls.
func fileError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: permission denied", name)
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return fmt.Errorf("%s: %w", displayName(name), err)
}

// displayName is what output calls a file.
func displayName(name string) string {
	if name == stdin {
		return "standard input"
	}
	return name
}

// replaceFile writes a file so that it is whole at every moment: the old or the
// new one. A link keeps pointing at the file it points at.
func replaceFile(name string, data []byte) error {
	target, err := filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		target, err = name, nil
	}
	if err != nil {
		return fileError(name, err)
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fileError(name, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is gone when all went well
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		return fileError(name, err)
	}
	return nil
}
