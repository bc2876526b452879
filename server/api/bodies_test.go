package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// pipes is a listener whose connections are pipes, so that time can pass at once.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestABodyThatDribblesIsGivenUp sends a byte a second for as long as it is taken: that
// ends within the time that follows from the body's size, and holds no place.
func TestABodyThatDribblesIsGivenUp(t *testing.T) {
	t.Parallel()
	const length = 64 << 10
	for name, head := range map[string]string{
		"of a known length": fmt.Sprintf("Content-Length: %d\r\n\r\n", length), "in pieces": "Transfer-Encoding: chunked\r\n\r\n10000\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := &API{gates: newGates(Limits{}, prometheus.NewRegistry()), now: time.Now, log: slog.New(slog.DiscardHandler)}
				router := gin.New()
				router.POST("/", func(c *gin.Context) {
					_, done, err := a.readBody(c, a.gates.open, claim{address: "192.0.2.1"}, length)
					defer done()
					if err != nil {
						a.fail(c, err)
					}
				})
				l := &pipes{make(chan net.Conn), make(chan struct{})}
				server := &http.Server{Handler: router, ReadTimeout: time.Hour}
				ended := make(chan error, 1)
				go func() { ended <- server.Serve(l) }()
				client, far := net.Pipe()
				l.conns <- far
				began, sent := time.Now(), make(chan struct{})
				go func() {
					defer close(sent)
					_, err := io.WriteString(client, "POST / HTTP/1.1\r\nHost: localhost\r\n"+head)
					for ; err == nil; _, err = io.WriteString(client, "x") {
						time.Sleep(time.Second)
					}
				}()
				response, err := http.ReadResponse(bufio.NewReader(client), nil)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(response.Body)
				if response.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(body), "body_too_slow") {
					t.Errorf("the answer is %d %s", response.StatusCode, body)
				}
				if took, most := time.Since(began), bodyGrace+timeFor(length, bodyRate)+hangUpTime; took > most {
					t.Errorf("it was given up after %v of the server's time, want %v at most", took, most)
				}
				if in := a.gates.open.load(); in != 0 || a.gates.open.bytes.sum != 0 {
					t.Errorf("%v bodies and %d bytes are still held", in, a.gates.open.bytes.sum)
				}
				_ = client.Close()
				<-sent
				_ = server.Close()
				<-ended
			})
		})
	}
}

// TestBodiesInMemoryAreBoundedInSum: those of one owner, and all together.
func TestBodiesInMemoryAreBoundedInSum(t *testing.T) {
	t.Parallel()
	b := newBudget(100 << 10)
	read := func(owner string) (func(), error) {
		r := bodyReader{from: b, owner: owner}
		body, err := r.read(strings.NewReader(strings.Repeat("x", 20<<10)), 20<<10)
		if err == nil && len(body) != 20<<10 {
			t.Fatalf("%d bytes were read", len(body))
		}
		return r.drop, err
	}
	var done []func()
	held := map[string]int{}
	for _, owner := range []string{"a", "a", "a", "a", "b", "b", "b"} {
		d, err := read(owner)
		if err == nil {
			held[owner]++
			done = append(done, d)
			continue
		}
		d()
		if r, ok := errors.AsType[*refusal](err); !ok || r.Code != "busy" {
			t.Fatalf("a body too much: %v", err)
		}
	}
	if b.sum > b.total || b.held["a"] > b.each || held["a"] < 2 || held["a"] > 3 || held["b"] == 0 {
		t.Errorf("of 100 KiB, %d bytes are held: %v bodies", b.sum, held)
	}
	for _, d := range done {
		d()
	}
	if b.sum != 0 || len(b.held) != 0 {
		t.Errorf("%d bytes are held in the end", b.sum)
	}
	if _, err := read("a"); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// TestSmallBodiesAskNobody: what fits into a connection's own buffer is not counted.
func TestSmallBodiesAskNobody(t *testing.T) {
	t.Parallel()
	for _, expected := range []int64{10, maxBody} {
		r := bodyReader{from: newBudget(0)}
		if body, err := r.read(strings.NewReader("0123456789"), expected); err != nil || string(body) != "0123456789" {
			t.Errorf("got %q, %v", body, err)
		}
	}
}

// TestNobodyHasAllPlacesOfAStage: an address and a workspace leave a quarter, and a
// refusal leaves no trace.
func TestNobodyHasAllPlacesOfAStage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	g := newGates(Limits{Requests: 8}, prometheus.NewRegistry())
	s := &g.requests.working
	enter := func(who claim, n int) (in int) {
		for range n {
			if s.enter(now, who) {
				in++
			}
		}
		return in
	}
	a, b, other := claim{"192.0.2.1", "w1", "ann"}, claim{"192.0.2.2", "w1", "bob"}, claim{"192.0.2.1", "w2", "eve"}
	if in := enter(a, 10); in != 6 {
		t.Errorf("one address has %d of 8 places, want 6", in)
	}
	if in := enter(b, 3); in != 0 {
		t.Errorf("one workspace has %d more places", in)
	}
	if in := enter(other, 3); in != 0 {
		t.Errorf("one address has %d more places in another workspace", in)
	}
	if in := enter(claim{"192.0.2.9", "w9", "zoe"}, 4); in != 2 {
		t.Errorf("others have %d places, want 2", in)
	}
	s.leave(now, a, true)
	if in := enter(b, 2); in != 1 {
		t.Errorf("after one place was given back %d come in, want 1", in)
	}
}
