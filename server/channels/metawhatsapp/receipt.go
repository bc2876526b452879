package metawhatsapp

import (
	"encoding/json"
	"strconv"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// status is one entry of "statuses".
type status struct {
	ID        string          `json:"id"`
	Status    string          `json:"status"`
	Timestamp string          `json:"timestamp"`
	Opaque    string          `json:"biz_opaque_callback_data"`
	Errors    []graph.Problem `json:"errors"`
}

func (p *Provider) receipt(a channels.Account, raw json.RawMessage) (*channels.Receipt, error) {
	var s status
	if err := json.Unmarshal(raw, &s); err != nil || s.ID == "" || s.Status == "" {
		return nil, graph.Malformed("a status has no id or no word for it")
	}
	receipt := &channels.Receipt{
		ProviderMessageID: s.ID,
		MessageID:         s.Opaque,
		Status:            statusOf(s.Status),
		Raw:               s.Status,
		At:                unixTime(s.Timestamp),
	}
	if receipt.Status == channels.StatusFailed {
		receipt.Code, receipt.Reason = p.failure(a, s)
	}
	return receipt, nil
}

// failure explains a failed message: in our words when the code is known.
func (p *Provider) failure(a channels.Account, s status) (code, reason string) {
	if len(s.Errors) == 0 || s.Errors[0].Code == nil {
		return s.Status, ""
	}
	e := s.Errors[0]
	code = strconv.Itoa(*e.Code)
	if k, ok := p.api.Codes.Lookup(*e.Code); ok {
		return code, k.Message
	}
	return code, p.kind.Redact(a, e.Text())
}

// statusOf maps Meta's statuses.
func statusOf(raw string) channels.Status {
	switch raw {
	case "sent":
		return channels.StatusSent
	case "delivered":
		return channels.StatusDelivered
	// Played is read's further step of a voice message.
	case "read", "played":
		return channels.StatusRead
	case "failed":
		return channels.StatusFailed
	}
	return channels.StatusUnknown
}

// unixTime reads Meta's timestamps: Unix seconds as text. It is zero for
// anything else.
func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
