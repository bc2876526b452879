//go:build unix

package testhost

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// Address is one on this machine, such as "127.0.0.1:40123", that is the test's
// to its end. Nobody listens there, so connections are refused at once, until the
// test has a program listen there. See Reserve.
func Address(tb testing.TB) string {
	tb.Helper()
	port, release, err := Reserve()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(release)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// Reserve finds a free TCP port of 127.0.0.1 and keeps it until release is called.
// Asking for a free port and closing it again would hand it to whoever asks next.
// This holds a socket that is bound and does not listen: the system gives the
// port neither to those who ask for any nor to outgoing connections, but lets a
// program listen that is told of it and sets SO_REUSEADDR, as servers do.
func Reserve() (port int, release func(), err error) {
	socket, err := bind()
	if err != nil {
		return 0, nil, fmt.Errorf("reserve a port: %w", err)
	}
	release = sync.OnceFunc(func() { _ = syscall.Close(socket) })
	at, err := syscall.Getsockname(socket)
	if v4, ok := at.(*syscall.SockaddrInet4); ok {
		return v4.Port, release, nil
	}
	release()
	return 0, nil, errors.Join(errors.New("reserve a port: it has no number"), err)
}

func bind() (socket int, err error) {
	// No child may inherit it, and keep the port beyond the test.
	syscall.ForkLock.RLock()
	socket, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(socket)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, err
	}
	err = syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if err == nil {
		err = syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	if err != nil {
		return 0, errors.Join(err, syscall.Close(socket))
	}
	return socket, nil
}
