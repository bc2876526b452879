package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION of the Windows API.
const errorSharingViolation = syscall.Errno(32)

// lockFile takes the lock that keeps a second process off a SQLite file: it
// opens the file without sharing it. The system frees it when the process ends.
func lockFile(path string) (io.Closer, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("lock it: %w", err)
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, fmt.Errorf("%w: stop the other sluice, give this one another file, or use PostgreSQL for several processes", ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("lock it: %w", err)
	}
	return os.NewFile(uintptr(handle), path), nil
}
