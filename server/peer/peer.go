// Package peer says who is on the other end of a request: their address and
// whether they speak https, also through proxies that the operator trusts. What
// anybody else writes into a request proves nothing.
package peer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Client is who sent a request, as far as that is known.
type Client struct {
	// Address is the client's; the zero value when it cannot be read.
	Address netip.Addr
	// HTTPS tells whether the client's own connection is encrypted.
	HTTPS bool
	// Untrusted tells that a proxy handed the request on which is not trusted, so
	// that Address is the proxy's.
	Untrusted bool
}

// Key is what counts as one client: an IPv4 address, or the /64 of an IPv6 one,
// which is what one customer commonly gets.
func (c Client) Key() string { return Key(c.Address) }

// String is the address for logs.
func (c Client) String() string {
	if !c.Address.IsValid() {
		return "unknown"
	}
	return c.Address.String()
}

// Key is Client.Key of an address.
func Key(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Parse reads an address as of a connection, with or without its port.
func Parse(remote string) netip.Addr {
	if at, err := netip.ParseAddrPort(remote); err == nil {
		return at.Addr().Unmap()
	}
	if a, err := netip.ParseAddr(strings.Trim(remote, "[]")); err == nil {
		return a.Unmap()
	}
	return netip.Addr{}
}

// Proxies are the proxies that are trusted. The zero value trusts nobody.
type Proxies struct{ prefixes []netip.Prefix }

// ErrProxies is wrapped by errors about the list of trusted proxies.
var ErrProxies = errors.New("these are no trusted proxies")

// ParseProxies reads addresses and networks, with commas between them:
// "10.0.0.0/8,192.0.2.7,fd00::/8". A network that holds everybody is refused.
func ParseProxies(list string) (Proxies, error) {
	var p Proxies
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(entry)
		if err != nil {
			address, err := netip.ParseAddr(entry)
			if err != nil {
				return Proxies{}, fmt.Errorf("%w: %q is neither an address nor a network such as 10.0.0.0/8", ErrProxies, entry)
			}
			address = address.Unmap().WithZone("")
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		if prefix.Bits() == 0 {
			return Proxies{}, fmt.Errorf("%w: %s is everybody, who could then claim to be anybody", ErrProxies, entry)
		}
		p.prefixes = append(p.prefixes, prefix.Masked())
	}
	return p, nil
}

// None reports whether no proxy is trusted.
func (p Proxies) None() bool { return len(p.prefixes) == 0 }

// Trusts reports whether the address is a trusted proxy's.
func (p Proxies) Trusts(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, prefix := range p.prefixes {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// Client finds out who sent a request. Of X-Forwarded-For the last address that is
// no trusted proxy's counts: what stands before it was written by that client.
func (p Proxies) Client(r *http.Request) Client {
	c := Client{Address: Parse(r.RemoteAddr), HTTPS: r.TLS != nil}
	if !p.Trusts(c.Address) {
		c.Untrusted = Forwarded(r)
		return c
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := Parse(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		c.Address = hop
		if !p.Trusts(hop) {
			break
		}
	}
	if scheme, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ","); strings.EqualFold(strings.TrimSpace(scheme), "https") {
		c.HTTPS = true
	}
	return c
}

// forwardingHeaders are set by proxies. A request that has one came from
// elsewhere, whatever its last hop is.
//
//nolint:gochecknoglobals // A constant table; Go has no constant slices.
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

type clientKey struct{}

// With keeps in a request who sent it, for From.
func With(r *http.Request, c Client) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), clientKey{}, c))
}

// From is who sent a request: as With said, else who connected.
func From(r *http.Request) Client {
	if c, ok := r.Context().Value(clientKey{}).(Client); ok {
		return c
	}
	return Proxies{}.Client(r)
}
