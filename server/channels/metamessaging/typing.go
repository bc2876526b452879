package metamessaging

import (
	"context"
	"net/http"

	"sluice/server/channels"
)

// ShowTyping implements channels.Typer: the sender action shows that somebody
// writes until the next message, for 20 s at most.
func (p *Provider) ShowTyping(ctx context.Context, a channels.Account, to, _ string) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	req, err := p.api.Request(ctx, a, http.MethodPost, a.Settings[settingAccount], "/messages", nil,
		object{"recipient": object{"id": to}, "sender_action": "typing_on"})
	if err != nil {
		return err
	}
	_, err = p.api.Call(a, req)
	return err
}
