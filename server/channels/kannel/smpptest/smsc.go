// Package smpptest is a small SMS centre for tests: the part of SMPP 3.4 that a
// gateway needs to bind, hand messages over, and get delivery receipts and
// messages from people.
package smpptest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Command ids and fields (SMPP 3.4, 4 and 5).
const (
	bindReceiver    = 0x00000001
	bindTransmitter = 0x00000002
	submitSM        = 0x00000004
	deliverSM       = 0x00000005
	unbind          = 0x00000006
	bindTransceiver = 0x00000009
	enquireLink     = 0x00000015
	response        = 0x80000000

	headerSize = 16
	// esmReceipt marks a deliver_sm as a delivery receipt (5.2.12).
	esmReceipt = 0x04
	// maxPDU is far above what a submit_sm can have.
	maxPDU = 8 << 10
)

// Submitted is one submit_sm.
type Submitted struct {
	ID         string
	Source     string
	Dest       string
	DataCoding byte
	// Joined is set for a part of a long message, which has a header (UDH).
	Joined bool
	Text   []byte
	// Receipt is whether a delivery receipt was asked for.
	Receipt bool
}

// SMSC is the SMS centre. It accepts one gateway at a time.
type SMSC struct {
	// Submitted gets every message.
	Submitted chan Submitted
	// Bound gets a value for every bind.
	Bound chan struct{}

	listener net.Listener
	password string
	done     sync.WaitGroup

	mu      sync.Mutex
	conn    net.Conn
	seq     uint32
	lastID  int
	refuse  uint32
	stopped bool
}

// Start listens on this machine.
func Start(t testing.TB, password string) *SMSC {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &SMSC{Submitted: make(chan Submitted, 32), Bound: make(chan struct{}, 32), listener: l, password: password}
	s.done.Add(1)
	go s.accept()
	t.Cleanup(s.stop)
	return s
}

// Port is where it listens.
func (s *SMSC) Port() int {
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return n
}

// Refuse makes it answer every further submit_sm with that command_status.
func (s *SMSC) Refuse(status uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = status
}

// Report sends the delivery receipt of a message: state is DELIVRD, UNDELIV, ...
func (s *SMSC) Report(m Submitted, state, code string) error {
	text := "id:" + m.ID + " sub:001 dlvrd:001 submit date:2603041000 done date:2603041001 stat:" + state + " err:" + code + " text:"
	return s.deliver(m.Dest, m.Source, esmReceipt, []byte(text))
}

// Message sends a message from a person, in the 7-bit alphabet.
func (s *SMSC) Message(from, to, text string) error {
	return s.deliver(from, to, 0, []byte(text))
}

func (s *SMSC) deliver(from, to string, esmClass byte, text []byte) error {
	var b bytes.Buffer
	b.WriteByte(0) // service_type
	for _, number := range []string{from, to} {
		// Short codes are not in the international form.
		b.Write([]byte{typeOfNumber(number), 1})
		cstring(&b, number)
	}
	b.Write([]byte{esmClass, 0, 0})
	b.Write([]byte{0, 0})        // schedule, validity
	b.Write([]byte{0, 0, 0, 0})  // registered_delivery, replace, data_coding, default message
	b.WriteByte(byte(len(text))) // sm_length
	b.Write(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return errors.New("smpptest: no gateway is bound")
	}
	s.seq++
	return write(s.conn, deliverSM, 0, s.seq, b.Bytes())
}

func (s *SMSC) stop() {
	s.mu.Lock()
	s.stopped = true
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.mu.Unlock()
	_ = s.listener.Close()
	s.done.Wait()
}

func (s *SMSC) accept() {
	defer s.done.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.stopped {
			_ = conn.Close()
		}
		s.conn = conn
		s.mu.Unlock()
		// A gateway that goes away binds again.
		_ = s.serve(conn)
		_ = conn.Close()
	}
}

func (s *SMSC) serve(conn net.Conn) error {
	for {
		id, seq, body, err := read(conn)
		if err != nil {
			return err
		}
		status, answer, handOver := s.handle(id, body)
		if handOver == nil {
			continue
		}
		s.mu.Lock()
		err = write(conn, id|response, status, seq, answer)
		s.mu.Unlock()
		if err != nil {
			return err
		}
		// A gateway drops the receipt of a message whose id it does not know yet,
		// so nobody may report on one before it is answered.
		handOver()
	}
}

// handle is what to answer, and what to tell the test once that is written.
// Responses of the gateway get no answer: for them, handOver is nil.
func (s *SMSC) handle(id uint32, body []byte) (status uint32, answer []byte, handOver func()) {
	nothing := func() {}
	switch id {
	case bindReceiver, bindTransmitter, bindTransceiver:
		f := fields{body}
		f.cstring()
		if f.cstring() != s.password {
			return 0x0000000E, []byte{0}, nothing // ESME_RINVPASWD
		}
		return 0, []byte("smpptest\x00"), func() { s.Bound <- struct{}{} }
	case enquireLink, unbind:
		return 0, nil, nothing
	case submitSM:
		m, refused := s.take(body)
		if refused != 0 {
			return refused, nil, nothing
		}
		return 0, []byte(m.ID + "\x00"), func() { s.Submitted <- m }
	}
	if id&response != 0 {
		return 0, nil, nil
	}
	return 0, nil, nothing
}

func (s *SMSC) take(body []byte) (Submitted, uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != 0 {
		return Submitted{}, s.refuse
	}
	s.lastID++
	f := fields{body}
	f.cstring()
	f.skip(2)
	m := Submitted{ID: strconv.Itoa(s.lastID), Source: f.cstring()}
	f.skip(2)
	m.Dest = f.cstring()
	esmClass := f.byte()
	f.skip(2)
	f.cstring()
	f.cstring()
	m.Receipt = f.byte()&1 == 1
	f.skip(1)
	m.DataCoding = f.byte()
	f.skip(1)
	// Behind the text there may be optional parameters.
	m.Text = bytes.Clone(f.rest[1 : 1+int(f.rest[0])])
	if esmClass&0x40 != 0 && len(m.Text) > 0 {
		m.Joined = true
		m.Text = m.Text[1+int(m.Text[0]):]
	}
	return m, 0
}

// typeOfNumber is 1 for international numbers, 0 for unknown ones (5.2.5).
func typeOfNumber(number string) byte {
	if len(number) < 8 {
		return 0
	}
	return 1
}

// fields reads a body front to back.
type fields struct{ rest []byte }

func (f *fields) cstring() string {
	text, rest, _ := bytes.Cut(f.rest, []byte{0})
	f.rest = rest
	return string(text)
}

func (f *fields) byte() byte {
	b := f.rest[0]
	f.rest = f.rest[1:]
	return b
}

func (f *fields) skip(n int) { f.rest = f.rest[n:] }

func cstring(b *bytes.Buffer, s string) {
	b.WriteString(s)
	b.WriteByte(0)
}

func read(r io.Reader) (id, seq uint32, body []byte, err error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, 0, nil, err
	}
	size := binary.BigEndian.Uint32(header[:])
	if size < headerSize || size > maxPDU {
		return 0, 0, nil, fmt.Errorf("smpptest: a PDU of %d bytes", size)
	}
	body = make([]byte, size-headerSize)
	_, err = io.ReadFull(r, body)
	return binary.BigEndian.Uint32(header[4:]), binary.BigEndian.Uint32(header[12:]), body, err
}

func write(w io.Writer, id, status, seq uint32, body []byte) error {
	pdu := make([]byte, headerSize, headerSize+len(body))
	binary.BigEndian.PutUint32(pdu, uint32(headerSize+len(body)))
	binary.BigEndian.PutUint32(pdu[4:], id)
	binary.BigEndian.PutUint32(pdu[8:], status)
	binary.BigEndian.PutUint32(pdu[12:], seq)
	_, err := w.Write(append(pdu, body...))
	return err
}
