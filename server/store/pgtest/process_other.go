//go:build unix && !linux

package pgtest

import "syscall"

// attributes make PostgreSQL run as owner. Only Linux can also end it with
// this process.
func attributes(owner *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: owner, Setpgid: true}
}
