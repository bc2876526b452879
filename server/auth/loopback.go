package auth

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// forwardingHeaders are set by proxies. A request that has one came from
// elsewhere, whatever its last hop is.
var forwardingHeaders = []string{
	"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via", "Cf-Connecting-Ip", "True-Client-Ip",
}

// Forwarded reports whether a proxy handed the request on, so that its peer says
// nothing of who asked.
func Forwarded(r *http.Request) bool {
	for _, h := range forwardingHeaders {
		if len(r.Header.Values(h)) > 0 {
			return true
		}
	}
	return false
}

// FromThisMachine reports whether the request was made on this machine by a
// person who asked for this machine: its peer is loopback, its Host is a
// loopback name (so a name that an attacker rebinds to 127.0.0.1 does not
// count), and no proxy handed it on.
func FromThisMachine(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	if Forwarded(r) {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}
