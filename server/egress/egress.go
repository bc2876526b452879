// Package egress is the one way out: every HTTP request that Sluice makes to a
// vendor or to an address that a user typed goes through a Client of this
// package.
//
// A Client refuses to connect to addresses inside the operator's network. The
// check is made on the resolved address at the moment of dialling, so that no
// name, redirect, or change of DNS between check and use gets around it. It
// also bounds time, redirects, connections and response size, and it keeps
// URLs (which may carry credentials) out of its errors.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Defaults of Options.
const (
	// DefaultTimeout bounds a whole exchange: vendors answer a send within a
	// few seconds, and a flow's deadline runs meanwhile.
	DefaultTimeout = 30 * time.Second
	// DefaultConnectTimeout bounds name resolution and the TCP handshake.
	DefaultConnectTimeout = 10 * time.Second
	// DefaultMaxResponseBytes is far above what any vendor answers to a send.
	DefaultMaxResponseBytes = 1 << 20
	// DefaultMaxRedirects allows "http to https" and "apex to www", not tours.
	DefaultMaxRedirects = 3
	// DefaultMaxConnsPerHost keeps one slow vendor from taking all sockets.
	DefaultMaxConnsPerHost = 64

	maxResponseHeaderBytes = 64 << 10
	idleConnTimeout        = 90 * time.Second
	tlsHandshakeTimeout    = 10 * time.Second
	userAgent              = "Sluice"
)

// Options configure a Client. The zero value is the safe default.
type Options struct {
	// Allow lists what may be reached although it lies inside: "10.1.0.0/16",
	// "10.1.2.3", "10.1.2.3:8080", "[fd00::1]:443", "sms.internal:8443" or
	// "sms.internal". See ParseAllow.
	Allow []string
	// Timeout bounds one exchange from the call of Do to the last byte of the
	// answer, redirects included.
	Timeout        time.Duration
	ConnectTimeout time.Duration
	// MaxResponseBytes bounds the decoded body of an answer.
	MaxResponseBytes int64
	// MaxRedirects is how many redirects are followed; negative means none.
	MaxRedirects    int
	MaxConnsPerHost int
	// Proxy sends every request through an HTTP proxy. The environment's proxy
	// variables are never read. The destination is still checked before the
	// request is handed to the proxy, but it is the proxy that resolves its
	// name in the end: a proxy should have rules of its own.
	Proxy *url.URL
	// Resolver resolves names; nil means the system's.
	Resolver *net.Resolver
	// Wrap, if any, goes around the transport, once per request and redirect.
	Wrap func(http.RoundTripper) http.RoundTripper
	// TLS is the base TLS configuration, for private certificate authorities.
	TLS *tls.Config
}

// Client makes outbound HTTP requests. It is safe for concurrent use. Close
// releases its idle connections.
type Client struct {
	http      *http.Client
	transport *http.Transport
	policy    policy
	resolver  *net.Resolver
	dial      func(ctx context.Context, network, addr string) (net.Conn, error)
	proxied   bool
	maxBody   int64
}

// Response is a whole answer, its body read and bounded.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// New makes a Client. It fails when an entry of Options.Allow cannot be read.
func New(o Options) (*Client, error) {
	p, err := newPolicy(o.Allow)
	if err != nil {
		return nil, err
	}
	resolver := o.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	c := &Client{
		policy:   p,
		resolver: resolver,
		proxied:  o.Proxy != nil,
		maxBody:  orDefault(o.MaxResponseBytes, DefaultMaxResponseBytes),
	}
	var proxyAddr string
	if o.Proxy != nil {
		proxyAddr = hostPort(o.Proxy)
	}
	c.transport = &http.Transport{
		DialContext:            c.dialer(orDefault(o.ConnectTimeout, DefaultConnectTimeout), proxyAddr),
		TLSClientConfig:        o.TLS.Clone(),
		TLSHandshakeTimeout:    tlsHandshakeTimeout,
		ForceAttemptHTTP2:      true,
		MaxConnsPerHost:        orDefault(o.MaxConnsPerHost, DefaultMaxConnsPerHost),
		MaxIdleConnsPerHost:    orDefault(o.MaxConnsPerHost, DefaultMaxConnsPerHost),
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: maxResponseHeaderBytes,
	}
	c.dial = c.dialer(orDefault(o.ConnectTimeout, DefaultConnectTimeout), "")
	if o.Proxy != nil {
		c.transport.Proxy = http.ProxyURL(o.Proxy)
	}
	var transport http.RoundTripper = c.transport
	if o.Wrap != nil {
		transport = o.Wrap(transport)
	}
	c.http = &http.Client{
		Transport:     transport,
		Timeout:       orDefault(o.Timeout, DefaultTimeout),
		CheckRedirect: c.checkRedirect(orDefault(o.MaxRedirects, DefaultMaxRedirects)),
	}
	return c, nil
}

// Close drops the idle connections. Requests under way are not touched.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Do makes the request and reads the whole answer, whatever its status. The
// error is always an *Error, and Written tells whether the request may have
// reached the other side.
func (c *Client) Do(req *http.Request) (*Response, error) { return c.DoUpTo(req, c.maxBody) }

// DoUpTo is Do with a bound of its own on the decoded body, for files.
func (c *Client) DoUpTo(req *http.Request, maxBytes int64) (*Response, error) {
	resp, err := c.open(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := c.readUpTo(req, resp, maxBytes)
	if err != nil {
		return nil, err
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// open makes the request; the caller closes the answer's body.
func (c *Client) open(req *http.Request) (*http.Response, error) {
	if err := c.checkRequest(req.Context(), req.URL); err != nil {
		closeBody(req)
		return nil, newError(req.URL, false, 0, err)
	}
	var written atomic.Bool
	trace := &httptrace.ClientTrace{
		// Called before the last bytes of the headers are flushed: when it was
		// not called, the other side cannot have a complete request.
		WroteHeaders: func() { written.Store(true) },
	}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", userAgent)
	}
	resp, err := c.http.Do(req) //nolint:gosec // G704: the dialer checks every address that it connects to
	if err != nil {
		return nil, newError(req.URL, written.Load(), 0, err)
	}
	return resp, nil
}

func (c *Client) readUpTo(req *http.Request, resp *http.Response, maxBytes int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	if err != nil {
		return nil, newError(req.URL, true, resp.StatusCode, err)
	}
	if int64(len(body)) > maxBytes {
		return nil, newError(req.URL, true, resp.StatusCode, fmt.Errorf("%w (more than %d bytes)", ErrTooLarge, maxBytes))
	}
	return body, nil
}

// Stream makes the request and copies the body of a 2xx answer to w, of at most
// maxBytes; an answer with another status is read as by Do. What was written
// before an error is of no use. The response of a streamed answer has no Body.
func (c *Client) Stream(req *http.Request, w io.Writer, maxBytes int64) (*Response, error) {
	resp, err := c.open(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer := &Response{Status: resp.StatusCode, Header: resp.Header}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		answer.Body, err = c.readUpTo(req, resp, c.maxBody)
		if err != nil {
			return nil, err
		}
		return answer, nil
	}
	if resp.ContentLength > maxBytes {
		return nil, newError(req.URL, true, resp.StatusCode, fmt.Errorf("%w (more than %d bytes)", ErrTooLarge, maxBytes))
	}
	n, err := io.Copy(w, io.LimitReader(resp.Body, maxBytes+1))
	if err == nil && n > maxBytes {
		err = fmt.Errorf("%w (more than %d bytes)", ErrTooLarge, maxBytes)
	}
	if err != nil {
		return nil, newError(req.URL, true, resp.StatusCode, err)
	}
	return answer, nil
}

// Dial opens a connection that is not HTTP, such as to a mail server: under the
// same rules as requests, and never through the proxy. The error wraps ErrBlocked
// when the rules forbid it.
func (c *Client) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" {
		return nil, fmt.Errorf("%w: %q is not an address", ErrBlocked, addr)
	}
	if !c.policy.allowsName(addr) {
		if err := checkHostForm(host); err != nil {
			return nil, err
		}
	}
	return c.dial(ctx, network, net.JoinHostPort(host, port))
}

// DialTLS is Dial with a TLS session in the connection from its beginning. The
// certificate has to be one for the host.
func (c *Client) DialTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := c.Dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	session := tls.Client(conn, c.TLSConfig(addr))
	ctx, cancel := context.WithTimeout(ctx, tlsHandshakeTimeout)
	defer cancel()
	if err := session.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return session, nil
}

// TLSConfig is how to speak TLS with the host of addr ("host:port"), with the
// certificate authorities of Options.TLS.
func (c *Client) TLSConfig(addr string) *tls.Config {
	config := c.transport.TLSClientConfig.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if host, _, err := net.SplitHostPort(addr); err == nil {
		config.ServerName = host
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	// What HTTP would negotiate means nothing elsewhere.
	config.NextProtos = nil
	return config
}

// dialer connects to host:port after the policy agreed to the very address
// that is dialled. Control runs once per resolved address, between creating
// the socket and connecting it.
func (c *Client) dialer(timeout time.Duration, proxyAddr string) func(context.Context, string, string) (net.Conn, error) {
	guarded := &net.Dialer{
		Timeout:  timeout,
		Resolver: c.resolver,
		Control:  c.policy.control,
	}
	open := &net.Dialer{Timeout: timeout, Resolver: c.resolver}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == proxyAddr || c.policy.allowsName(addr) {
			return open.DialContext(ctx, network, addr)
		}
		return guarded.DialContext(ctx, network, addr)
	}
}

// checkRequest refuses what can be refused before dialling, with a clearer
// message than a failed connection would give.
func (c *Client) checkRequest(ctx context.Context, u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: only http and https addresses can be called", ErrBlocked)
	case u.Host == "" || u.Hostname() == "":
		return fmt.Errorf("%w: the address has no host", ErrBlocked)
	case u.User != nil:
		return fmt.Errorf("%w: the address holds a user name or password; send them in a header instead", ErrBlocked)
	}
	addr := hostPort(u)
	if c.policy.allowsName(addr) {
		return nil
	}
	if err := checkHostForm(u.Hostname()); err != nil {
		return err
	}
	if !c.proxied {
		return nil
	}
	return c.checkBehindProxy(ctx, u)
}

// checkBehindProxy looks the destination up itself, since the dialler sees
// only the proxy. A name that only the proxy can resolve is left to it.
func (c *Client) checkBehindProxy(ctx context.Context, u *url.URL) error {
	host, port := u.Hostname(), portOf(u)
	addrs := []netip.Addr{}
	if a, err := netip.ParseAddr(host); err == nil {
		addrs = append(addrs, a)
	} else if found, err := c.resolver.LookupNetIP(ctx, "ip", host); err == nil {
		addrs = found
	}
	for _, a := range addrs {
		if err := c.policy.check(a, port); err != nil {
			return err
		}
	}
	return nil
}

// keptOnOtherHost are the headers that may follow a redirect to another host.
// All others may hold a credential: vendors use headers of their own for keys.
var keptOnOtherHost = []string{"Accept", "Accept-Language", "Content-Type", "User-Agent"}

var errRedirectLimit = errors.New("too many redirects")

func (c *Client) checkRedirect(limit int) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if limit < 0 {
			return http.ErrUseLastResponse
		}
		if len(via) > limit {
			return fmt.Errorf("%w: %w (more than %d)", ErrBlocked, errRedirectLimit, limit)
		}
		// Go would follow a 301, 302 or 303 to a POST with a GET that has no content:
		// whatever that is answered, it says nothing of what was to be done.
		if req.Method != via[len(via)-1].Method {
			return fmt.Errorf("%w: a redirect would drop the request's content", ErrBlocked)
		}
		// Go adds the previous URL, whose query may hold a key.
		req.Header.Del("Referer")
		if err := c.checkRequest(req.Context(), req.URL); err != nil {
			return err
		}
		first := via[0].URL
		if first.Scheme == "https" && req.URL.Scheme != "https" {
			return fmt.Errorf("%w: a redirect leads from https to http", ErrBlocked)
		}
		// Go copies the first request's headers to every hop anew, so a chain
		// that left once is treated as foreign to its end.
		left := func(r *http.Request) bool { return !sameOrigin(first, r.URL) }
		if !left(req) && !slices.ContainsFunc(via, left) {
			return nil
		}
		if req.Body != nil && req.Body != http.NoBody {
			return fmt.Errorf("%w: a redirect would send the request's content to another host", ErrBlocked)
		}
		for name := range req.Header {
			if !slices.Contains(keptOnOtherHost, name) {
				req.Header.Del(name)
			}
		}
		return nil
	}
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(hostPort(a), hostPort(b))
}

func hostPort(u *url.URL) string { return net.JoinHostPort(u.Hostname(), portOf(u)) }

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
