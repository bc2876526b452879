package metamessaging

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// maxID is longer than any id of Meta's, in bytes.
const maxID = 64

// Verify asks Meta for the account, and for the one that the access token is of.
// The first needs the token and a right to the account; the proof that goes with the
// call needs the app secret, with which webhooks are signed later on. A token of
// another account may well read this one, but sends nothing from it.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	known, err := p.object(ctx, a, a.Settings[settingAccount], "id,name")
	if err != nil {
		return err
	}
	if known.ID == "" {
		return channels.NoAnswer("Meta", nil)
	}
	// Instagram answers with an id for this app alone, whatever it was asked for.
	if a.Type == channels.Messenger && string(known.ID) != a.Settings[settingAccount] {
		return otherAccount(a, "The ID leads to the account", known.ID)
	}
	return p.checkToken(ctx, a)
}

// checkToken refuses a token that Meta says is another account's. "me" is the account
// of the token: the Page (Graph API, "Overview"), or the Instagram account, whose own
// id, the one that webhooks carry, is "user_id" there (Instagram API with Instagram
// Login, "Get started"). An answer without it proves nothing.
func (p *Provider) checkToken(ctx context.Context, a channels.Account) error {
	fields := "id,name"
	if a.Type == channels.Instagram {
		fields = "user_id,username"
	}
	me, err := p.object(ctx, a, "me", fields)
	if err != nil {
		return nil //nolint:nilerr // See above.
	}
	id := me.ID
	if a.Type == channels.Instagram {
		id = me.UserID
		if id == "" && len(me.Data.List) > 0 {
			id = me.Data.List[0].UserID
		}
	}
	if id == "" || len(id) > maxID || string(id) == a.Settings[settingAccount] {
		return nil
	}
	return otherAccount(a, "The access token is that of the account", id)
}

// account is what Meta tells of one. Instagram writes it within "data" or without.
type account struct {
	ID     channels.Word `json:"id"`
	UserID channels.Word `json:"user_id"`
	Data   channels.Items[struct {
		UserID channels.Word `json:"user_id"`
	}] `json:"data"`
}

func (p *Provider) object(ctx context.Context, a channels.Account, id, fields string) (account, error) {
	req, err := p.api.Request(ctx, a, http.MethodGet, id, "", url.Values{"fields": {fields}}, nil)
	if err != nil {
		return account{}, err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return account{}, err
	}
	var found account
	if err := json.Unmarshal(body, &found); err != nil {
		return account{}, channels.NoAnswer("Meta", err)
	}
	return found, nil
}

func otherAccount(a channels.Account, what string, id channels.Word) error {
	kind := "Page"
	if a.Type == channels.Instagram {
		kind = "Instagram account"
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: graph.CodeOtherAccount,
		Message: fmt.Sprintf("%s %s, and the channel is for the %s %s.", what, id[:min(len(id), maxID)], kind, a.Settings[settingAccount]),
		Hint:    "Correct the ID, or use an access token that was made for this " + kind + ".",
	}
}
