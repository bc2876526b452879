package nodes

import (
	"sluice/engine"
	"sluice/flows"
)

// SendSMS sends a text message.
func SendSMS() engine.NodeType {
	return sender{
		kind: "send_sms", title: "Send SMS", channelType: "sms", icon: "message-square", hue: "sky",
		help: "Sends a text message to a phone number.",
		categories: []flows.Choice{
			{Value: "notification", Title: "Notification"}, {Value: "verification", Title: "Verification"}, {Value: "marketing", Title: "Marketing"},
		},
		atMostOnce: []string{"marketing"},
		forms:      []flows.Variant{textForm()},
	}.nodeType()
}

// SendViber sends a Viber business message, addressed by phone number.
func SendViber() engine.NodeType {
	return sender{
		kind: "send_viber", title: "Send Viber", channelType: "viber", icon: "message-circle-more", hue: "violet",
		help: "Sends a Viber business message to a phone number.",
		categories: []flows.Choice{
			{Value: "transactional", Title: "Transactional"}, {Value: "promotional", Title: "Promotional"},
		},
		atMostOnce: []string{"promotional"},
		forms:      []flows.Variant{textForm(), templateForm(), imageForm(), videoForm(), documentForm(), buttonsForm()},
		readable:   true,
	}.nodeType()
}

// SendWhatsApp sends a WhatsApp message.
func SendWhatsApp() engine.NodeType {
	return sender{
		kind: "send_whatsapp", title: "Send WhatsApp", channelType: "whatsapp", icon: "message-circle", hue: "green",
		help:     "Sends a WhatsApp message to a phone number. Outside 24 hours after the recipient's last message only templates are allowed.",
		forms:    []flows.Variant{templateForm(), textForm(), imageForm(), videoForm(), audioForm(), documentForm(), buttonsForm(), listForm()},
		readable: true,
	}.nodeType()
}
