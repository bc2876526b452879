package alibabatest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// listTemplates answers with a page of the instance's templates, without their
// texts.
func (s *Server) listTemplates(w http.ResponseWriter, query url.Values) {
	var page struct {
		Index int `json:"Index"`
		Size  int `json:"Size"`
	}
	if query.Get("CustSpaceId") != s.options.Space {
		problem(w, http.StatusForbidden, "Forbidden.RAM")
		return
	}
	if err := json.Unmarshal([]byte(query.Get("Page")), &page); err != nil || page.Index < 1 || page.Size < 1 {
		answer(w, map[string]any{"Code": "Parameter.Invalid", "Message": "Page is not valid."})
		return
	}
	items, _, total := s.Templates.Page((page.Index-1)*page.Size, page.Size)
	list := make([]any, len(items))
	for i, item := range items {
		t, _ := item.(map[string]any)
		short := map[string]any{"TemplateName": t["Name"]}
		for _, field := range []string{"TemplateCode", "Language", "AuditStatus", "Category", "TemplateType"} {
			short[field] = t[field]
		}
		list[i] = short
	}
	answer(w, map[string]any{"Code": "OK", "Message": "OK", "RequestId": "90E63D28", "ListTemplate": list, "Total": total})
}

// templateDetail answers with one template in one language.
func (s *Server) templateDetail(w http.ResponseWriter, query url.Values) {
	items, _, _ := s.Templates.Page(0, 1<<20)
	for _, item := range items {
		t, _ := item.(map[string]any)
		if t["TemplateCode"] == query.Get("TemplateCode") && t["Language"] == query.Get("Language") && t["TemplateType"] == query.Get("TemplateType") {
			answer(w, map[string]any{"Code": "OK", "Message": "OK", "Data": maps.Clone(t)})
			return
		}
	}
	answer(w, map[string]any{"Code": "ChatApp.Template.NotExist", "Message": "There is no such template."})
}

func isList(action string) bool {
	return strings.HasPrefix(action, "ListChatappTemplate") || action == "GetChatappTemplateDetail"
}
