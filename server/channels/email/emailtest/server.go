// Package emailtest is a mail server for tests: the part of SMTP that sending one
// mail needs, with a ledger, and faults at the point where each does most harm.
package emailtest

import (
	"bufio"
	"encoding/base64"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Fault is how the next mail goes wrong.
type Fault struct {
	// At is the command that gets Reply: "AUTH", "MAIL", "RCPT", "DATA", or "." for
	// the end of the content.
	At    string
	Reply string
	// Take takes the mail before Reply; Cut ends the connection instead of a
	// reply, and Hang says nothing.
	Take, Cut, Hang bool
}

// Mail is one line of the ledger.
type Mail struct{ From, To, Content string }

// Server is the mail server.
type Server struct {
	listener         net.Listener
	username, secret string
	closed           chan struct{}
	done             sync.WaitGroup

	mu     sync.Mutex
	mails  []Mail
	faults []Fault
	conns  map[net.Conn]bool
}

// Start listens on this machine, for one account.
func Start(t testing.TB, username, secret string) *Server {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{listener: l, username: username, secret: secret, closed: make(chan struct{}), conns: map[net.Conn]bool{}}
	s.done.Go(s.accept)
	t.Cleanup(s.stop)
	return s
}

// Port is where it listens.
func (s *Server) Port() string {
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return ""
	}
	return port
}

// Mails returns the ledger.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Fail queues a fault.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

func (s *Server) stop() {
	close(s.closed)
	_ = s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = true
		s.mu.Unlock()
		s.done.Go(func() {
			defer func() { _ = conn.Close() }()
			(&dialogue{server: s, conn: conn, in: bufio.NewScanner(conn)}).run()
		})
	}
}

// dialogue is one connection.
type dialogue struct {
	server *Server
	conn   net.Conn
	in     *bufio.Scanner
	mail   Mail
	signed bool
}

func (d *dialogue) say(line string) bool {
	_, err := d.conn.Write([]byte(line + "\r\n"))
	return err == nil
}

func (d *dialogue) run() {
	d.in.Buffer(nil, 64<<20)
	if !d.say("220 mail.test ESMTP") {
		return
	}
	for d.in.Scan() {
		if !d.command(d.in.Text()) {
			return
		}
	}
}

// command answers one line, and tells whether the conversation goes on.
func (d *dialogue) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	if more, hit := d.fault(verb); hit {
		return more
	}
	switch verb {
	case "EHLO":
		return d.say("250-mail.test\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN XOAUTH2")
	case "AUTH":
		return d.auth(rest)
	case "MAIL", "RCPT", "DATA":
		if !d.signed {
			return d.say("530 5.7.0 Authentication required")
		}
	case "QUIT":
		d.say("221 2.0.0 Bye")
		return false
	case "NOOP", "RSET":
		return d.say("250 2.0.0 OK")
	default:
		return d.say("502 5.5.2 Unknown command " + strconv.Quote(verb))
	}
	return d.transaction(verb, rest)
}

func (d *dialogue) transaction(verb, rest string) bool {
	address := rest[strings.Index(rest, "<")+1:]
	address, _, _ = strings.Cut(address, ">")
	switch verb {
	case "MAIL":
		d.mail = Mail{From: address}
	case "RCPT":
		if strings.HasPrefix(address, "nobody@") {
			return d.say("550 5.1.1 No such user")
		}
		d.mail.To = address
	default:
		return d.data()
	}
	return d.say("250 2.1.0 OK")
}

func (d *dialogue) data() bool {
	if !d.say("354 Go on") {
		return false
	}
	var b strings.Builder
	for d.in.Scan() && d.in.Text() != "." {
		b.WriteString(strings.TrimPrefix(d.in.Text(), ".") + "\r\n")
	}
	d.mail.Content = b.String()
	if more, hit := d.fault("."); hit {
		return more
	}
	d.take()
	return d.say("250 2.0.0 Queued")
}

func (d *dialogue) take() {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	d.server.mails = append(d.server.mails, d.mail)
}

// fault plays the next fault when it is for that command.
func (d *dialogue) fault(at string) (more, hit bool) {
	s := d.server
	s.mu.Lock()
	if len(s.faults) == 0 || s.faults[0].At != at {
		s.mu.Unlock()
		return false, false
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	s.mu.Unlock()
	if f.Take {
		d.take()
	}
	switch {
	case f.Cut:
		return false, true
	case f.Hang:
		// Until the other side gives up, or the test ends.
		for d.in.Scan() {
			continue
		}
		return false, true
	}
	return d.say(f.Reply), true
}

// auth knows PLAIN (RFC 4616), LOGIN and XOAUTH2.
func (d *dialogue) auth(rest string) bool {
	kind, first, _ := strings.Cut(rest, " ")
	decode := func(s string) string { data, _ := base64.StdEncoding.DecodeString(s); return string(data) }
	ask := func(what string) string {
		if d.say("334 "+base64.StdEncoding.EncodeToString([]byte(what))) && d.in.Scan() {
			return decode(d.in.Text())
		}
		return ""
	}
	s := d.server
	switch kind {
	case "PLAIN":
		d.signed = decode(first) == "\x00"+s.username+"\x00"+s.secret
	case "LOGIN":
		d.signed = ask("Username:") == s.username && ask("Password:") == s.secret
	case "XOAUTH2":
		d.signed = decode(first) == "user="+s.username+"\x01auth=Bearer "+s.secret+"\x01\x01"
	}
	if !d.signed {
		return d.say("535 5.7.8 Authentication credentials invalid")
	}
	return d.say("235 2.7.0 OK")
}
