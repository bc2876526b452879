package twiliotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var (
	number     = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	contentSID = regexp.MustCompile(`^HX[0-9a-fA-F]{32}$`)
	serviceSID = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
)

// refusal is why Twilio does not create a message.
type refusal struct {
	code    int
	message string
}

// page is the id of a Page, or of a person on Messenger.
var page = regexp.MustCompile(`^\d{5,25}$`)

// channelOf is what an address is of, and the rest of it.
func channelOf(address string) (channel, rest string) {
	channel, rest, ok := strings.Cut(address, ":")
	if !ok {
		return "", address
	}
	return channel, rest
}

// create handles POST Messages.json.
func (s *Server) create(w http.ResponseWriter, r *http.Request, user string) {
	if err := r.ParseForm(); err != nil {
		problem(w, http.StatusBadRequest, 20001, "The body is not a form")
		return
	}
	f := r.PostForm
	m := &Message{
		To: f.Get("To"), From: f.Get("From"), ServiceSID: f.Get("MessagingServiceSid"), Body: f.Get("Body"),
		MediaURL: f.Get("MediaUrl"), ContentSID: f.Get("ContentSid"), ContentVariables: f.Get("ContentVariables"),
		StatusCallback: f.Get("StatusCallback"), ValidityPeriod: f.Get("ValidityPeriod"), User: user, Status: "queued",
		ScheduleType: f.Get("ScheduleType"), SendAt: f.Get("SendAt"),
	}
	if m.ServiceSID == "" {
		// As Twilio does, without a word.
		m.ScheduleType, m.SendAt = "", ""
	}
	if no := s.check(m); no != nil {
		problem(w, http.StatusBadRequest, no.code, no.message)
		return
	}
	segments := segmentsOf(m.Body)
	if m.ServiceSID != "" {
		m.Status, segments = "accepted", 0
	}
	if m.ScheduleType != "" {
		m.Status = "scheduled"
	}
	created := s.add(*m)
	s.cutAfterAccepting()
	answer(w, http.StatusCreated, map[string]any{
		"sid": created.SID, "account_sid": s.options.AccountSID, "status": created.Status, "to": created.To, "from": orNull(created.From),
		"messaging_service_sid": orNull(created.ServiceSID), "body": created.Body, "num_segments": strconv.Itoa(segments),
		"direction": "outbound-api", "api_version": "2010-04-01", "price": nil, "error_code": nil, "error_message": nil,
	})
}

// check finds the first thing that Twilio would refuse.
func (s *Server) check(m *Message) *refusal {
	toChannel, to := channelOf(m.To)
	fromChannel, _ := channelOf(m.From)
	sender := m.From
	if m.ServiceSID != "" {
		sender = m.ServiceSID
	}
	s.mu.Lock()
	optedOut := s.optedOut[m.To]
	s.mu.Unlock()
	switch {
	case m.To == "":
		return &refusal{21604, "A 'To' phone number is required."}
	case sender == "":
		return &refusal{21603, "A 'From' phone number is required."}
	case toChannel == "messenger" && !page.MatchString(to) || toChannel != "messenger" && !number.MatchString(to):
		return &refusal{21211, "Invalid 'To' Phone Number: " + mask(m.To)}
	case m.ServiceSID != "" && !serviceSID.MatchString(m.ServiceSID):
		return &refusal{21701, "The Messaging Service does not exist"}
	case m.ServiceSID == "" && toChannel != fromChannel:
		return &refusal{21910, "Invalid From and To pair. From and To should be of the same channel"}
	case fromChannel != "" && !s.owns(s.options.Senders, sender):
		return &refusal{63007, "Twilio could not find a Channel with the specified From address"}
	case !s.owns(s.options.Senders, sender):
		return &refusal{21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination."}
	case optedOut:
		return &refusal{21610, "Attempt to send to unsubscribed recipient"}
	}
	return s.checkContent(m)
}

func (s *Server) checkContent(m *Message) *refusal {
	switch {
	case m.Body == "" && m.MediaURL == "" && m.ContentSID == "":
		return &refusal{21619, "A text message body or media urls must be specified."}
	case len(utf16.Encode([]rune(m.Body))) > 1600:
		return &refusal{21617, "The concatenated message body exceeds the 1600 character limit."}
	case m.MediaURL != "" && !absolute(m.MediaURL):
		return &refusal{21620, "Invalid media URL(s)"}
	case m.ContentSID != "" && (!contentSID.MatchString(m.ContentSID) || !s.owns(s.options.Templates, m.ContentSID)):
		return &refusal{21655, "The ContentSid is Invalid"}
	case m.ContentVariables != "" && json.Unmarshal([]byte(m.ContentVariables), &map[string]string{}) != nil:
		return &refusal{21656, "The Content Variables parameter is invalid."}
	case m.StatusCallback != "" && !absolute(m.StatusCallback):
		return &refusal{21609, "The 'StatusCallback' URL " + m.StatusCallback + " is not a valid URL."}
	}
	if no := s.checkTime(m); no != nil {
		return no
	}
	if m.ValidityPeriod != "" {
		if n, err := strconv.Atoi(m.ValidityPeriod); err != nil || n < 1 || n > 36000 {
			return &refusal{20001, "ValidityPeriod must be between 1 and 36000"}
		}
	}
	return nil
}

// add puts the message into the ledger, with a SID, and starts its script.
func (s *Server) add(m Message) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.SID = fmt.Sprintf("SM%032x", len(s.messages)+1)
	s.messages = append(s.messages, &m)
	steps := defaultScript(m)
	if m.Status == "scheduled" {
		// It goes out when the test says so: see Advance.
		return m
	}
	if s.options.Script != nil {
		steps = s.options.Script(m)
	}
	if !s.closed {
		sid := m.SID
		s.running.Go(func() { s.play(sid, steps) })
	}
	return m
}

func defaultScript(m Message) []Step {
	steps := []Step{{Status: "sent"}, {Status: "delivered"}}
	if strings.HasPrefix(m.To, "whatsapp:") {
		steps = append(steps, Step{Status: "read"})
	}
	return steps
}

func absolute(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// mask hides the middle of a number, as Twilio does in this message.
func mask(to string) string {
	if len(to) < 6 {
		return to
	}
	return to[:3] + "XXXX" + to[len(to)-2:]
}

// segmentsOf counts SMS segments: 160 or 153 septets of plain text, 70 or 67
// UTF-16 units otherwise.
func segmentsOf(text string) int {
	single, part := 160, 153
	n := len(text)
	for _, r := range text {
		if r > 127 {
			single, part = 70, 67
			n = len(utf16.Encode([]rune(text)))
			break
		}
	}
	if n <= single {
		return 1
	}
	return (n + part - 1) / part
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
