package nodes

import (
	"time"

	"sluice/engine"
	"sluice/flows"
)

// maxTyping is how long typing is shown at most: Messenger ends it after 20 s,
// WhatsApp after 25 s.
const maxTyping = 20 * time.Second

// typingField asks for how long the recipient sees that somebody writes.
func typingField() flows.Field {
	return flows.Field{
		Name: "typing", Kind: flows.KindDuration, Title: "Show typing for", Example: "3s",
		Help: "The recipient first sees that somebody writes, for up to 20 s, and their last message as read. Only where they wrote within 24 hours and the channel can show it; otherwise the message goes out at once.",
	}
}

func compileTyping(c *engine.Compiler, text string) time.Duration {
	typing := duration(text)
	if typing > maxTyping {
		c.Report("typing_too_long", "Typing is shown for 20 s at most.", `Write a shorter time, such as "3s".`, "typing")
	}
	return typing
}

// typingOfAsk is typingField for the channel types that show it.
func typingOfAsk() flows.Field {
	field := typingField()
	field.When = &flows.Condition{Field: "channel_type", Values: []string{"whatsapp", "messenger", "instagram"}}
	return field
}
