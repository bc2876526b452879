package api

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"sluice/server/peer"
)

// meet finds out who sent the request, and turns away those that are too many or have
// no business here.
func (a *API) meet(c *gin.Context) {
	client := a.proxies.Client(c.Request)
	c.Request = peer.With(c.Request, client)
	SecurityHeaders(c, a.encrypted(c))
	if client.Untrusted {
		a.foreign.note(c, client, a.log)
	}
	if a.demo && !peer.LoopbackHost(c.Request.Host) {
		a.notThisMachine(c)
		return
	}
	if key := client.Key(); a.gates.inHand.take(key) {
		defer a.gates.inHand.drop(key)
		c.Next()
		return
	}
	a.fail(c, tooBusy(http.StatusTooManyRequests))
}

// encrypted reports whether the client's connection is, or ought to be.
func (a *API) encrypted(c *gin.Context) bool { return a.secure || peer.From(c.Request).HTTPS }

// notThisMachine answers who asked a demo for another name than this machine's: a page
// of the internet whose name was pointed here would else act as who sits here.
func (a *API) notThisMachine(c *gin.Context) {
	r := refuse(http.StatusForbidden, "not_here", "The demo answers only on the machine that it runs on.").
		withDetail("It was asked for as " + c.Request.Host + ".").
		withHint("Open it there as http://localhost, or start Sluice without --demo.")
	if strings.Contains(c.GetHeader("Accept"), "text/html") {
		c.Abort()
		hangUp(c)
		c.Data(r.Status, "text/plain; charset=utf-8", []byte(r.Title+"\n"+*r.Detail+"\n"+*r.Hint+"\n"))
		return
	}
	a.fail(c, r)
}

// foreignProxy remembers a proxy that hands requests on and is not trusted, so that
// all people behind it count as one address.
type foreignProxy struct{ address atomic.Pointer[string] }

func (f *foreignProxy) note(c *gin.Context, client peer.Client, log *slog.Logger) {
	address := client.String()
	if f.address.CompareAndSwap(nil, &address) {
		log.Warn("requests come through a proxy that is not trusted, so all who use it count as one address: name it by --trusted-proxies if it is yours",
			slog.String("proxy", address), slog.String("request_id", requestID(c)))
	}
}

// seen is the address of the first one; empty when there was none.
func (f *foreignProxy) seen() string {
	if address := f.address.Load(); address != nil {
		return *address
	}
	return ""
}

// page serves files of the editor, and tells who asks for nothing that there is
// nothing, in a pool of their own.
func (a *API) page(c *gin.Context) {
	if c.FullPath() == "" {
		a.work(c, a.gates.pages, claimOf(c), c.Next)
	}
}
