package egress

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Trusts reports whether the operator's allow-list names the host of an address: by
// name, or because it is written as an address on the list. "localhost" is
// 127.0.0.1. Nothing is resolved.
func (c *Client) Trusts(u *url.URL) bool {
	addr := hostPort(u)
	if c.policy.allowsName(addr) {
		return true
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	a, err := netip.ParseAddr(host)
	return err == nil && c.policy.listed(a, port)
}
