package smpptest

import (
	"bytes"
	"net"
	"testing"
	"testing/synctest"
)

func TestAMessageIsHandedOverOnceItIsAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &SMSC{Submitted: make(chan Submitted, 1), Bound: make(chan struct{}, 1), password: "secret"}
		gateway, centre := net.Pipe()
		served := make(chan error)
		go func() { served <- s.serve(centre) }()

		if err := write(gateway, submitSM, 0, 7, submitted("12345", "639171234567", "Hi")); err != nil {
			t.Fatal(err)
		}
		// The answer is under way: nobody has read it.
		synctest.Wait()
		if len(s.Submitted) != 0 {
			t.Fatal("the message was handed over before its answer was written")
		}
		id, seq, body, err := read(gateway)
		if err != nil || id != submitSM|response || seq != 7 || string(body) != "1\x00" {
			t.Fatalf("answered %#x, %d, %q, %v", id, seq, body, err)
		}
		if m := <-s.Submitted; m.ID != "1" || m.Source != "12345" || m.Dest != "639171234567" || string(m.Text) != "Hi" {
			t.Errorf("got %+v", m)
		}
		_ = gateway.Close()
		<-served
	})
}

// submitted is the body of a submit_sm (SMPP 3.4, 4.4.1).
func submitted(from, to, text string) []byte {
	var b bytes.Buffer
	b.WriteByte(0) // service_type
	for _, number := range []string{from, to} {
		b.Write([]byte{typeOfNumber(number), 1})
		cstring(&b, number)
	}
	b.Write([]byte{0, 0, 0, 0, 0}) // esm_class, protocol, priority, schedule, validity
	b.Write([]byte{1, 0, 0, 0})    // registered_delivery, replace, data_coding, default message
	b.WriteByte(byte(len(text)))   // sm_length
	b.WriteString(text)
	return b.Bytes()
}
