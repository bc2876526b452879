package twilio

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/server/channels"
)

// Twilio holds messages that are more than 300 s and at most 35 days ahead
// (error 35115). We keep well within both, for clocks that differ and for sends
// that are tried again.
const (
	minAhead = 10 * time.Minute
	maxAhead = 35*24*time.Hour - time.Hour
)

// Schedules implements channels.Scheduler. Without a Messaging Service Twilio
// drops the time in silence and sends at once; without a public address nobody
// would tell us when it was sent.
func (p *Provider) Schedules(a channels.Account, sendAt, now time.Time) bool {
	ahead := sendAt.Sub(now)
	return p.kind.Setting(a, settingWaiting) == waitingThere && a.Type != channels.Messenger && isService(a.Settings[settingSender]) &&
		a.HookURL != "" && ahead >= minAhead && ahead <= maxAhead
}

// Withdraw cancels a message that Twilio holds. Error 30409 says that it is too
// late.
func (p *Provider) Withdraw(ctx context.Context, a channels.Account, providerMessageID string) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	req, err := p.request(ctx, a, http.MethodPost, "/Messages/"+url.PathEscape(providerMessageID)+".json", url.Values{"Status": {"canceled"}})
	if err != nil {
		return err
	}
	_, err = p.call(a, req)
	return err
}

// Check implements channels.Checker.
func (p *Provider) Check(a channels.Account) []channels.FieldError {
	if p.kind.Setting(a, settingWaiting) != waitingThere || isService(a.Settings[settingSender]) && a.Type != channels.Messenger {
		return nil
	}
	message := "Twilio holds messages of a Messaging Service only: make its SID (MG…) the sender."
	if a.Type == channels.Messenger {
		message = "Twilio holds no messages on Messenger."
	}
	return []channels.FieldError{{Field: "settings." + settingWaiting, Message: message}}
}

// isService tells whether a sender is a Messaging Service.
func isService(sender string) bool { return strings.HasPrefix(sender, "MG") && len(sender) == 34 }
