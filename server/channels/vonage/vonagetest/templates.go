package vonagetest

import (
	"net/http"
	"strconv"
	"strings"
)

// templates answers with a page of the templates of the account's WhatsApp
// Business Account.
func (s *Server) templates(w http.ResponseWriter, r *http.Request) {
	if s.Templates.Play(w, r) {
		return
	}
	if r.URL.Path != "/v2/whatsapp-manager/wabas/"+s.options.Business+"/templates" {
		refuse(w, http.StatusForbidden, "#forbidden", "Your account does not have permission to perform this action.")
		return
	}
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > 500 {
		limit = 25
	}
	from, err := strconv.Atoi(strings.TrimPrefix(query.Get("after"), "after-"))
	if err != nil {
		from = 0
	}
	items, next, _ := s.Templates.Page(from, limit)
	paging := map[string]any{"cursors": map[string]string{"after": "after-" + strconv.Itoa(from+len(items))}}
	if next > 0 {
		paging["next"] = "https://api.nexmo.com/next"
	}
	answer(w, http.StatusOK, map[string]any{"templates": items, "paging": paging})
}
