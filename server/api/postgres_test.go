package api_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/store"
	"sluice/server/store/pgtest"
)

var postgres = pgtest.New(func(ctx context.Context, address string) error {
	s, err := store.Open(ctx, address, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
})

func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }

// wire carries connections to a database until it is cut.
type wire struct {
	listener net.Listener
	target   string
	done     sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
}

// newWire returns the database's address through a wire.
func newWire(t *testing.T, address string) (w *wire, through string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	w = &wire{target: u.Host, conns: map[net.Conn]struct{}{}}
	if w.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	w.done.Go(w.accept)
	t.Cleanup(func() {
		_ = w.listener.Close()
		w.setCut(true)
		w.done.Wait()
	})
	u.Host = w.listener.Addr().String()
	return w, u.String()
}

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.done.Go(func() { w.carry(near) })
	}
}

func (w *wire) carry(near net.Conn) {
	defer func() { _ = near.Close() }()
	if !w.hold(near) {
		return
	}
	far, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", w.target)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	if !w.hold(far) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
	both.Go(func() { _, _ = io.Copy(near, far); _ = near.Close() })
	both.Wait()
}

// hold remembers a connection to cut. It is false while the wire is cut.
func (w *wire) hold(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns[c] = struct{}{}
	return !w.cut
}

// setCut cuts the wire with all that it carries, or mends it.
func (w *wire) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for c := range w.conns {
			_ = c.Close()
		}
		clear(w.conns)
	}
}

// TestLostDatabaseIs503AndNothingIsLost runs on PostgreSQL, cuts the wire to it
// in the middle of waits, mends it, and finds everything that was acknowledged.
func TestLostDatabaseIs503AndNothingIsLost(t *testing.T) {
	t.Parallel()
	database, address := newWire(t, postgres.Database(t))
	w := newWorld(t, func(o *server.Options) { o.Database, o.MasterKeyFile = address, t.TempDir()+"/master.key" })
	c := w.owner()
	c.manualPhones()
	path := "/flows/" + c.example() + "/runs"
	first := into[api.RunSummary](c.with("Idempotency-Key", "before").post(path, inputs("+639171234567", "1")).want(http.StatusCreated))
	var message string
	w.eventually("the message reaches the phone", func() bool {
		list := into[api.PhoneMessageList](c.get("/simulator/messages?run=" + first.Id))
		if len(list.Items) == 1 {
			message = list.Items[0].Id
		}
		return message != ""
	})

	database.setCut(true)
	w.nobody().get("//healthz").want(http.StatusOK)
	w.nobody().get("//readyz").problem(http.StatusServiceUnavailable, "unavailable")
	for _, a := range []answer{
		c.get("/flows"), c.get("/runs/" + first.Id), c.post("/flows", map[string]string{"name": "lost"}),
		c.with("Idempotency-Key", "during").post(path, inputs("+639171234567", "2")), w.browser().post("/session/demo", nil),
	} {
		p := a.problem(http.StatusServiceUnavailable, "unavailable")
		if a.header.Get("Retry-After") == "" || p.RetryAfter == nil {
			t.Errorf("the refusal does not say when to try again: %s", a.body)
		}
	}

	database.setCut(false)
	w.eventually("the server is ready again", func() bool { return w.nobody().get("//readyz").status == http.StatusOK })
	var again answer
	w.eventually("runs can be started again", func() bool {
		again = c.with("Idempotency-Key", "during").post(path, inputs("+639171234567", "2"))
		return again.status != http.StatusServiceUnavailable
	})
	if again.status != http.StatusCreated {
		t.Errorf("the repeated trigger is answered with %d %s", again.status, again.body)
	}
	if replayed := c.with("Idempotency-Key", "before").post(path, inputs("+639171234567", "1")).want(http.StatusCreated); into[api.RunSummary](replayed).Id != first.Id {
		t.Errorf("the key from before the fault belongs to another run: %s", replayed.body)
	}
	// The fault may have come before the phone's own commit of the message; then
	// it is sent again first.
	w.eventually("the message is read on the phone", func() bool {
		return c.post("/simulator/messages/"+message+"/read", nil).status == http.StatusOK
	})
	w.eventually("the run from before the fault ends", func() bool {
		return into[api.Run](c.get("/runs/"+first.Id)).Status == api.RunStatusCompleted
	})
	runs := into[api.RunList](c.get("/runs").want(http.StatusOK))
	if len(runs.Items) != 2 {
		t.Errorf("there are %d runs, want the two that were asked for", len(runs.Items))
	}
	flow := into[api.FlowList](c.get("/flows?sort=-name&q=OTP").want(http.StatusOK)).Items[0]
	if flow.Runs24h.Total != 2 || flow.Reach24h != (api.Reach{Reached: 1, Ended: 1}) {
		t.Errorf("the flow's last day is %+v %+v", flow.Runs24h, flow.Reach24h)
	}
}
