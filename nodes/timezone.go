package nodes

import (
	"fmt"
	"strings"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/engine/moment"
	"sluice/flows"
)

// timezoneField asks for the zone of times that come without an offset.
func timezoneField(help string) flows.Field {
	return flows.Field{
		Name: "timezone", Kind: flows.KindTemplate, Title: "Time zone", Example: "Asia/Manila",
		Help: help + " Write its IANA name, such as Asia/Manila, or {{contact.timezone}} for the contact's. Empty: the workspace's.",
	}
}

// compileTimezone takes the zone in; nil stands for the run's own.
func compileTimezone(c *engine.Compiler) *expression.Template {
	t := c.Template("timezone")
	name := strings.TrimSpace(t.Source())
	if name == "" {
		return nil
	}
	if t.IsLiteral() {
		if _, err := moment.Zone(name); err != nil {
			c.Report("bad_timezone", fmt.Sprintf("There is no time zone %q.", cut(name)), "Write it as in the IANA database, such as Asia/Manila, Europe/Berlin or UTC.", "timezone")
		}
	}
	return t
}

// zoneOf is the zone that a node's times are meant in. One that only the run knows
// may be empty, or none: then it is the run's own.
func zoneOf(v *engine.Visit, t *expression.Template) (*time.Location, error) {
	if t == nil {
		return v.Zone(), nil
	}
	name, err := v.Text(t)
	if err != nil {
		return nil, err
	}
	zone, err := moment.Zone(strings.TrimSpace(name))
	if err != nil {
		return v.Zone(), nil //nolint:nilerr // see above
	}
	return zone, nil
}
