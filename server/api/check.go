package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"sluice/flows"
	"sluice/server/auth"
)

const (
	// maxBody bounds requests that are no flow definition.
	maxBody = 256 << 10
	// maxOpenBody bounds requests of those who are not signed in.
	maxOpenBody = 16 << 10
	// maxHookBody bounds what providers send.
	maxHookBody = 1 << 20
	// createSlack is what may stand around a definition in a larger body.
	createSlack = 4 << 10
	// maxBodyDepth bounds how deep a request nests, as in flows.
	maxBodyDepth = flows.MaxDepth
)

const bodyKey = "sluice.body"

// check refuses requests that do not fit the API's description, so that
// handlers see only values which do. It keeps the body for the handler.
func (a *API) check(c *gin.Context) {
	op := a.spec.operations[c.Request.Method+" "+c.FullPath()]
	if op == nil {
		a.fail(c, notFound("address"))
		return
	}
	if !isText(c.Request.URL.Path) {
		a.fail(c, notFound("address"))
		return
	}
	if errs := op.checkQuery(c.Request.URL.Query()); len(errs) > 0 {
		a.fail(c, refuse(http.StatusBadRequest, "bad_parameter", "A parameter of the address is wrong.").withErrors(errs))
		return
	}
	if op.body == nil {
		if op.id != "sendFileFromPhone" {
			hangUp(c)
		}
		return
	}
	from := a.gates.api
	if identityOf(c).Role == auth.RoleNone {
		from = a.gates.open
	}
	body, done, err := a.readBody(c, from, claimOf(c), op.maxBody())
	defer done()
	if err == nil {
		err = op.checkType(c, body)
	}
	if err == nil {
		err = op.checkBody(body)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Set(bodyKey, body)
	c.Next()
}

// maxBody is how many bytes of a body are read.
func (o *operation) maxBody() int64 {
	limit := int64(maxBody)
	switch needed, _ := auth.Needs(o.id); {
	case needed == auth.RoleNone:
		limit = maxOpenBody
	case o.document:
		limit = flows.MaxDocument
	case o.id == "createFlow" || o.id == "testFlow":
		limit = flows.MaxDocument + createSlack
	case o.id == "previewTexts" || o.id == "tryFlow" || o.id == "recordTry":
		limit = flows.MaxDocument + maxBody
	}
	return limit
}

// checkType refuses what another site's form could send.
func (o *operation) checkType(c *gin.Context, body []byte) error {
	// A key in the Authorization header is no cookie that a browser would send
	// along with somebody else's form, so its requests may leave the type out.
	if len(body) > 0 && identityOf(c).bySession() && !isJSON(c.ContentType()) {
		return refuse(http.StatusUnsupportedMediaType, "not_json", "The request is not marked as JSON.").
			withHint("Send the header Content-Type: application/json.")
	}
	return nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

func (o *operation) checkBody(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if o.optional {
			return nil
		}
		return refuse(http.StatusBadRequest, "no_body", "The request has no body.").withHint("Send one JSON object.")
	}
	// Of the inputs of a run each is checked by itself, with words of its own.
	if !utf8.Valid(body) || o.id != "startRun" && holdsNUL(body) {
		return refuse(http.StatusUnprocessableEntity, "not_text", "The request holds characters that are not text.").
			withHint("Send UTF-8 without the character U+0000.")
	}
	if o.document {
		// The flow's own decoder finds everything that is wrong with it.
		return nil
	}
	value, err := parseJSON(body)
	if err != nil {
		return err
	}
	if err := o.body.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").withErrors(fieldProblems(err))
	}
	return nil
}

// parseJSON reads one JSON value that nests no deeper than flows may.
func parseJSON(body []byte) (any, error) {
	if deeperThan(body, maxBodyDepth) {
		return nil, refuse(http.StatusBadRequest, "too_deep", "The request nests too deep.").
			withDetail(fmt.Sprintf("At most %d levels are read.", maxBodyDepth))
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		detail := "It is not JSON."
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := body[:min(int(syntax.Offset), len(body))]
			line := bytes.Count(before, []byte{'\n'}) + 1
			column := len(before) - bytes.LastIndexByte(before, '\n') - 1
			detail = fmt.Sprintf("Line %d, column %d: %s.", line, max(column, 1), syntax)
		}
		return nil, refuse(http.StatusBadRequest, "bad_json", "The request is not JSON.").withDetail(detail)
	}
	return value, nil
}

// isText reports whether a value of the address can be stored and looked up:
// PostgreSQL takes no other.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// holdsNUL reports whether a JSON text names the character U+0000. Written as
// such it is no JSON anyway.
func holdsNUL(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] == '\\' {
			if bytes.HasPrefix(body[i:], []byte(`\u0000`)) {
				return true
			}
			i++
		}
	}
	return false
}

// deeperThan reports whether brackets nest deeper than limit. It counts
// without parsing, so that the answer is cheap for a hostile body.
func deeperThan(body []byte, limit int) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			if depth++; depth > limit {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

func (o *operation) checkQuery(query url.Values) []FieldProblem {
	var problems []FieldProblem
	for _, ref := range o.params {
		p := ref.Value
		if p.In != openapi3.ParameterInQuery || !query.Has(p.Name) {
			continue
		}
		schema, text := p.Schema.Value, query.Get(p.Name)
		if !isText(text) {
			problems = append(problems, FieldProblem{Field: p.Name, Code: "not_text", Message: "This holds characters that are not text."})
			continue
		}
		var value any = text
		if schema.Type.Is(openapi3.TypeInteger) {
			n, err := strconv.Atoi(text)
			if err != nil {
				problems = append(problems, FieldProblem{Field: p.Name, Code: "type", Message: "This must be a whole number."})
				continue
			}
			value = float64(n)
		}
		if yes, err := strconv.ParseBool(text); err == nil && schema.Type.Is(openapi3.TypeBoolean) {
			value = yes
		}
		if err := schema.VisitJSON(value); err != nil {
			for _, f := range fieldProblems(err) {
				f.Field, f.Pointer = p.Name, ""
				problems = append(problems, f)
			}
		}
	}
	return problems
}

// fieldProblems turns what the schema check found into words for people.
func fieldProblems(err error) []FieldProblem {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		var all []FieldProblem
		for _, e := range many {
			all = append(all, fieldProblems(e)...)
		}
		return all
	}
	var se *openapi3.SchemaError
	if !errors.As(err, &se) {
		return []FieldProblem{{Code: "invalid", Message: "This does not fit."}}
	}
	path := se.JSONPointer()
	p := FieldProblem{Code: se.SchemaField, Message: schemaMessage(se)}
	if se.SchemaField == "properties" {
		var name string
		if _, err := fmt.Sscanf(se.Reason, "property %q", &name); err == nil {
			path = append(path, name)
		}
		p.Code = "unknown_field"
	}
	for _, part := range path {
		p.Pointer = flows.Pointer(p.Pointer, part)
	}
	if len(path) > 0 {
		p.Field = path[len(path)-1]
	}
	return []FieldProblem{p}
}

func schemaMessage(e *openapi3.SchemaError) string {
	s := e.Schema
	switch e.SchemaField {
	case "required":
		return "This is missing."
	case "properties":
		return "There is no such field."
	case "type", "nullable":
		if s.Type != nil && len(*s.Type) > 0 {
			return "This must be " + typeWords((*s.Type)[0]) + "."
		}
	case "minLength":
		if s.MinLength == 1 {
			return "This must not be empty."
		}
		return fmt.Sprintf("This needs at least %d characters.", s.MinLength)
	case "maxLength":
		return fmt.Sprintf("This may have at most %d characters.", *s.MaxLength)
	case "minimum":
		return fmt.Sprintf("This must be at least %v.", *s.Min)
	case "maximum":
		return fmt.Sprintf("This must be at most %v.", *s.Max)
	case "maxItems":
		return fmt.Sprintf("This may have at most %d entries.", *s.MaxItems)
	case "enum":
		words := make([]string, 0, len(s.Enum))
		for _, v := range s.Enum {
			words = append(words, fmt.Sprint(v))
		}
		return "This must be one of: " + strings.Join(words, ", ") + "."
	case "format":
		if s.Format == "date-time" {
			return "This must be a time such as 2026-01-31T15:04:05Z."
		}
	case "pattern":
		return "This is not in the expected form (" + s.Pattern + ")."
	}
	return "This does not fit."
}

func typeWords(jsonType string) string {
	switch jsonType {
	case openapi3.TypeString:
		return "text"
	case openapi3.TypeInteger:
		return "a whole number"
	case openapi3.TypeNumber:
		return "a number"
	case openapi3.TypeBoolean:
		return "true or false"
	case openapi3.TypeArray:
		return "a list"
	}
	return "an object"
}

// rawBody is the request's body as it came.
func rawBody(c *gin.Context) []byte {
	body, _ := c.Value(bodyKey).([]byte)
	return body
}

// bodyOf decodes the body, which fits the description, into its generated
// type. It is the zero value when an optional body was left out.
func bodyOf[T any](c *gin.Context) (T, error) {
	var v T
	raw := bytes.TrimSpace(rawBody(c))
	if len(raw) == 0 {
		return v, nil
	}
	// Numbers stay as they are written until somebody knows what they are: as floats,
	// long ones would be other numbers.
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return v, fmt.Errorf("decode a body that fits the description: %w", err)
	}
	return v, nil
}
