//go:build !linux

package disk

import "errors"

// Free is not known on this system.
func Free(string) (free uint64, filesystem string, err error) {
	return 0, "", errors.ErrUnsupported
}
