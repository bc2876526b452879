package api

import (
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sluice/server/store"
	"sluice/server/templates"
)

// templateOf describes a template.
func templateOf(t store.Template) (Template, error) {
	read, err := templates.Of(t)
	if err != nil {
		return Template{}, err
	}
	out := Template{
		Id: t.ID, Slug: t.Slug, Name: t.Name, Language: t.Language, Category: t.Category, ChannelType: t.ChannelType, Text: t.Body,
		Footer: read.Footer, Buttons: make([]TemplateButton, 0, len(read.Buttons)), ParameterList: make([]TemplateParameter, 0, len(read.Parameters)),
		Parameters: t.Parameters, Status: TemplateStatus(t.Status), StatusReason: t.StatusReason, Quality: TemplateQuality(t.Quality),
		ProviderRef: t.ProviderID, SeenAt: optionalTime(t.SeenAt.Time), GoneAt: optionalTime(t.GoneAt.Time),
		CreatedAt: t.CreatedAt.Time, UpdatedAt: t.UpdatedAt.Time,
	}
	if h := read.Header; h != nil {
		out.Header = &TemplateHeader{Format: TemplateHeaderFormat(h.Format), Text: h.Text, Url: h.URL}
	}
	for _, b := range read.Buttons {
		out.Buttons = append(out.Buttons, TemplateButton{Type: TemplateButtonType(b.Type), Text: b.Text, Url: b.URL, Phone: b.Phone, Code: b.Code})
	}
	for _, p := range read.Parameters {
		out.ParameterList = append(out.ParameterList, TemplateParameter{Name: p.Name, Kind: TemplateParameterKind(p.Kind), Example: p.Example})
	}
	if t.SourceKind != "" {
		out.Source = &TemplateSource{Kind: t.SourceKind, ChannelId: t.SourceChannelID, VendorId: t.VendorID, VendorName: t.VendorName}
	}
	return out, nil
}

func (a *API) answerTemplate(c *gin.Context, status int, t store.Template) {
	out, err := templateOf(t)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(status, out)
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// maxParameters is more than any provider takes in one template.
const maxParameters = 100

// countParameters finds how many parameters the text has: {{1}} to {{n}},
// each at least once.
func countParameters(text string) (int, error) {
	seen, highest := map[int]bool{}, 0
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 || n > maxParameters {
			return 0, textProblem("{{" + m[1] + "}} is no placeholder: write {{1}}, {{2}} and so on.")
		}
		seen[n], highest = true, max(highest, n)
	}
	for n := 1; n <= highest; n++ {
		if !seen[n] {
			return 0, textProblem("{{" + strconv.Itoa(n) + "}} is missing: placeholders count up from {{1}}.")
		}
	}
	return highest, nil
}

func textProblem(message string) error {
	return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
		withErrors([]FieldProblem{{Field: "text", Pointer: "/text", Code: "placeholder", Message: message}})
}

// ListTemplates answers with a page of templates.
func (a *API) ListTemplates(c *gin.Context, params ListTemplatesParams) {
	after, err := placeAt[string](params.Cursor)
	if err != nil {
		a.fail(c, err)
		return
	}
	limit := pageLimit(params.Limit)
	found, err := a.store.ListTemplatesOf(c.Request.Context(), workspaceOf(c), textOf(params.ChannelType), textOf(after), limit+1)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := TemplateList{Items: make([]Template, 0, len(found))}
	if len(found) > limit {
		found = found[:limit]
		list.NextCursor = cursorOf(found[limit-1].ID)
	}
	for _, t := range found {
		item, err := templateOf(t)
		if err != nil {
			a.fail(c, err)
			return
		}
		list.Items = append(list.Items, item)
	}
	c.JSON(http.StatusOK, list)
}

// CreateTemplate records a template.
func (a *API) CreateTemplate(c *gin.Context) {
	body, err := bodyOf[NewTemplate](c)
	if err == nil {
		body.Name, err = cleanName(body.Name)
	}
	if err == nil {
		err = a.checkChannelType(body.ChannelType)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	t := store.Template{
		ChannelType: body.ChannelType, Name: body.Name, Language: body.Language, Category: textOf(body.Category),
		Body: body.Text, ProviderID: textOf(body.ProviderRef), Status: store.TemplateDraft,
	}
	t.Slug = cmp.Or(textOf(body.Slug), slugOf(body.Name), "template")
	if body.Status != nil {
		t.Status = store.TemplateStatus(*body.Status)
	}
	if t.Parameters, err = countParameters(t.Body); err == nil {
		t, err = a.store.CreateTemplate(c.Request.Context(), workspaceOf(c), t)
	}
	if errors.Is(err, store.ErrConflict) {
		err = refuse(http.StatusConflict, "taken", "There is such a template in this language already.").
			withErrors([]FieldProblem{{Field: "slug", Pointer: "/slug", Code: "taken", Message: "This name is taken for this channel type and language."}}).
			withHint("Choose another name or language.")
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Header("Location", BasePath+"/templates/"+t.ID)
	a.answerTemplate(c, http.StatusCreated, t)
}

// checkChannelType refuses a type that no provider serves.
func (a *API) checkChannelType(channelType string) error {
	var known []string
	for _, k := range a.channels.Kinds() {
		for _, t := range k.ChannelTypes {
			if string(t) == channelType {
				return nil
			}
			known = append(known, string(t))
		}
	}
	return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
		withErrors([]FieldProblem{{
			Field: "channel_type", Pointer: "/channel_type", Code: "unknown",
			Message: "There is no such channel type.", Hint: optionalText("Known here: " + strings.Join(unique(known), ", ") + "."),
		}})
}

func unique(words []string) []string {
	var list []string
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	return list
}

func (a *API) template(c *gin.Context, id string) (store.Template, bool) {
	t, err := a.store.Template(c.Request.Context(), workspaceOf(c), id)
	if err != nil {
		a.fail(c, templateError(err))
		return store.Template{}, false
	}
	return t, true
}

// GetTemplate answers with one template.
func (a *API) GetTemplate(c *gin.Context, templateID TemplateID) {
	if t, ok := a.template(c, templateID); ok {
		a.answerTemplate(c, http.StatusOK, t)
	}
}

// UpdateTemplate changes a template.
func (a *API) UpdateTemplate(c *gin.Context, templateID TemplateID) {
	body, err := bodyOf[TemplatePatch](c)
	if err == nil && body.Name != nil {
		*body.Name, err = cleanName(*body.Name)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	t, ok := a.template(c, templateID)
	if !ok {
		return
	}
	if t.SourceKind != "" {
		a.renameImported(c, t, body)
		return
	}
	for to, from := range map[*string]*string{&t.Name: body.Name, &t.Category: body.Category, &t.Body: body.Text, &t.ProviderID: body.ProviderRef} {
		if from != nil {
			*to = *from
		}
	}
	if body.Status != nil {
		t.Status = store.TemplateStatus(*body.Status)
	}
	if t.Parameters, err = countParameters(t.Body); err == nil {
		t, err = a.store.UpdateTemplate(c.Request.Context(), workspaceOf(c), t)
	}
	if err != nil {
		a.fail(c, templateError(err))
		return
	}
	a.answerTemplate(c, http.StatusOK, t)
}

// renameImported changes what is ours of an imported template: its name here.
// The rest would be what the provider does not know, until the next import.
func (a *API) renameImported(c *gin.Context, t store.Template, body TemplatePatch) {
	if body.Category != nil || body.Text != nil || body.Status != nil || body.ProviderRef != nil {
		a.fail(c, refuse(http.StatusConflict, "imported", "This template was imported, so only its name can be changed here.").
			withHint("Change it at the provider, and import the channel's templates again."))
		return
	}
	if body.Name != nil {
		t.Name = *body.Name
	}
	t, err := a.store.UpdateTemplate(c.Request.Context(), workspaceOf(c), t)
	if err != nil {
		a.fail(c, templateError(err))
		return
	}
	a.answerTemplate(c, http.StatusOK, t)
}

// DeleteTemplate removes a template.
func (a *API) DeleteTemplate(c *gin.Context, templateID TemplateID) {
	if err := a.store.DeleteTemplate(c.Request.Context(), workspaceOf(c), templateID); err != nil {
		a.fail(c, templateError(err))
		return
	}
	c.Status(http.StatusNoContent)
}

func templateError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("template")
	}
	return err
}
