//go:build !linux

package doctor

import "errors"

// space is not known on this system.
func space(string) (free uint64, filesystem string, err error) {
	return 0, "", errors.ErrUnsupported
}
