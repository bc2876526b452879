package metawhatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// MediaRequest asks the Graph API for a file's address, which is good for five
// minutes, and prepares the request for the file: both need the access token.
// Meta keeps what people send for some days, so a new address can be had later.
func (p *Provider) MediaRequest(ctx context.Context, a channels.Account, m channels.Media) (*http.Request, error) {
	object, err := url.Parse(m.URL)
	if err != nil || !channels.SameHost(object, a.Base(defaultBaseURL)) {
		// The channel's base URL is another one than when the message came.
		return nil, &channels.SendError{Class: channels.ClassPermanent, Code: channels.CodeMediaGone, Message: "The file is not at this channel's Graph API."}
	}
	req, err := p.api.Request(ctx, a, http.MethodGet, path.Base(object.Path), "", url.Values{"phone_number_id": {a.Settings[settingPhoneNumber]}}, nil)
	if err != nil {
		return nil, err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return nil, noSuchFile(err)
	}
	var file struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal(body, &file); err != nil || file.URL == "" {
		return nil, unreadableList(err)
	}
	get, err := channels.MediaGet(ctx, file.URL)
	if err != nil {
		return nil, err
	}
	if channels.SameHost(get.URL, a.Base(defaultBaseURL)) || channels.UnderHost(get.URL, "lookaside.fbsbx.com") {
		get.Header.Set("Authorization", "Bearer "+a.Credentials[graph.AccessToken])
	}
	return get, nil
}

// noSuchFile says what an "invalid parameter" is about when a file is all that
// was asked for.
func noSuchFile(err error) error {
	se := channels.AsSendError(err)
	if se.Code == "100" {
		se.Class, se.Code = channels.ClassPermanent, channels.CodeMediaGone
		se.Message, se.Hint = "Meta does not have the file any more.", ""
	}
	return se
}
