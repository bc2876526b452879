package nodes

import (
	"fmt"

	"sluice/engine"
	"sluice/flows"
)

// checkLength warns of a text that the channel type cannot carry, as far as it
// is known before a run: what stands in {{ }} is not counted.
func checkLength(c *engine.Compiler, channelType string, path ...string) {
	t, ok := flows.ChannelTypeNamed(channelType)
	if !ok || t.TextLength == 0 {
		return
	}
	if n := c.Template(path...).LiteralLength(); n > t.TextLength {
		c.Warn("text_too_long", fmt.Sprintf("The text has %d characters; %s takes %d.", n, t.Title, t.TextLength), "Shorten it, or send it in parts.", path...)
	}
}
