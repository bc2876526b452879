package metatest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Seen is a message of a person that was marked as read.
type Seen struct {
	MessageID string
	// Typing is true when the person was shown that somebody writes.
	Typing bool
}

// Seen lists the messages of people that were marked as read.
func (s *Server) Seen() []Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Seen(nil), s.seen...)
}

// markRead handles a request with "status": "read".
func (s *Server) markRead(w http.ResponseWriter, parts map[string]json.RawMessage) {
	id := text(parts["message_id"])
	var typing struct {
		Type string `json:"type"`
	}
	indicator := parts["typing_indicator"]
	if indicator != nil && (json.Unmarshal(indicator, &typing) != nil || typing.Type != "text") ||
		text(parts["messaging_product"]) != "whatsapp" || text(parts["status"]) != "read" || !strings.HasPrefix(id, "wamid.") {
		refuse(w, http.StatusBadRequest, 100, "Invalid parameter")
		return
	}
	s.mu.Lock()
	s.seen = append(s.seen, Seen{MessageID: id, Typing: indicator != nil})
	s.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"success": true})
}
