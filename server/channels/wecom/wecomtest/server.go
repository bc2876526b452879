// Package wecomtest is a fake WeCom for tests: the robot's two methods as its
// documents describe them, with a ledger, and faults.
package wecomtest

import (
	"crypto/md5" //nolint:gosec // WeCom's own check of images.
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"sluice/server/channels/vendortest"
)

// Message is one line of the ledger: the body as it came.
type Message map[string]any

// Upload is one uploaded file.
type Upload struct{ Name, Content string }

// Server is the fake. Close its Faults to end requests that hang.
type Server struct {
	*vendortest.Faults

	key      string
	mu       sync.Mutex
	messages []Message
	uploads  []Upload
	// answers are by the code in their address; open ones are nil.
	answers map[string]Message
}

// New makes a fake with one robot.
func New(key string) *Server {
	return &Server{Faults: vendortest.NewFaults(), key: key, answers: map[string]Message{}}
}

// Messages returns what was said in the group.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Uploads returns the uploaded files.
func (s *Server) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.uploads)
}

// ServeHTTP is the robot's API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sending := r.URL.Path == "/cgi-bin/webhook/send"
	answering := r.URL.Path == answerPath
	if (sending || answering) && s.Play(w, r) {
		return
	}
	if answering && r.Method == http.MethodPost {
		s.takeAnswer(w, r)
		return
	}
	switch {
	case r.Method != http.MethodPost || !sending && r.URL.Path != "/cgi-bin/webhook/upload_media":
		w.WriteHeader(http.StatusNotFound)
	case r.URL.Query().Get("key") != s.key:
		answer(w, 93000, "invalid webhook url, hint: [1234], from ip: 192.0.2.1")
	case sending:
		s.say(w, r)
	default:
		s.upload(w, r)
	}
}

func (s *Server) say(w http.ResponseWriter, r *http.Request) {
	var m Message
	if err := json.NewDecoder(io.LimitReader(r.Body, 8<<20)).Decode(&m); err != nil {
		answer(w, 40035, "invalid parameter")
		return
	}
	form, _ := m["msgtype"].(string)
	content, _ := m[form].(map[string]any)
	code := check(form, content)
	s.mu.Lock()
	if form == "file" && !s.uploaded(content["media_id"]) {
		code = 40007
	}
	if code != 0 {
		s.mu.Unlock()
		answer(w, code, "refused")
		return
	}
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	s.Lose()
	answer(w, 0, "ok")
}

// uploaded tells whether there is a file of that media id. s.mu is held.
func (s *Server) uploaded(id any) bool {
	for i := range s.uploads {
		if id == mediaID(i+1) {
			return true
		}
	}
	return false
}

func mediaID(n int) string { return "media-" + strconv.Itoa(n) }

// check is 0, or the errcode.
func check(form string, c map[string]any) int {
	word := func(name string) string { v, _ := c[name].(string); return v }
	list := func(name string) []any { v, _ := c[name].([]any); return v }
	switch form {
	case "text", "markdown", "markdown_v2":
		limit := 4096
		if form == "text" {
			limit = 2048
		}
		switch n := len(word("content")); {
		case n == 0:
			return 44004
		case n > limit:
			return 45002
		}
	case "image":
		data, err := base64.StdEncoding.DecodeString(word("base64"))
		sum := md5.Sum(data) //nolint:gosec // See the import.
		if err != nil || hex.EncodeToString(sum[:]) != word("md5") {
			return 40058
		}
	case "news":
		switch n := len(list("articles")); {
		case n == 0:
			return 44003
		case n > 8:
			return 45008
		}
	case "file":
		// The ledger knows what was uploaded.
	case "template_card":
		if word("card_type") == "" || c["card_action"] == nil {
			return 42045
		}
	default:
		return 40008
	}
	return 0
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	f, header, err := r.FormFile("media")
	if err != nil || r.URL.Query().Get("type") != "file" {
		answer(w, 40058, "no media")
		return
	}
	content, err := io.ReadAll(f)
	if err != nil || len(content) <= 5 {
		answer(w, 40006, "invalid media size")
		return
	}
	s.mu.Lock()
	s.uploads = append(s.uploads, Upload{header.Filename, string(content)})
	id := mediaID(len(s.uploads))
	s.mu.Unlock()
	write(w, map[string]any{"errcode": 0, "errmsg": "ok", "type": "file", "media_id": id, "created_at": "1772618402"})
}

func answer(w http.ResponseWriter, code int, text string) {
	write(w, map[string]any{"errcode": code, "errmsg": text})
}

func write(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}
