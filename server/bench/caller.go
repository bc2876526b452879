package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// caller posts triggers over one connection. It shares the processors with the
// server that it measures, so it does no more than the requests need.
type caller struct {
	address, head string
	conn          net.Conn
	answers       *bufio.Reader
}

// newCaller makes a caller of a server at url, such as http://127.0.0.1:8080.
func newCaller(url, path, key string) *caller {
	address := strings.TrimPrefix(url, "http://")
	return &caller{
		address: address,
		head: "POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAuthorization: Bearer " + key +
			"\r\nContent-Type: application/json\r\nContent-Length: ",
	}
}

// requestTime bounds one request.
const requestTime = time.Minute

// post sends a body until it is taken, and counts how often it was told to come
// back.
func (c *caller) post(ctx context.Context, body string, refused *atomic.Int64) error {
	for {
		status, answer, err := c.try(ctx, body)
		switch {
		case err != nil:
			return errors.Join(err, c.close())
		case status == http.StatusCreated:
			return nil
		case status != http.StatusTooManyRequests:
			return fmt.Errorf("the server answered %d: %s", status, answer)
		}
		refused.Add(1)
		pause(ctx, busyPause)
	}
}

func (c *caller) try(ctx context.Context, body string) (status int, answer []byte, err error) {
	if c.conn == nil {
		if c.conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", c.address); err != nil {
			return 0, nil, fmt.Errorf("call the server: %w", err)
		}
		c.answers = bufio.NewReader(c.conn)
	}
	if err := c.conn.SetDeadline(time.Now().Add(requestTime)); err != nil {
		return 0, nil, fmt.Errorf("call the server: %w", err)
	}
	if _, err := fmt.Fprintf(c.conn, "%s%d\r\n\r\n%s", c.head, len(body), body); err != nil {
		return 0, nil, fmt.Errorf("call the server: %w", err)
	}
	resp, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("read the server's answer: %w", err)
	}
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, errors.Join(err, resp.Body.Close())
}

func (c *caller) close() error {
	if c.conn == nil {
		return nil
	}
	conn := c.conn
	c.conn = nil
	return conn.Close()
}
