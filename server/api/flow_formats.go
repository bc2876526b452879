package api

import (
	"net/http"

	"sluice/flows"
	"sluice/flows/importers/twiliostudio"
)

// nativeFlow is a definition in our own form. One of another tool is known by
// itself and turned into one; the report then says what became of its parts.
func nativeFlow(raw []byte) ([]byte, *ImportReport, error) {
	if !twiliostudio.Detect(raw) {
		return raw, nil, nil
	}
	f, diags := twiliostudio.Import(raw)
	diags = diags.Bounded()
	if f == nil {
		return nil, nil, refuse(http.StatusUnprocessableEntity, "not_a_flow", "This cannot be read as a flow.").withDiagnostics(diags)
	}
	encoded, err := flows.Encode(f)
	if err != nil {
		return nil, nil, err
	}
	count := twiliostudio.CountOf(f, diags)
	report := &ImportReport{Format: TwilioStudio, Findings: diagnosticList(diags)}
	report.States.Total, report.States.Kept, report.States.Replaced, report.States.Lost = count.Total, count.Kept, count.Replaced, count.Lost
	return encoded, report, nil
}
