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
		typing:   true,
		readable: true,
	}.nodeType()
}

// SendMessenger sends a message to a person who wrote to a Facebook Page.
func SendMessenger() engine.NodeType {
	return sender{
		kind: "send_messenger", title: "Send Messenger", channelType: "messenger", icon: "message-square-more", hue: "blue",
		help:       "Answers a person on Messenger, for 24 hours after they last wrote.",
		categories: answerCategories(),
		forms:      []flows.Variant{textForm(), imageForm(), videoForm(), audioForm(), documentForm(), buttonsForm()},
		typing:     true,
		readable:   true,
		to:         addressField{example: "{{messengerId}}", help: "The id that Meta gives the person for the Page. Their first message brings it."},
	}.nodeType()
}

// SendInstagram sends a message to a person who wrote to an Instagram account.
func SendInstagram() engine.NodeType {
	return sender{
		kind: "send_instagram", title: "Send Instagram", channelType: "instagram", icon: "camera", hue: "pink",
		help:        "Answers a person on Instagram, for 24 hours after they last wrote.",
		categories:  answerCategories(),
		forms:       []flows.Variant{textForm(), imageForm(), videoForm(), audioForm(), buttonsForm()},
		typing:      true,
		readable:    true,
		undelivered: "Instagram tells when a message is seen, and not when it is delivered.",
		to:          addressField{example: "{{instagramId}}", help: "The id that Meta gives the person for the account. Their first message brings it."},
	}.nodeType()
}

// SendViberBot sends a message to a person who wrote to a Viber bot.
func SendViberBot() engine.NodeType {
	return sender{
		kind: "send_viber_bot", title: "Send Viber bot", channelType: "viber_bot", icon: "bot", hue: "violet",
		help:     "Writes to a person who wrote to a Viber bot.",
		forms:    []flows.Variant{textForm(), imageForm(), documentForm(), buttonsForm()},
		readable: true,
		to:       addressField{example: "{{viberId}}", help: "The id that Viber gives the person for the bot. Their first message brings it."},
	}.nodeType()
}

// answerCategories are Meta's categories of messages outside of templates.
func answerCategories() []flows.Choice {
	return []flows.Choice{{Value: "response", Title: "Response"}, {Value: flows.CategoryAgent, Title: "Human agent"}}
}

// SendEmail sends a mail.
func SendEmail() engine.NodeType {
	return sender{
		kind: "send_email", title: "Send Email", channelType: "email", icon: "mail", hue: "amber",
		help: "Sends a mail with text, HTML and attachments.",
		categories: []flows.Choice{
			{Value: "transactional", Title: "Transactional"}, {Value: "promotional", Title: "Promotional"},
		},
		atMostOnce: []string{"promotional"},
		forms:      []flows.Variant{mailForm()},
		unreported: "Mail servers report neither when a mail is delivered nor when it is read.",
		to:         addressField{example: "{{customerEmail}}", help: "The recipient's email address."},
		summary:    "{message.subject}",
	}.nodeType()
}

// SendWeCom sends a message to the group of a WeCom robot.
func SendWeCom() engine.NodeType {
	return sender{
		kind: "send_wecom", title: "Send WeCom", channelType: "wecom", icon: "users", hue: "teal",
		help:       "Says something in a WeCom group through its robot.",
		forms:      groupForms(),
		unreported: "WeCom reports neither when a robot's message is delivered nor when it is read.",
		nobody:     true,
		summary:    "{message.text}{message.title}{message.articles.*.title}{message.filename}{message.url}",
	}.nodeType()
}

// SendCustom sends a text through a service that its channel describes.
func SendCustom() engine.NodeType {
	return sender{
		kind: "send_custom", title: "Send Custom", channelType: "custom", icon: "globe", hue: "slate",
		help: "Sends a text through any HTTP service, as its channel describes it.",
		categories: []flows.Choice{
			{Value: "transactional", Title: "Transactional"}, {Value: "promotional", Title: "Promotional"},
		},
		atMostOnce: []string{"promotional"},
		forms:      []flows.Variant{textForm()},
		readable:   true,
		to:         addressField{example: "{{customerId}}", help: "The recipient, as the service knows them."},
	}.nodeType()
}
