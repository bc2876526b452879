package infobiptest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Report is news of one message.
type Report struct {
	// Group and Name are the status, such as DELIVERED, DELIVERED_TO_HANDSET.
	Group string
	Name  string
	// Error is the operator's or Viber's code of a failure, such as
	// SRVC_NOT_VIBER_USER.
	Error string
	// Seen makes it a seen report.
	Seen bool
}

// Body is the report as Infobip writes it.
func (r Report) Body(messageID string) []byte {
	result := map[string]any{"messageId": messageID, "to": "639171234567", "sentAt": "2026-03-04T10:00:00.000+0000"}
	if r.Seen {
		result["seenAt"] = "2026-03-04T10:00:03.000+0000"
	} else {
		failure := map[string]any{"groupId": 0, "groupName": "OK", "id": 0, "name": "NO_ERROR", "description": "No Error", "permanent": false}
		if r.Error != "" {
			failure = map[string]any{"groupId": 1, "groupName": "HANDSET_ERRORS", "id": 1, "name": r.Error, "description": "Failed: " + r.Error, "permanent": true}
		}
		result["doneAt"], result["status"], result["error"] = "2026-03-04T10:00:02.000+0000", statusBody(r.Group, 5, r.Name), failure
	}
	data, err := json.Marshal(map[string]any{"results": []any{result}})
	if err != nil {
		panic("infobiptest: a report cannot be written as JSON: " + err.Error())
	}
	return data
}

// Request is the webhook request that brings the report on a message of the
// ledger to the address which the message named.
func (s *Server) Request(ctx context.Context, messageID string, r Report) (*http.Request, []byte, error) {
	for _, m := range s.Messages() {
		if m.ID != messageID {
			continue
		}
		target := m.DeliveryURL
		if r.Seen {
			target = m.SeenURL
		}
		body := r.Body(messageID)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
		if err != nil {
			return nil, nil, err
		}
		req.Header.Set("Content-Type", "application/json;charset=UTF-8")
		if s.options.WebhookPassword != "" {
			req.SetBasicAuth("infobip", s.options.WebhookPassword)
		}
		return req, body, nil
	}
	return nil, nil, fmt.Errorf("infobiptest: no message %q", messageID)
}
