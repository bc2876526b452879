// Package kanneltest is a fake smsbox for tests: an http.Handler that answers
// as Kannel 1.4.5 does, keeps a ledger, makes the requests with which Kannel
// reports on a message, and can be told to misbehave.
package kanneltest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sluice/server/channels/vendortest"
)

// Options set up one fake gateway.
type Options struct {
	Username, Password string
	// SMSCs are the known smsc-ids. Empty: every one is.
	SMSCs []string
}

// Message is one line of the ledger.
type Message struct {
	From, To, Text string
	Coding         string
	SMSC           string
	Validity       string
	Mask           string
	ReportURL      string
}

// Server is the fake. Close its Faults to end requests that hang.
type Server struct {
	*vendortest.Faults

	options  Options
	mu       sync.Mutex
	messages []Message
}

// New makes a fake gateway.
func New(o Options) *Server { return &Server{Faults: vendortest.NewFaults(), options: o} }

// Messages returns the ledger in the order of creation.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

var number = regexp.MustCompile(`^\+?[0-9]{3,20}$`)

// ServeHTTP is smsbox.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	// Verifying, which names no recipient, meets no fault.
	if q.Get("to") != "" && s.Play(w, r) {
		return
	}
	switch {
	case r.URL.Path != "/cgi-bin/sendsms":
		answer(w, http.StatusNotFound, "Unknown request.")
	case q.Get("username") != s.options.Username || q.Get("password") != s.options.Password:
		answer(w, http.StatusForbidden, "Authorization failed for sendsms")
	case q.Get("to") == "":
		answer(w, http.StatusBadRequest, "Missing receiver number, rejected")
	case q.Get("from") == "":
		answer(w, http.StatusBadRequest, "Sender missing and no global set, rejected")
	case q.Get("coding") != "0" && q.Get("coding") != "2":
		answer(w, http.StatusBadRequest, "Coding field misformed, rejected")
	case q.Get("smsc") != "" && len(s.options.SMSCs) > 0 && !slices.Contains(s.options.SMSCs, q.Get("smsc")):
		answer(w, http.StatusForbidden, "Not routable. Do not try again.")
	case !number.MatchString(q.Get("to")):
		answer(w, http.StatusForbidden, "Number(s) has/have been denied by white- and/or black-lists.")
	default:
		s.mu.Lock()
		s.messages = append(s.messages, Message{
			From: q.Get("from"), To: q.Get("to"), Text: q.Get("text"), Coding: q.Get("coding"), SMSC: q.Get("smsc"),
			Validity: q.Get("validity"), Mask: q.Get("dlr-mask"), ReportURL: q.Get("dlr-url"),
		})
		s.mu.Unlock()
		s.Lose()
		answer(w, http.StatusAccepted, "0: Accepted for delivery")
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// Report fills a message's report address as Kannel does.
func Report(address string, kind int, smscSays string) string {
	return strings.NewReplacer("%d", strconv.Itoa(kind), "%A", url.QueryEscape(smscSays), "%T", "1772618402").Replace(address)
}

// Request is the call that reports on the nth message of the ledger.
func (s *Server) Request(ctx context.Context, n, kind int, smscSays string) (*http.Request, error) {
	all := s.Messages()
	if n >= len(all) || all[n].ReportURL == "" {
		return nil, fmt.Errorf("kanneltest: message %d asked for no report", n)
	}
	return http.NewRequestWithContext(ctx, http.MethodGet, Report(all[n].ReportURL, kind, smscSays), http.NoBody)
}
