package graph

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
	"sluice/server/egress"
)

// Problem is an error of the Graph API.
type Problem struct {
	// Code is nil when the answer is no error of the Graph API: zero is a code.
	Code    *int   `json:"code"`
	Subcode int    `json:"error_subcode"`
	Message string `json:"message"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

// Text is the most telling text of the error.
func (e Problem) Text() string {
	if e.Data.Details != "" {
		return e.Data.Details
	}
	return e.Message
}

// refused makes an error of an answer that is not 2xx.
func (p *API) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	var answer struct {
		Error Problem `json:"error"`
	}
	if err := json.Unmarshal(resp.Body, &answer); err != nil {
		answer.Error = Problem{}
	}
	se := p.sendError(answer.Error, resp.Status, p.Kind.Redact(a, answer.Error.Text()))
	if se.Class == channels.ClassRetryable {
		se.RetryAfter = retryAfter(resp.Header)
		if se.RetryAfter == 0 && answer.Error.Code != nil {
			se.RetryAfter = p.PairPause[*answer.Error.Code]
		}
	}
	return se
}

// sendError classifies by code, else by status. details is the redacted text
// of Meta's, for codes that the table does not know.
func (p *API) sendError(e Problem, status int, details string) *channels.SendError {
	if e.Code != nil {
		if se := p.special(e); se != nil {
			return se
		}
		if k, ok := p.Codes.Lookup(*e.Code); ok {
			se := k.Error(strconv.Itoa(*e.Code))
			// The code says only that a parameter is wrong, the details which.
			if *e.Code == 100 && details != "" {
				se.Message = strings.TrimSuffix(se.Message, ".") + ": " + details
			}
			return se
		}
	}
	code := ""
	if e.Code != nil {
		code = strconv.Itoa(*e.Code)
	}
	return channels.AnswerError("Meta", code, details, status, nil)
}

// special finds the form of code 100 ("invalid parameter") that is about the
// channel and not about the message, and what the product adds to it.
func (p *API) special(e Problem) *channels.SendError {
	if *e.Code == 100 && strings.Contains(e.Message, "appsecret_proof") {
		return &channels.SendError{
			Class: channels.ClassAuth, Code: "100",
			Message: "The app secret is not that of the access token's app.",
			Hint:    "Copy the app secret from App settings, Basic, of the same Meta app that the token was made for.",
		}
	}
	if p.Special == nil {
		return nil
	}
	return p.Special(e)
}

// retryAfter is how long Meta asks us to wait: the standard header in seconds,
// or the longest estimate, in minutes, of the one on use cases.
func retryAfter(h http.Header) time.Duration {
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	var usage map[string][]struct {
		Minutes int `json:"estimated_time_to_regain_access"`
	}
	if err := json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &usage); err != nil {
		return 0
	}
	longest := 0
	for _, uses := range usage {
		for _, use := range uses {
			longest = max(longest, use.Minutes)
		}
	}
	return time.Duration(longest) * time.Minute
}
