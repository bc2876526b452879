package graph

import (
	"crypto/subtle"
	"fmt"
	"net/http"

	"sluice/server/channels"
)

// Webhook answers Meta's check of the callback URL, and reads a signed
// notification by events. events may return some beside an error; those count.
func Webhook(a channels.Account, r *http.Request, body []byte,
	events func(channels.Account, []byte) ([]channels.Inbound, error),
) ([]channels.Inbound, channels.Reply, error) {
	if r.Method == http.MethodGet {
		return subscribe(a, r)
	}
	if err := verified(a, r, body); err != nil {
		return nil, plainReply(http.StatusForbidden, "The signature is missing or wrong.\n"), err
	}
	// What is signed is Meta's, and would be repeated for a week if it were refused:
	// it is taken also where nothing in it can be used.
	found, err := events(a, body)
	return found, channels.Reply{Status: http.StatusOK}, err
}

// subscribe answers the request that Meta makes when somebody enters the
// callback URL and the verify token in the App Dashboard.
func subscribe(a channels.Account, r *http.Request) ([]channels.Inbound, channels.Reply, error) {
	query := r.URL.Query()
	token, given := a.Credentials[VerifyToken], query.Get("hub.verify_token")
	var err error
	switch {
	case token == "":
		err = fmt.Errorf("%w: the channel has no verify token to compare with", channels.ErrUnverified)
	case a.HookURL == "":
		err = noAddress()
	case query.Get("hub.mode") != "subscribe":
		err = fmt.Errorf("%w: a GET request must be a subscription", channels.ErrUnverified)
	case subtle.ConstantTimeCompare([]byte(token), []byte(given)) != 1:
		err = fmt.Errorf("%w: the verify token differs from the channel's; "+
			"enter the same one beside the callback URL in the Meta App Dashboard", channels.ErrUnverified)
	}
	if err != nil {
		return nil, plainReply(http.StatusForbidden, "The verify token is missing or wrong.\n"), err
	}
	return nil, plainReply(http.StatusOK, query.Get("hub.challenge")), nil
}

// verified checks that Meta signed the body.
func verified(a channels.Account, r *http.Request, body []byte) error {
	secret, signature := a.Credentials[AppSecret], r.Header.Get(SignatureHeader)
	switch {
	case secret == "":
		return fmt.Errorf("%w: the channel has no app secret to check it with", channels.ErrUnverified)
	case a.HookURL == "":
		return noAddress()
	case signature == "":
		return fmt.Errorf("%w: there is no %s header", channels.ErrUnverified, SignatureHeader)
	case r.Method != http.MethodPost:
		return fmt.Errorf("%w: Meta calls with POST, and this is %s", channels.ErrUnverified, r.Method)
	case !validSignature(secret, body, signature):
		return fmt.Errorf("%w: the signature does not match; check that the app secret is current", channels.ErrUnverified)
	}
	return nil
}

func noAddress() error {
	return fmt.Errorf("%w: the server's public address is not set, so Meta was never given one", channels.ErrUnverified)
}

// Malformed is the error for a genuine notification that cannot be understood.
func Malformed(what string) error { return fmt.Errorf("%w: %s", channels.ErrMalformed, what) }

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
