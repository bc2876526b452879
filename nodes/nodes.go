// Package nodes holds the node types, one file each: the spec that describes
// it to people and tools, and the behaviour that runs it.
package nodes

import "sluice/engine"

// Standard is the registry of all node types that Sluice has, in the order of
// the palette.
func Standard() *engine.Registry {
	return engine.NewRegistry(
		Start(),
		SendSMS(), SendViber(), SendWhatsApp(), SendMessenger(), SendInstagram(), SendViberBot(), SendEmail(), SendWeCom(), SendCustom(),
		Ask(),
		IdentifyPhone(), Condition(), Jump(), Wait(), End(),
		SetVariables(),
		Placeholder(),
	)
}

// The groups of the palette.
const (
	groupFlow     = "flow"
	groupChannels = "channels"
	groupData     = "data"
)
