// Package standard puts together the providers that every server has. It is a
// package of its own because providers import the contract in channels.
package standard

import (
	"sluice/server/channels"
	"sluice/server/channels/alibaba"
	"sluice/server/channels/email"
	"sluice/server/channels/generichttp"
	"sluice/server/channels/infobip"
	"sluice/server/channels/kannel"
	"sluice/server/channels/metamessaging"
	"sluice/server/channels/metawhatsapp"
	"sluice/server/channels/simulator"
	"sluice/server/channels/twilio"
	"sluice/server/channels/viberbot"
	"sluice/server/channels/vonage"
	"sluice/server/channels/wecom"
	"sluice/server/egress"
)

// Registry makes the registry of all providers: the vendors call out through
// client. Adding a provider is one line here.
func Registry(client *egress.Client, phones *simulator.Simulator) *channels.Registry {
	return channels.NewRegistry(
		phones,
		twilio.New(client),
		infobip.New(client),
		vonage.New(client),
		alibaba.New(client),
		metamessaging.New(client),
		metawhatsapp.New(client),
		viberbot.New(client),
		kannel.New(client),
		wecom.New(client),
		email.New(client),
		generichttp.New(client),
	)
}
