package wecomtest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
)

// answerPath is where callbacks are answered ("Active replies").
const answerPath = "/cgi-bin/aibot/response"

// ResponseURL makes an address for one answer, below the fake's own address.
func (s *Server) ResponseURL(base, code string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[code] = nil
	return base + answerPath + "?response_code=" + url.QueryEscape(code)
}

// Answers are those that were taken, by the code in their address.
func (s *Server) Answers() map[string]Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := maps.Clone(s.answers)
	maps.DeleteFunc(taken, func(_ string, m Message) bool { return m == nil })
	return taken
}

// takeAnswer takes markdown and cards, once at each address.
func (s *Server) takeAnswer(w http.ResponseWriter, r *http.Request) {
	var m Message
	code := r.URL.Query().Get("response_code")
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&m); err != nil || r.URL.Query().Has("key") {
		answer(w, 40035, "invalid parameter")
		return
	}
	form, _ := m["msgtype"].(string)
	content, _ := m[form].(map[string]any)
	s.mu.Lock()
	before, open := s.answers[code]
	switch {
	case !open || before != nil:
		s.mu.Unlock()
		answer(w, 846604, "response_code is used or has expired")
		return
	case form != "markdown" && form != "template_card":
		s.mu.Unlock()
		answer(w, 40008, "invalid message type")
		return
	}
	errcode := check(form, content)
	if errcode == 0 {
		s.answers[code] = m
	}
	s.mu.Unlock()
	if errcode == 0 {
		s.Lose()
	}
	answer(w, errcode, "ok")
}
