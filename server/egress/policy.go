package egress

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// insidePrefixes are the addresses that no request may reach unless the
// operator allows it: the special-purpose registries of IANA (RFC 6890 and its
// updates) and the metadata services of clouds that use a public address.
// IPv4-mapped IPv6 addresses are unmapped before the comparison.
//
//nolint:gochecknoglobals // A constant table; Go has no constant slices.
var insidePrefixes = parsePrefixes(
	"0.0.0.0/8",        // this network, RFC 791
	"10.0.0.0/8",       // private, RFC 1918
	"100.64.0.0/10",    // carrier NAT, RFC 6598; Alibaba's metadata service is in it
	"127.0.0.0/8",      // loopback, RFC 1122
	"168.63.129.16/32", // Azure's wire server, a public address only reachable inside
	"169.254.0.0/16",   // link-local, RFC 3927; most metadata services
	"172.16.0.0/12",    // private, RFC 1918
	"192.0.0.0/24",     // protocol assignments, RFC 6890; Oracle's metadata service
	"192.0.2.0/24",     // documentation, RFC 5737
	"192.88.99.0/24",   // 6to4 relays, RFC 7526
	"192.168.0.0/16",   // private, RFC 1918
	"198.18.0.0/15",    // benchmarks, RFC 2544
	"198.51.100.0/24",  // documentation, RFC 5737
	"203.0.113.0/24",   // documentation, RFC 5737
	"224.0.0.0/4",      // multicast, RFC 5771
	"240.0.0.0/4",      // reserved and broadcast, RFC 1112, RFC 919
	"::/96",            // unspecified, loopback, IPv4-compatible, RFC 4291
	"::ffff:0:0:0/96",  // IPv4-translated, RFC 2765
	"64:ff9b::/96",     // NAT64, RFC 6052: reaches any IPv4 address
	"64:ff9b:1::/48",   // local NAT64, RFC 8215
	"100::/64",         // discard, RFC 6666
	"100:0:0:1::/64",   // dummy prefix, RFC 9780
	"2001::/23",        // protocol assignments with Teredo, RFC 2928, RFC 4380
	"2001:db8::/32",    // documentation, RFC 3849
	"2002::/16",        // 6to4, RFC 3056: reaches any IPv4 address
	"3fff::/20",        // documentation, RFC 9637
	"5f00::/16",        // segment routing, RFC 9602
	"fc00::/7",         // unique local, RFC 4193; AWS's metadata service over IPv6
	"fe80::/10",        // link-local, RFC 4291
	"fec0::/10",        // site-local, RFC 3879
	"ff00::/8",         // multicast, RFC 4291
)

func parsePrefixes(list ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(list))
	for i, s := range list {
		prefixes[i] = netip.MustParsePrefix(s)
	}
	return prefixes
}

// policy decides which addresses may be dialled.
type policy struct {
	prefixes []netip.Prefix
	// addrPorts are single addresses at one port.
	addrPorts map[netip.AddrPort]bool
	// names are lower-case "host" or "host:port" entries that are trusted
	// whatever they resolve to.
	names map[string]bool
}

// ErrAllow is wrapped by the error for an entry of the allow-list that cannot
// be read.
var ErrAllow = errors.New("egress allow-list")

// ParseAllow splits a comma-separated allow-list as operators write it, and
// checks every entry.
func ParseAllow(list string) ([]string, error) {
	var entries []string
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			entries = append(entries, entry)
		}
	}
	if _, err := newPolicy(entries); err != nil {
		return nil, err
	}
	return entries, nil
}

func newPolicy(allow []string) (policy, error) {
	p := policy{addrPorts: map[netip.AddrPort]bool{}, names: map[string]bool{}}
	for _, entry := range allow {
		if err := p.add(strings.TrimSpace(entry)); err != nil {
			return policy{}, err
		}
	}
	return p, nil
}

func (p *policy) add(entry string) error {
	if strings.Contains(entry, "/") {
		prefix, err := netip.ParsePrefix(entry)
		if err != nil {
			return fmt.Errorf("%w: %q is not a network; write it like 10.1.0.0/16", ErrAllow, entry)
		}
		p.prefixes = append(p.prefixes, prefix.Masked())
		return nil
	}
	if a, err := netip.ParseAddr(entry); err == nil {
		a = plain(a)
		p.prefixes = append(p.prefixes, netip.PrefixFrom(a, a.BitLen()))
		return nil
	}
	if ap, err := netip.ParseAddrPort(entry); err == nil {
		p.addrPorts[netip.AddrPortFrom(plain(ap.Addr()), ap.Port())] = true
		return nil
	}
	host, port, err := net.SplitHostPort(entry)
	if err != nil {
		host, port = entry, ""
	}
	if n, errPort := strconv.ParseUint(port, 10, 16); !validHostName(host) || (port != "" && (errPort != nil || n == 0)) {
		return fmt.Errorf("%w: %q is neither a network, an address, nor host:port; write it like sms.internal:8443", ErrAllow, entry)
	}
	p.names[strings.ToLower(entry)] = true
	return nil
}

func validHostName(host string) bool {
	if host == "" || len(host) > 253 || checkHostForm(host) != nil {
		return false
	}
	return strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

// allowsName tells whether host:port, as written in the URL, is on the list.
func (p *policy) allowsName(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	return p.names[strings.ToLower(addr)] || p.names[strings.ToLower(host)]
}

// control is a net.Dialer.Control: address is the resolved one about to be
// connected to.
func (p *policy) control(_, address string, _ syscall.RawConn) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is not an address", ErrBlocked, address)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("%w: %q is not an address", ErrBlocked, host)
	}
	return p.check(a, port)
}

func (p *policy) check(a netip.Addr, port string) error {
	a = plain(a)
	if p.listed(a, port) {
		return nil
	}
	for _, prefix := range insidePrefixes {
		if prefix.Contains(a) {
			return fmt.Errorf("%w: %s lies inside %s", ErrBlocked, a, prefix)
		}
	}
	return nil
}

// listed tells whether the allow-list has the address.
func (p *policy) listed(a netip.Addr, port string) bool {
	a = plain(a)
	if n, err := strconv.ParseUint(port, 10, 16); err == nil && p.addrPorts[netip.AddrPortFrom(a, uint16(n))] {
		return true
	}
	return slices.ContainsFunc(p.prefixes, func(prefix netip.Prefix) bool { return prefix.Contains(a) })
}

// plain removes what would make one address compare unequal to another
// spelling of itself: the IPv4-in-IPv6 mapping and the zone.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// checkHostForm refuses the spellings of IPv4 addresses that only some
// resolvers understand (2130706433, 0x7f.1, 0177.0.0.1): as in the WHATWG URL
// standard, a host whose last label is a number is meant as an address.
func checkHostForm(host string) error {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := strings.ToLower(labels[len(labels)-1])
	hex, isHex := strings.CutPrefix(last, "0x")
	digits := "0123456789"
	if isHex {
		last, digits = hex, "0123456789abcdef"
	}
	if last == "" && !isHex || strings.Trim(last, digits) != "" {
		return nil
	}
	return fmt.Errorf("%w: %q is an address in an unusual form; write it with four decimal parts", ErrBlocked, host)
}
