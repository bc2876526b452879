package metatest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	number       = regexp.MustCompile(`^\+?[1-9]\d{6,14}$`)
	userID       = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)
	templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
)

// content is the part of a request that holds the message, of any type.
type content struct {
	Body    json.RawMessage `json:"body"`
	Link    string          `json:"link"`
	ID      string          `json:"id"`
	Caption string          `json:"caption"`
	// Name, Language and Components are a template's.
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string      `json:"type"`
		Parameters []parameter `json:"parameters"`
	} `json:"components"`
	// Type and Action are an interactive message's.
	Type   string `json:"type"`
	Action action `json:"action"`
}

type action struct {
	Buttons []struct {
		Reply struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"reply"`
	} `json:"buttons"`
	Button   string `json:"button"`
	Sections []struct {
		Rows []struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"rows"`
	} `json:"sections"`
	Name       string `json:"name"`
	Parameters struct {
		DisplayText string `json:"display_text"`
		URL         string `json:"url"`
	} `json:"parameters"`
}

// Leave makes a recipient one that is not on WhatsApp.
func (s *Server) Leave(to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent[to] = true
}

// create handles POST messages.
func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	var parts map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&parts); err != nil || r.Header.Get("Content-Type") != "application/json" {
		refuse(w, http.StatusBadRequest, 100, "The body is not JSON")
		return
	}
	if text(parts["status"]) != "" {
		s.markRead(w, parts)
		return
	}
	m := Message{
		To: text(parts["to"]), Recipient: text(parts["recipient"]), Type: text(parts["type"]),
		Opaque: text(parts["biz_opaque_callback_data"]), Status: "accepted",
	}
	if m.Type == "" {
		m.Type = "text"
	}
	m.Content = string(parts[m.Type])
	if code, details := s.check(m, text(parts["messaging_product"])); code != 0 {
		refuse(w, http.StatusBadRequest, code, details)
		return
	}
	created := s.add(m)
	s.cutAfterCreating()
	reached := map[string]any{"input": m.To, "wa_id": strings.TrimPrefix(m.To, "+")}
	if m.To == "" {
		reached = map[string]any{"input": m.Recipient, "user_id": m.Recipient}
	}
	answer(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "contacts": []any{reached},
		"messages": []any{map[string]any{"id": created.ID, "message_status": "accepted"}},
	})
}

// check finds the first thing that Meta would refuse; zero means none.
func (s *Server) check(m Message, product string) (code int, details string) {
	s.mu.Lock()
	absent := s.absent[m.To]
	s.mu.Unlock()
	switch {
	case product != "whatsapp":
		return 100, "The parameter messaging_product is required."
	case m.To == "" && m.Recipient == "":
		return 100, "The parameter to is required."
	case m.To != "" && !number.MatchString(m.To), m.To == "" && !userID.MatchString(m.Recipient):
		return 131009, "Parameter value is not valid: recipient"
	case len(m.Opaque) > 512:
		return 131009, "biz_opaque_callback_data is longer than 512 characters"
	case absent:
		return 131026, "Message undeliverable"
	}
	var c content
	if err := json.Unmarshal([]byte(m.Content), &c); err != nil {
		return 131008, "Parameter " + m.Type + " is missing or not an object"
	}
	return s.checkContent(m.Type, c)
}

func (s *Server) checkContent(form string, c content) (code int, details string) {
	switch form {
	case "text":
		return checkText(text(c.Body), 4096)
	case "image", "video", "audio", "document":
		u, err := url.Parse(c.Link)
		switch {
		case c.ID == "" && (err != nil || u.Host == ""):
			return 131053, "Media upload error"
		case form == "audio" && c.Caption != "":
			return 100, "Unexpected key \"caption\" on param \"audio\"."
		}
		return 0, ""
	case "template":
		return s.checkTemplate(c)
	case "interactive":
		return checkInteractive(c)
	}
	return 131051, "Unsupported message type"
}

func (s *Server) checkTemplate(c content) (code int, details string) {
	if !templateName.MatchString(c.Name) || !s.approved(c.Name+"/"+c.Language.Code) {
		return 132001, "template name (" + c.Name + ") does not exist in " + c.Language.Code
	}
	for _, component := range c.Components {
		for _, p := range component.Parameters {
			if !p.complete() {
				return 131008, "Parameter of type " + p.Type + " is missing its value"
			}
		}
	}
	return 0, ""
}

func checkInteractive(c content) (code int, details string) {
	var body struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(c.Body, &body); err != nil {
		return 131008, "interactive.body is missing"
	}
	bad := false
	limit := 1024
	switch a := c.Action; c.Type {
	case "button":
		bad = len(a.Buttons) == 0 || len(a.Buttons) > 3
		for _, b := range a.Buttons {
			bad = bad || b.Reply.ID == "" || outside(b.Reply.Title, 20)
		}
	case "list":
		limit = 4096
		bad = len(a.Sections) != 1 || len(a.Sections[0].Rows) == 0 || len(a.Sections[0].Rows) > 10 || outside(a.Button, 20)
		for _, section := range a.Sections {
			for _, row := range section.Rows {
				bad = bad || row.ID == "" || outside(row.Title, 24)
			}
		}
	case "cta_url":
		bad = a.Name != "cta_url" || outside(a.Parameters.DisplayText, 20) || !strings.HasPrefix(a.Parameters.URL, "http")
	default:
		bad = true
	}
	if bad {
		return 131009, "Parameter value is not valid: interactive.action"
	}
	return checkText(body.Text, limit)
}

func checkText(body string, limit int) (code int, details string) {
	switch {
	case body == "":
		return 131008, "Required parameter is missing: body"
	case outside(body, limit):
		return 131009, fmt.Sprintf("Param body must be at most %d characters long.", limit)
	}
	return 0, ""
}

func outside(s string, limit int) bool { return s == "" || utf8.RuneCountInString(s) > limit }

// text reads a JSON string; anything else is empty.
func text(raw json.RawMessage) string {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return ""
	}
	return s
}

// add puts the message into the ledger, with an id, and starts its script.
func (s *Server) add(m Message) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID = "wamid." + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s/%06d", s.options.PhoneNumberID, len(s.messages)+1))
	s.messages = append(s.messages, &m)
	steps := []Step{{Status: "sent"}, {Status: "delivered"}, {Status: "read"}}
	if s.options.Script != nil {
		steps = s.options.Script(m)
	}
	if !s.closed {
		id := m.ID
		s.running.Go(func() { s.play(id, steps) })
	}
	return m
}
