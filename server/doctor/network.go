package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"sluice/server/egress"
	"sluice/server/peer"
)

// publicAddress looks at where people and vendors reach the server.
func (e *exam) publicAddress() {
	const example = "such as --public-url https://sluice.example.org, or SLUICE_PUBLIC_URL"
	if e.PublicURL == "" {
		level := Warning
		if e.Demo {
			level = Note
		}
		e.add("public address", level, "No public address is set, so vendors cannot report delivery, reading and replies.", "Set it, "+example+".")
		return
	}
	u, err := url.Parse(e.PublicURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		e.add("public address", Error, "The public address is not of a form that the server takes.", "Write scheme and host only, "+example+".")
		return
	}
	if isLocal(u.Hostname()) {
		e.add("public address", Warning, fmt.Sprintf("The public address %s leads to this machine or network only: vendors on the internet cannot reach it.", e.PublicURL), "Set the name that the internet knows, "+example+".")
		return
	}
	if u.Scheme != "https" {
		e.add("public address", Warning, fmt.Sprintf("The public address %s is not encrypted: passwords, API keys and messages can be read on the way, and most vendors refuse it.", e.PublicURL),
			"Put a server that speaks https in front (Caddy, nginx, a load balancer), and write https:// here.")
		return
	}
	e.add("public address", OK, fmt.Sprintf("Vendors and people come to %s.", e.PublicURL), "")
}

// isLocal reports whether a host is for this machine or its network only.
func isLocal(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified())
}

// answerTime bounds how long a server may take to say how it is.
const answerTime = 3 * time.Second

// listening looks at the address that the server takes requests at.
func (e *exam) listening(ctx context.Context) {
	host, port, err := net.SplitHostPort(e.Addr)
	if err != nil {
		e.add("listening", Error, fmt.Sprintf("The address %q to listen at is not of the form HOST:PORT.", e.Addr), "Write --addr localhost:8080 for this machine only, or --addr :8080 for the network.")
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", e.Addr)
	if err != nil {
		e.taken(ctx, host, port, err)
	} else {
		_ = listener.Close()
		e.add("listening", OK, e.Addr+" is free for a server to listen at.", "")
	}
	if open := !isLoopback(host); open && e.Demo {
		e.add("listening", Error, "With --demo whoever sits at this machine is signed in, so the server refuses to listen to the network.", "Use --addr localhost:8080, or leave --demo out for real work.")
	} else if open && e.PublicURL == "" {
		e.add("listening", Note, e.Addr+" is open to the network, without encryption.", "Let only a server that speaks https reach it, or listen at localhost.")
	}
}

func isLoopback(host string) bool { return host != "" && peer.LoopbackHost(host) }

// proxies looks at who may say for whom a request is.
func (e *exam) proxies() {
	const hint = "Name your own proxies by --trusted-proxies or SLUICE_TRUSTED_PROXIES, such as 10.0.0.0/8, and let them set X-Forwarded-For and X-Forwarded-Proto."
	trusted, err := peer.ParseProxies(e.TrustedProxies)
	switch {
	case err != nil:
		e.add("proxies", Error, sentence(err), "Separate addresses and networks by commas: 10.0.0.0/8,192.0.2.7.")
	case e.foreign != "":
		e.add("proxies", Warning, fmt.Sprintf("The proxy at %s hands requests on and is not trusted: all people behind it count as one address, so one of them can use up what all of them may do.", e.foreign), hint)
	case trusted.None() && strings.HasPrefix(e.PublicURL, "https://"):
		e.add("proxies", OK, "No proxy is trusted: who connects is who asks.", "If a proxy of yours speaks https in front, all people behind it count as one address. "+hint)
	case trusted.None():
		e.add("proxies", OK, "No proxy is trusted: who connects is who asks.", "")
	default:
		e.add("proxies", OK, fmt.Sprintf("These proxies are believed about who asks: %s.", e.TrustedProxies), "")
	}
}

// metrics looks at who may read them.
func (e *exam) metrics() {
	switch {
	case e.MetricsToken != "":
		e.add("metrics", OK, "The metrics are for who has their token.", "")
	case e.MetricsAddr == "":
		e.add("metrics", OK, "Nobody can read the metrics.", "To watch the server, set SLUICE_METRICS_TOKEN, or give them an address of this machine with --metrics-addr localhost:9090.")
	case !peer.LoopbackListen(e.MetricsAddr):
		e.add("metrics", Warning, fmt.Sprintf("Nobody can read the metrics: their address %s is open to others, and they have no token.", e.MetricsAddr), "Set SLUICE_METRICS_TOKEN, or use --metrics-addr localhost:9090.")
	default:
		e.add("metrics", OK, "The metrics are for this machine only.", "")
	}
}

// taken finds out who has the address: hopefully Sluice.
func (e *exam) taken(ctx context.Context, host, port string, listenError error) {
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "localhost"
	}
	base := "http://" + net.JoinHostPort(host, port)
	status, ok := e.ask(ctx, base+"/healthz")
	if !ok {
		e.add("listening", Error, fmt.Sprintf("A server cannot listen at %s: %v.", e.Addr, listenCause(listenError)), "If another program is there, end it or choose another port with --addr. Ports below 1024 need special rights.")
		return
	}
	if status != http.StatusOK {
		e.add("listening", Error, fmt.Sprintf("The server at %s says that it is not well (status %d).", base, status), "See its log.")
		return
	}
	if status, _ := e.ask(ctx, base+"/readyz"); status != http.StatusOK {
		e.add("listening", Error, fmt.Sprintf("The server at %s runs and cannot work (status %d of /readyz).", base, status), "See its log: usually its database is away or full.")
		return
	}
	e.add("listening", OK, fmt.Sprintf("Sluice answers at %s and is ready.", base), "")
}

// ask reports the status of a health check, if it is one of Sluice.
func (e *exam) ask(ctx context.Context, address string) (status int, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, false
	}
	response, err := e.HTTP.Do(request)
	if err != nil {
		return 0, false
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	// A word when all is well, and the number of a problem when it is not.
	var health struct {
		Status         any    `json:"status"`
		UntrustedProxy string `json:"untrusted_proxy"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&health)
	e.foreign = cmp.Or(health.UntrustedProxy, e.foreign)
	return response.StatusCode, err == nil && health.Status != nil
}

func listenCause(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// egress looks at what may be called inside the own network.
func (e *exam) egress() {
	entries, err := egress.ParseAllow(e.EgressAllow)
	if err != nil {
		e.add("outgoing calls", Error, sentence(err), "Separate entries by commas: 10.1.0.0/16,sms.internal:8443.")
		return
	}
	if len(entries) == 0 {
		e.add("outgoing calls", OK, "Calls into the own network are refused; those to the internet are allowed.", "")
		return
	}
	for _, entry := range entries {
		if reason := tooWide(entry); reason != "" {
			e.add("outgoing calls", Warning, fmt.Sprintf("The entry %s of the allow-list %s.", entry, reason), "Name single hosts with their ports, such as sms.internal:8443: whoever draws flows can call all that is allowed.")
		}
	}
	e.add("outgoing calls", OK, fmt.Sprintf("Of the own network, these may be called: %s.", strings.Join(entries, ", ")), "")
}

// metadata is where clouds hand their machines' credentials to whoever asks.
const metadata = "169.254.169.254"

// tooWide says what is dangerous about an entry of the allow-list, or nothing.
func tooWide(entry string) string {
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		if host, _, err := net.SplitHostPort(entry); entry == metadata || err == nil && host == metadata {
			return "opens the cloud's metadata service, which hands out credentials"
		}
		return ""
	}
	switch wide := 16; {
	case prefix.Contains(netip.MustParseAddr(metadata)):
		return "opens the cloud's metadata service, which hands out credentials"
	case prefix.Contains(netip.MustParseAddr("127.0.0.1")):
		return "opens every port of this machine"
	case prefix.Addr().Is4() && prefix.Bits() < wide, prefix.Addr().Is6() && prefix.Bits() < 48:
		return "opens a very large part of the network"
	}
	return ""
}
