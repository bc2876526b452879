package twiliotest

import (
	"net/http"
	"net/url"
	"strconv"
)

// contents answers with a page of the account's contents and their approvals.
func (s *Server) contents(w http.ResponseWriter, r *http.Request) {
	if s.Contents.Play(w, r) {
		return
	}
	query := r.URL.Query()
	size, err := strconv.Atoi(query.Get("PageSize"))
	if err != nil || size < 1 || size > 1000 {
		size = 50
	}
	from := 0
	if token := query.Get("PageToken"); token != "" {
		if from, err = strconv.Atoi(token[len("DN"):]); err != nil {
			problem(w, http.StatusBadRequest, 20001, "PageToken is not valid")
			return
		}
	}
	items, next, _ := s.Contents.Page(from, size)
	var after any
	if next > 0 {
		// The real address names Twilio's own host.
		after = "https://content.twilio.com" + r.URL.Path + "?" +
			url.Values{"PageSize": {strconv.Itoa(size)}, "Page": {"1"}, "PageToken": {"DN" + strconv.Itoa(next)}}.Encode()
	}
	answer(w, http.StatusOK, map[string]any{
		"meta":     map[string]any{"key": "contents", "page": 0, "page_size": size, "next_page_url": after, "previous_page_url": nil},
		"contents": items,
	})
}
