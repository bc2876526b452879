package peer

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// FromThisMachine reports whether the request was made on this machine by a
// person who asked for this machine: its peer is loopback, its Host is a
// loopback name (so a name that an attacker rebinds to 127.0.0.1 does not
// count), and no proxy handed it on.
func FromThisMachine(r *http.Request) bool {
	return Parse(r.RemoteAddr).IsLoopback() && !Forwarded(r) && LoopbackHost(r.Host)
}

// LoopbackHost reports whether a host, with or without its port, names this
// machine and can name no other.
func LoopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	// Browsers look no name below localhost up (RFC 6761, 6.3).
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// LoopbackListen reports whether an address to listen at is reached from this
// machine only.
func LoopbackListen(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && host != "" && LoopbackHost(host)
}
