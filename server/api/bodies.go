package api

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	// bodyGrace is how long a body may take before its rate counts: a line that stalls
	// for a moment. bodyRate is what a client has to send in a second after that:
	// 256 kbit/s.
	bodyGrace, bodyRate = 10 * time.Second, 32 << 10
	// smallBody is what is read without asking the budget: a connection's own buffers
	// are as large.
	smallBody = 4 << 10
	// hangUpTime is how long the rest of a body that nobody wants is waited for, so that
	// its client sees the answer.
	hangUpTime = time.Second
)

// bodies reads requests into memory: so many at the same time, so many bytes of them
// in sum, and each within a time that follows from its size.
type bodies struct {
	stage
	bytes *budget
}

// budget bounds bytes in memory: in sum, and for one address or workspace.
type budget struct {
	total, each int64

	mu   sync.Mutex
	sum  int64
	held map[string]int64
}

func newBudget(total int64) *budget {
	return &budget{total: total, each: total / 4 * 3, held: map[string]int64{}}
}

// take takes n bytes for an owner.
func (b *budget) take(owner string, n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sum+n > b.total || b.held[owner]+n > b.each {
		return false
	}
	b.sum += n
	b.held[owner] += n
	return true
}

// drop gives n bytes back.
func (b *budget) drop(owner string, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sum -= n
	if b.held[owner] -= n; b.held[owner] <= 0 {
		delete(b.held, owner)
	}
}

// timeFor is how long bytes take at a rate of so many a second.
func timeFor(bytes, rate int64) time.Duration {
	return time.Duration(bytes) * time.Second / time.Duration(rate)
}

const bodyReadKey = "sluice.body_read"

// readBody reads a body of at most limit bytes. done gives its memory back.
func (a *API) readBody(c *gin.Context, from *bodies, who claim, limit int64) (body []byte, done func(), err error) {
	none := func() {}
	if c.Request.ContentLength == 0 {
		return nil, none, nil
	}
	control := http.NewResponseController(c.Writer)
	if c.Request.ContentLength > limit {
		// A client that sends all before it reads would else never see the answer.
		_ = control.SetReadDeadline(time.Now().Add(hangUpTime))
		_, _ = io.CopyN(io.Discard, c.Request.Body, 2*limit)
		return nil, none, &http.MaxBytesError{Limit: limit}
	}
	if !from.enter(a.now(), who) {
		return nil, none, tooBusy(http.StatusServiceUnavailable)
	}
	defer func() { from.leave(a.now(), who, true) }()
	expected := limit
	if c.Request.ContentLength > 0 {
		expected = c.Request.ContentLength
	}
	// A test's recorder has no deadlines.
	_ = control.SetReadDeadline(time.Now().Add(bodyGrace + timeFor(expected, bodyRate)))
	owner := who.address
	if who.workspace != "" {
		owner = who.workspace
	}
	r := bodyReader{from: from.bytes, owner: owner}
	body, err = r.read(http.MaxBytesReader(c.Writer, c.Request.Body, limit), expected)
	done = r.drop
	if err != nil {
		done()
		return nil, none, bodyRefusal(err)
	}
	// A deadline that passes while the server works would look like a client that left.
	_ = control.SetReadDeadline(time.Time{})
	c.Set(bodyReadKey, true)
	return body, done, nil
}

func bodyRefusal(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*refusal](err); ok {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return refuse(http.StatusRequestTimeout, "body_too_slow", "The request came too slowly.").
			withHint("Send it again over a faster line.")
	}
	return refuse(http.StatusBadRequest, "body_cut_short", "The request ended too early.")
}

// bodyReader reads into a buffer that grows with what has come, and asks before it
// grows.
type bodyReader struct {
	from  *budget
	owner string
	taken int64
}

// drop gives back what the buffer takes.
func (r *bodyReader) drop() { r.from.drop(r.owner, r.taken) }

func (r *bodyReader) read(from io.Reader, expected int64) ([]byte, error) {
	buf := make([]byte, 0, min(expected+1, smallBody))
	for {
		if len(buf) == cap(buf) {
			size := min(2*int64(cap(buf)), max(expected, smallBody)+1)
			if size <= int64(cap(buf)) {
				size = 2 * int64(cap(buf))
			}
			if !r.from.take(r.owner, size) {
				return nil, tooBusy(http.StatusServiceUnavailable)
			}
			buf = append(make([]byte, 0, size), buf...)
			r.drop()
			r.taken = size
		}
		n, err := from.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// unread reports whether a request may have a body that nobody has read.
func unread(c *gin.Context) bool { return c.Request.ContentLength != 0 && !c.GetBool(bodyReadKey) }

// hangUp ends the connection after the answer when the request has a body that is not
// wanted: the server would else wait for it before it answers.
func hangUp(c *gin.Context) {
	if unread(c) {
		c.Header("Connection", "close")
	}
}

// letGo bounds how long the rest of a body is waited for after the answer.
func letGo(c *gin.Context) {
	if unread(c) {
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(hangUpTime))
	}
}
