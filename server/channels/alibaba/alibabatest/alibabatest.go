// Package alibabatest is a fake Alibaba Cloud for tests: an http.Handler with
// the part of the CAMS and SMS APIs that Sluice uses, behaving as Alibaba
// Cloud's documents say, signatures included. It keeps a ledger of every
// message, writes receipts when it is told to, and can be told to misbehave.
package alibabatest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// Options set up one fake account.
type Options struct {
	KeyID  string
	Secret string
	// Space is the instance; Numbers are its WhatsApp numbers.
	Space   string
	Numbers []string
}

// Message is one line of the ledger.
type Message struct {
	ID     string
	Action string
	// Fields are those of the call: of the form for CAMS, of the query for SMS.
	Fields url.Values
}

// Server is the fake. Close it to end requests that hang.
type Server struct {
	// Templates are the instance's: each a map as GetChatappTemplateDetail
	// answers with.
	Templates *vendortest.Pages

	options Options
	closed  chan struct{}
	close   sync.Once

	mu       sync.Mutex
	messages []Message
	faults   []Fault
}

// New makes a fake account.
func New(o Options) *Server {
	return &Server{Templates: vendortest.NewPages(), options: o, closed: make(chan struct{})}
}

// Close lets go of hanging requests. It may be called twice.
func (s *Server) Close() { s.close.Do(func() { close(s.closed); s.Templates.Close() }) }

// Messages returns the ledger in the order of creation.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	action := r.Header.Get("X-Acs-Action")
	sends := strings.HasPrefix(action, "Send")
	if sends && s.misbehave(w, r) {
		return
	}
	if code := s.authenticate(r, body); code != "" {
		problem(w, http.StatusBadRequest, code)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		problem(w, http.StatusBadRequest, "InvalidParameter")
		return
	}
	switch version := r.Header.Get("X-Acs-Version"); {
	case r.URL.Path != "/":
		problem(w, http.StatusNotFound, "InvalidAction.NotFound")
	case action == "SendChatappMessage" && version == "2020-06-06":
		s.sendChat(w, form)
	case action == "QueryChatappPhoneNumbers" && version == "2020-06-06":
		s.numbers(w, r.URL.Query())
	case isList(action) && s.Templates.Play(w, r):
	case action == "ListChatappTemplate" && version == "2020-06-06":
		s.listTemplates(w, r.URL.Query())
	case action == "GetChatappTemplateDetail" && version == "2020-06-06":
		s.templateDetail(w, r.URL.Query())
	case action == "SendMessageToGlobe" && version == "2018-05-01":
		s.sendSMS(w, r.URL.Query())
	case action == "QueryMessage" && version == "2018-05-01":
		answer(w, map[string]any{"ResponseCode": "MESSAGE_NOT_EXISTS", "ResponseDescription": "The message does not exist."})
	default:
		problem(w, http.StatusNotFound, "InvalidAction.NotFound")
	}
}

func (s *Server) numbers(w http.ResponseWriter, query url.Values) {
	if query.Get("CustSpaceId") != s.options.Space {
		problem(w, http.StatusForbidden, "Forbidden.RAM")
		return
	}
	var numbers []any
	for _, n := range s.options.Numbers {
		numbers = append(numbers, map[string]string{"PhoneNumber": n, "Status": "CONNECTED", "VerifiedName": "My Shop"})
	}
	answer(w, map[string]any{"Code": "OK", "Message": "OK", "PhoneNumbers": numbers})
}

var number = regexp.MustCompile(`^[1-9]\d{6,14}$`)

func (s *Server) sendChat(w http.ResponseWriter, form url.Values) {
	// "When Type is template, TemplateCode must be set; when message, MessageType."
	wanted := "MessageType"
	if form.Get("Type") == "template" {
		wanted = "TemplateCode"
	}
	switch {
	case form.Get("CustSpaceId") != s.options.Space:
		problem(w, http.StatusForbidden, "Forbidden.RAM")
	case form.Get(wanted) == "" || form.Get("From") == "" || !slices.Contains([]string{"whatsapp", "viber", "messenger", "instagram"}, form.Get("ChannelType")):
		answer(w, map[string]any{"Code": "Parameter.Invalid", "Message": "A parameter is missing."})
	case wanted == "MessageType" && !json.Valid([]byte(form.Get("Content"))):
		answer(w, map[string]any{"Code": "Parameter.Invalid", "Message": "Content is not JSON."})
	case form.Get("MessageType") == "text" && strings.Contains(form.Get("Content"), `"text":""`):
		answer(w, map[string]any{"Code": "Parameter.Invalid", "Message": "Content has no text."})
	case !number.MatchString(form.Get("To")):
		answer(w, map[string]any{"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "The number is illegal."})
	default:
		s.take(w, "SendChatappMessage", form, map[string]any{"Code": "OK", "Message": "OK"})
	}
}

func (s *Server) sendSMS(w http.ResponseWriter, query url.Values) {
	switch {
	case query.Get("Message") == "":
		answer(w, map[string]any{"ResponseCode": "Parameter.Invalid", "ResponseDescription": "Message is empty."})
	case !number.MatchString(query.Get("To")):
		answer(w, map[string]any{"ResponseCode": "MOBILE_NUMBER_ILLEGAL", "ResponseDescription": "The number is illegal."})
	default:
		s.take(w, "SendMessageToGlobe", query, map[string]any{
			"ResponseCode": "OK", "ResponseDescription": "OK", "Segments": strconv.Itoa(1 + len(query.Get("Message"))/161),
		})
	}
}

// take puts the message into the ledger and answers.
func (s *Server) take(w http.ResponseWriter, action string, fields url.Values, said map[string]any) {
	s.mu.Lock()
	if len(s.faults) > 0 && s.faults[0].Code != "" {
		code := s.faults[0].Code
		s.faults = s.faults[1:]
		s.mu.Unlock()
		answer(w, map[string]any{"Code": code, "Message": "Refused: " + code})
		return
	}
	id := "20260304" + strconv.Itoa(1000+len(s.messages))
	s.messages = append(s.messages, Message{ID: id, Action: action, Fields: fields})
	lose := len(s.faults) > 0 && s.faults[0].LoseAnswer
	if lose {
		s.faults = s.faults[1:]
	}
	s.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler)
	}
	said["MessageId"], said["RequestId"] = id, "90E63D28-E31D-1EB2-8939-A94866411B20"
	answer(w, said)
}

// authenticate checks the signature from the request alone, written anew from
// the document rather than shared with the code that it checks. It returns the
// gateway's code of what is wrong.
func (s *Server) authenticate(r *http.Request, body []byte) string {
	rest, found := strings.CutPrefix(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256 ")
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	switch {
	case !found || r.Header.Get("X-Acs-Signature-Nonce") == "" || r.Header.Get("X-Acs-Date") == "":
		return "IncompleteSignature"
	case parts["Credential"] != s.options.KeyID:
		return "InvalidAccessKeyId.NotFound"
	}
	var headers strings.Builder
	for name := range strings.SplitSeq(parts["SignedHeaders"], ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		headers.WriteString(name + ":" + value + "\n")
	}
	sum := sha256.Sum256(body)
	content := hex.EncodeToString(sum[:])
	canonical := r.Method + "\n" + r.URL.Path + "\n" + r.URL.RawQuery + "\n" + headers.String() + "\n" + parts["SignedHeaders"] + "\n" + content
	sum = sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(s.options.Secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(sum[:])))
	if parts["Signature"] != hex.EncodeToString(mac.Sum(nil)) || r.Header.Get("X-Acs-Content-Sha256") != content {
		return "SignatureDoesNotMatch"
	}
	return ""
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_ = json.NewEncoder(w).Encode(body)
}

// problem answers as the gateway does when it refuses a request.
func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{
		"RequestId": "90E63D28-E31D-1EB2-8939-A94866411B20", "HostId": "cams.ap-southeast-1.aliyuncs.com", "Code": code, "Message": "Refused: " + code,
	})
}
