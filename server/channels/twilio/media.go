package twilio

import (
	"context"
	"net/http"

	"sluice/server/channels"
)

// MediaRequest asks for a file of an incoming message. Twilio answers with a
// redirect to where it keeps the file, which needs no credentials and gets none.
func (p *Provider) MediaRequest(ctx context.Context, a channels.Account, m channels.Media) (*http.Request, error) {
	req, err := channels.MediaGet(ctx, m.URL)
	if err != nil {
		return nil, err
	}
	if channels.SameHost(req.URL, a.Base(defaultBaseURL)) || channels.UnderHost(req.URL, "twilio.com") {
		user, password := a.Credentials[credKeySID], a.Credentials[credKeySecret]
		if user == "" {
			user, password = a.Credentials[credAccountSID], a.Credentials[credAuthToken]
		}
		req.SetBasicAuth(user, password)
	}
	return req, nil
}
