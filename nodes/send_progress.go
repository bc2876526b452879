package nodes

import (
	"encoding/json"
	"strconv"
	"time"

	"sluice/engine"
)

// progress is what a send remembers of its visit.
type progress struct {
	// Status is "", sent, delivered or read.
	Status engine.ReceiptStatus `json:"status,omitempty"`
	// From is the time that the deadlines count from, where that is not the
	// entering of the node.
	From time.Time `json:"from,omitzero"`
}

// from is the time that the deadlines count from.
func (p progress) from(v *engine.Visit) time.Time {
	if p.From.IsZero() {
		return v.EnteredAt()
	}
	return p.From
}

// memory is the progress as JSON. Every receipt reads and writes it, so what it
// nearly always is needs no encoding.
func (p progress) memory() json.RawMessage {
	if !p.From.IsZero() {
		from := `"from":` + strconv.Quote(p.From.Format(time.RFC3339Nano))
		p.From = time.Time{}
		if rest := p.memory()[1:]; len(rest) > 1 {
			return json.RawMessage("{" + from + "," + string(rest))
		}
		return json.RawMessage("{" + from + "}")
	}
	switch p.Status {
	case "":
		return json.RawMessage(`{}`)
	case engine.ReceiptSent:
		return json.RawMessage(`{"status":"sent"}`)
	case engine.ReceiptDelivered:
		return json.RawMessage(`{"status":"delivered"}`)
	case engine.ReceiptRead:
		return json.RawMessage(`{"status":"read"}`)
	case engine.ReceiptFailed:
	}
	return json.RawMessage(`{"status":` + strconv.Quote(string(p.Status)) + `}`)
}

func recallProgress(v *engine.Visit) (progress, error) {
	for _, status := range []engine.ReceiptStatus{"", engine.ReceiptSent, engine.ReceiptDelivered, engine.ReceiptRead} {
		if p := (progress{Status: status}); string(p.memory()) == string(v.Memory()) {
			return p, nil
		}
	}
	var p progress
	err := v.Recall(&p)
	return p, err
}
