package egress

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// INVARIANTS 14: the check on the address that is dialled.
func TestInvariant14AddressesInsideAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"loopback":         {"127.0.0.1", "127.255.255.254", "::1"},
		"unspecified":      {"0.0.0.0", "0.1.2.3", "::"},
		"private":          {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1"},
		"carrier NAT":      {"100.64.0.1", "100.127.255.255", "100.100.100.200"},
		"link-local":       {"169.254.0.1", "fe80::1", "fe80::1%eth0", "fec0::1"},
		"metadata":         {"169.254.169.254", "fd00:ec2::254", "192.0.0.192", "168.63.129.16"},
		"benchmarks":       {"198.18.0.1", "198.19.255.255"},
		"documentation":    {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"mapped":           {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"},
		"compatible":       {"::127.0.0.1", "::ffff:0:127.0.0.1"},
		"NAT64":            {"64:ff9b::7f00:1", "64:ff9b:1::7f00:1"},
		"6to4 and Teredo":  {"2002:7f00:1::", "2001::1", "192.88.99.1"},
		"multicast, other": {"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "ff02::1", "100::1", "5f00::1"},
	}
	p, err := newPolicy(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, addrs := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, a := range addrs {
				if err := p.control("tcp", net.JoinHostPort(a, "443"), nil); !errors.Is(err, ErrBlocked) {
					t.Errorf("%s: got %v, want ErrBlocked", a, err)
				}
			}
		})
	}
}

func TestPublicAddressesAreAllowed(t *testing.T) {
	t.Parallel()
	p, _ := newPolicy(nil)
	for _, a := range []string{
		"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
		"198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2003::1", "::ffff:8.8.8.8",
	} {
		if err := p.control("tcp", net.JoinHostPort(a, "443"), nil); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestControlRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	p, _ := newPolicy(nil)
	for _, a := range []string{"", "no-port", "name:80"} {
		if err := p.control("tcp", a, nil); !errors.Is(err, ErrBlocked) {
			t.Errorf("%q: got %v, want ErrBlocked", a, err)
		}
	}
}

func TestAllowListOpensExactlyWhatItNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		allow   string
		open    []string
		blocked []string
	}{
		{"10.1.0.0/16", []string{"10.1.2.3:80", "10.1.255.255:1"}, []string{"10.2.0.1:80", "127.0.0.1:80"}},
		{"10.1.2.3", []string{"10.1.2.3:80", "[::ffff:10.1.2.3]:80"}, []string{"10.1.2.4:80"}},
		{"127.0.0.1:9000", []string{"127.0.0.1:9000"}, []string{"127.0.0.1:9001", "127.0.0.2:9000"}},
		{"[::1]:9000", []string{"[::1]:9000"}, []string{"[::1]:9001"}},
		{"fd00::/8", []string{"[fd12::1]:443"}, []string{"[fc00::1]:443"}},
	}
	for _, tt := range tests {
		t.Run(tt.allow, func(t *testing.T) {
			t.Parallel()
			p, err := newPolicy([]string{tt.allow})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range tt.open {
				if err := p.control("tcp", a, nil); err != nil {
					t.Errorf("%s: %v", a, err)
				}
			}
			for _, a := range tt.blocked {
				if err := p.control("tcp", a, nil); !errors.Is(err, ErrBlocked) {
					t.Errorf("%s: got %v, want ErrBlocked", a, err)
				}
			}
		})
	}
}

func TestAllowListNames(t *testing.T) {
	t.Parallel()
	p, err := newPolicy([]string{"sms.Internal:8443", "gateway"})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"sms.internal:8443": true, "SMS.internal:8443": true, "sms.internal:443": false,
		"gateway:80": true, "gateway:9": true, "gateway.evil:80": false, "no-port": false,
	} {
		if got := p.allowsName(addr); got != want {
			t.Errorf("%s: got %v, want %v", addr, got, want)
		}
	}
}

func TestParseAllow(t *testing.T) {
	t.Parallel()
	got, err := ParseAllow(" 10.0.0.0/8, ,sms.internal:8443,[::1]:9 ")
	if err != nil || strings.Join(got, "|") != "10.0.0.0/8|sms.internal:8443|[::1]:9" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := ParseAllow(""); err != nil || len(got) != 0 {
		t.Errorf("empty: got %q, %v", got, err)
	}
	for _, bad := range []string{"10.0.0.0/99", "http://x", "a b", "x:99999", "x:0", "x:y", "0x7f.1", "*", "*.internal"} {
		if _, err := ParseAllow(bad); !errors.Is(err, ErrAllow) {
			t.Errorf("%q: got %v, want ErrAllow", bad, err)
		}
	}
}

func TestInvariant14UnusualAddressFormsAreRefused(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "0x", "1.0x1", "256.256.256.256",
	} {
		if err := checkHostForm(host); !errors.Is(err, ErrBlocked) {
			t.Errorf("%q: got %v, want ErrBlocked", host, err)
		}
	}
	for _, host := range []string{"127.0.0.1", "::1", "example.com", "example.com.", "3com.example", "1.2.3.example", "a.0xyz"} {
		if err := checkHostForm(host); err != nil {
			t.Errorf("%q: %v", host, err)
		}
	}
}

func FuzzControlNeverAllowsLoopback(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add(netip.MustParseAddr("::ffff:127.0.0.1").AsSlice())
	p, _ := newPolicy(nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		err := p.control("tcp", netip.AddrPortFrom(a, 80).String(), nil)
		u := a.Unmap()
		inside := u.IsLoopback() || u.IsPrivate() || u.IsLinkLocalUnicast() || u.IsUnspecified() || u.IsMulticast()
		if inside && !errors.Is(err, ErrBlocked) {
			t.Errorf("%s was allowed", a)
		}
	})
}
