package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"sluice/server/channels/alibaba/alibabatest"
	"sluice/server/channels/twilio/twiliotest"
)

// step is one receipt, AfterMS counted from the one before. Status is the
// vendor's own word.
type step struct {
	Status  string `json:"status"`
	AfterMS int    `json:"after_ms"`
	Code    int    `json:"code"`
}

func (s step) after() time.Duration { return time.Duration(s.AfterMS) * time.Millisecond }

// fault makes the next message that a vendor is given fail: with an HTTP status,
// or with the vendor's own code.
type fault struct {
	Status int `json:"status"`
	Code   int `json:"code"`
}

// scripts say, by vendor, what becomes of the next messages.
type scripts struct {
	mu    sync.Mutex
	steps map[string][]step
}

func (s *scripts) of(vendor string) []step {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.steps[vendor])
}

func (s *scripts) set(vendor string, steps []step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps[vendor] = steps
}

// control is what a test tells the fakes, and asks them.
func (v *vendors) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /receipts/{vendor}", func(w http.ResponseWriter, r *http.Request) {
		var steps []step
		if !read(w, r, &steps) {
			return
		}
		v.scripts.set(r.PathValue("vendor"), steps)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PUT /faults/twilio", func(w http.ResponseWriter, r *http.Request) {
		var faults []fault
		if !read(w, r, &faults) {
			return
		}
		queued := make([]twiliotest.Fault, 0, len(faults))
		for _, f := range faults {
			queued = append(queued, twiliotest.Fault{Status: f.Status, Code: f.Code})
		}
		v.twilio.Fail(queued...)
		w.WriteHeader(http.StatusNoContent)
	})
	// Another token than the account's forges; an empty one is the account's.
	mux.HandleFunc("PUT /token/twilio", func(w http.ResponseWriter, r *http.Request) {
		var token string
		if !read(w, r, &token) {
			return
		}
		v.twilio.SetCallbacks(twiliotest.Callbacks{Token: token})
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PUT /webhooks/{vendor}", func(w http.ResponseWriter, r *http.Request) {
		var address string
		if !read(w, r, &address) {
			return
		}
		if r.PathValue("vendor") == "cams" {
			v.pushes.to(address)
		} else if err := v.meta.Subscribe(r.Context(), address, verifyToken); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, _ *http.Request) {
		said := map[string][]map[string]string{"twilio": {}, "meta": {}, "cams": {}}
		for _, m := range v.twilio.Messages() {
			said["twilio"] = append(said["twilio"], map[string]string{"to": m.To, "content": m.Body})
		}
		for _, m := range v.meta.Messages() {
			said["meta"] = append(said["meta"], map[string]string{"to": m.To, "content": m.Content})
		}
		for _, m := range v.cams.Messages() {
			said["cams"] = append(said["cams"], map[string]string{"to": m.Fields.Get("To"), "content": m.Fields.Get("Content")})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said)
	})
	return mux
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// pushes posts the receipts of Alibaba Cloud to the address that its console was
// told.
type pushes struct {
	ctx     context.Context //nolint:containedctx // It is as long as the program.
	running sync.WaitGroup

	mu      sync.Mutex
	address string
}

func (p *pushes) to(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = address
}

// camsAPI is the fake's API. Each message that it takes gets its receipts.
func (v *vendors) camsAPI() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before := len(v.cams.Messages())
		v.cams.ServeHTTP(w, r)
		for _, m := range v.cams.Messages()[before:] {
			steps := v.scripts.of("cams")
			v.pushes.running.Go(func() { v.pushes.play(m, steps) })
		}
	})
}

func (p *pushes) play(m alibabatest.Message, steps []step) {
	for _, s := range steps {
		select {
		case <-time.After(s.after()):
		case <-p.ctx.Done():
			return
		}
		p.post(alibabatest.Chat(alibabatest.Receipt{MessageID: m.ID, TaskID: m.Fields.Get("TaskId"), Status: s.Status}))
	}
}

func (p *pushes) post(body []byte) {
	p.mu.Lock()
	address := p.address
	p.mu.Unlock()
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json;charset=UTF-8")
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
	}
}
