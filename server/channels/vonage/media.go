package vonage

import (
	"context"
	"net/http"
	"strings"

	"sluice/server/channels"
)

// MediaRequest asks for a file of an incoming message. Where the application has
// "Secure Inbound Media", Vonage's media servers want its token; elsewhere they
// take no notice of it.
func (p *Provider) MediaRequest(ctx context.Context, a channels.Account, m channels.Media) (*http.Request, error) {
	req, err := channels.MediaGet(ctx, m.URL)
	if err != nil {
		return nil, err
	}
	own := channels.SameHost(req.URL, a.Base(defaultBaseURL)) || channels.UnderHost(req.URL, "nexmo.com") || channels.UnderHost(req.URL, "vonage.com")
	if own && usesApplication(a) && strings.HasPrefix(req.URL.Path, "/v3/media/") {
		return req, p.authorize(req, a)
	}
	return req, nil
}
