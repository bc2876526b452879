package twiliotest

import (
	"net/http"
	"slices"
	"time"
)

// The times that Twilio holds messages for.
const (
	minAhead = 300 * time.Second
	maxAhead = 35 * 24 * time.Hour
)

func (s *Server) checkTime(m *Message) *refusal {
	if m.ScheduleType == "" && m.SendAt == "" {
		return nil
	}
	at, err := time.Parse("2006-01-02T15:04:05Z", m.SendAt)
	ahead := time.Until(at)
	switch {
	case m.ScheduleType != "fixed":
		return &refusal{35111, "ScheduleType has to be fixed"}
	case err != nil || ahead <= minAhead || ahead > maxAhead:
		return &refusal{35115, "SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive"}
	}
	return nil
}

// update handles POST Messages/{Sid}.json, which cancels.
func (s *Server) update(w http.ResponseWriter, r *http.Request, sid string) {
	if r.ParseForm() != nil || r.PostForm.Get("Status") != "canceled" {
		problem(w, http.StatusBadRequest, 20001, "Status has to be canceled")
		return
	}
	s.mu.Lock()
	i := slices.IndexFunc(s.messages, func(m *Message) bool { return m.SID == sid })
	waits := i >= 0 && s.messages[i].Status == "scheduled"
	if waits {
		s.messages[i].Status = "canceled"
	}
	s.mu.Unlock()
	switch {
	case i < 0:
		problem(w, http.StatusNotFound, 20404, "The requested resource was not found")
	case !waits:
		problem(w, http.StatusBadRequest, 30409, "This message cannot be canceled")
	default:
		answer(w, http.StatusOK, map[string]any{"sid": sid, "status": "canceled", "account_sid": s.options.AccountSID})
	}
}
