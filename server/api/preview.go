package api

import (
	"errors"
	"net/http"
	"time"
	"unicode/utf16"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

// PreviewTexts renders texts of a definition with sample values. All it works
// with comes in the request: it reads no flow, run or channel. The engine's own
// budgets bound what one text costs, the description how many there are.
func (a *API) PreviewTexts(c *gin.Context) {
	body, err := bodyOf[PreviewRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	f, diags := flows.Decode(body.Definition)
	if f == nil {
		a.fail(c, refuse(http.StatusUnprocessableEntity, "bad_definition", "The definition cannot be read.").withDiagnostics(diags))
		return
	}
	preview := engine.NewPreview(f, a.nodes, a.previewSample(body.Sample, zoneOf(c)))
	answer := PreviewResult{Results: make([]PreviewedText, 0, len(body.Texts))}
	for _, text := range body.Texts {
		if c.Request.Context().Err() != nil {
			return // whoever asked has typed on
		}
		answer.Results = append(answer.Results, previewed(preview, text))
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, answer)
}

func (a *API) previewSample(given *PreviewSample, zone *time.Location) engine.Sample {
	now := a.now().UTC().Truncate(time.Millisecond)
	sample := engine.Sample{Now: now.In(zone), StartedAt: now, RunID: "preview"}
	if given == nil {
		return sample
	}
	sample.Variables, sample.Contact, sample.Trigger = valueOf(given.Variables), valueOf(given.Contact), valueOf(given.Trigger)
	sample.Steps = valueOf(given.Steps)
	if given.RunId != nil {
		sample.RunID = *given.RunId
	}
	if given.StartedAt != nil {
		sample.StartedAt = *given.StartedAt
	}
	return sample
}

// valueOf is what an optional field holds, or the zero value.
func valueOf[T any](field *T) (value T) {
	if field != nil {
		value = *field
	}
	return value
}

func previewed(preview *engine.Preview, text PreviewText) PreviewedText {
	render := preview.Template
	if text.Kind == PreviewTextKindExpression {
		render = preview.Expression
	}
	rendered, err := render(text.Text)
	if err == nil {
		return PreviewedText{Text: rendered.Text, Value: rendered.Value, Masked: rendered.Masked}
	}
	problem := PreviewError{Message: "The text cannot be rendered."}
	if found, ok := errors.AsType[*expression.Error](err); ok {
		problem = PreviewError{
			Offset:  utf16Offset(text.Text, found.Offset),
			Message: engine.Sentence(found.Message), Hint: engine.Sentence(found.Hint),
		}
	}
	return PreviewedText{Error: &problem}
}

// utf16Offset turns a place in bytes into one in UTF-16 code units, as browsers
// count.
func utf16Offset(text string, offset int) int {
	units := 0
	for _, r := range text[:min(max(offset, 0), len(text))] {
		units += utf16.RuneLen(r)
	}
	return units
}
