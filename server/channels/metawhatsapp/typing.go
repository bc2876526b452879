package metawhatsapp

import (
	"context"
	"net/http"

	"sluice/server/channels"
)

// ShowTyping implements channels.Typer: it marks the person's last message as
// read, and shows that somebody writes until the next message, for 25 s at most.
func (p *Provider) ShowTyping(ctx context.Context, a channels.Account, _, lastMessageID string) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	req, err := p.api.Request(ctx, a, http.MethodPost, a.Settings[settingPhoneNumber], "/messages", nil, map[string]any{
		"messaging_product": product, "status": "read", "message_id": lastMessageID, "typing_indicator": map[string]string{"type": "text"},
	})
	if err != nil {
		return err
	}
	_, err = p.api.Call(a, req)
	return err
}
