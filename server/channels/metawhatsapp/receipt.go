package metawhatsapp

import (
	"strconv"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// status is one entry of "statuses".
type status struct {
	ID        channels.Word                 `json:"id"`
	Status    channels.Word                 `json:"status"`
	Timestamp channels.Word                 `json:"timestamp"`
	Opaque    channels.Word                 `json:"biz_opaque_callback_data"`
	Errors    channels.Items[graph.Problem] `json:"errors"`
}

func (p *Provider) receipt(a channels.Account, s status) (*channels.Receipt, error) {
	if s.ID == "" || s.Status == "" {
		return nil, graph.Malformed("a status has no id or no word for it")
	}
	receipt := &channels.Receipt{
		ProviderMessageID: string(s.ID),
		MessageID:         string(s.Opaque),
		Status:            statusOf(string(s.Status)),
		Raw:               string(s.Status),
		At:                s.Timestamp.Seconds(),
	}
	if receipt.Status == channels.StatusFailed {
		receipt.Code, receipt.Reason = p.failure(a, s)
	}
	return receipt, nil
}

// failure explains a failed message: in our words when the code is known.
func (p *Provider) failure(a channels.Account, s status) (code, reason string) {
	if len(s.Errors.List) == 0 || s.Errors.List[0].Code == nil {
		return string(s.Status), ""
	}
	e := s.Errors.List[0]
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
