package metatest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// templateFields are those that a template has beside its id.
var templateFields = []string{"id", "name", "language", "status", "category", "parameter_format", "rejected_reason", "quality_score", "components"}

// templates answers with a page of the account's templates: the fields that were
// asked for, and the cursor and address of the next page where there is one.
func (s *Server) templates(w http.ResponseWriter, r *http.Request) {
	if s.Templates.Play(w, r) {
		return
	}
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 25
	}
	from := 0
	if after := query.Get("after"); after != "" {
		if from, err = strconv.Atoi(strings.TrimPrefix(after, "cursor-")); err != nil {
			refuse(w, http.StatusBadRequest, 100, "(#100) Invalid cursor")
			return
		}
	}
	fields := strings.Split(query.Get("fields"), ",")
	for _, field := range fields {
		if !slices.Contains(templateFields, field) {
			refuse(w, http.StatusBadRequest, 100, "(#100) Tried accessing nonexisting field ("+field+") on node type (MessageTemplate)")
			return
		}
	}
	items, next, _ := s.Templates.Page(from, limit)
	data := make([]any, len(items))
	for i, item := range items {
		data[i] = only(item, fields)
	}
	paging := map[string]any{"cursors": map[string]string{"before": "cursor-" + strconv.Itoa(from), "after": "cursor-" + strconv.Itoa(from+len(items))}}
	if next > 0 {
		// The real address holds the access token.
		paging["next"] = "https://graph.example.com/next?access_token=" + s.options.AccessToken
	}
	answer(w, http.StatusOK, map[string]any{"data": data, "paging": paging})
}

// only is an item with the named fields.
func only(item any, fields []string) map[string]any {
	raw, err := json.Marshal(item)
	if err != nil {
		panic(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		panic(err)
	}
	maps.DeleteFunc(all, func(name string, _ any) bool { return !slices.Contains(fields, name) })
	return all
}

// parameter is one of a template message's.
type parameter struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Coupon   string `json:"coupon_code"`
	Image    linked `json:"image"`
	Video    linked `json:"video"`
	Document linked `json:"document"`
}

type linked struct {
	Link string `json:"link"`
}

// complete tells whether the parameter has what its type names.
func (p parameter) complete() bool {
	value, known := map[string]string{
		"text": p.Text, "coupon_code": p.Coupon, "image": p.Image.Link, "video": p.Video.Link, "document": p.Document.Link,
	}[p.Type]
	return known && value != ""
}
