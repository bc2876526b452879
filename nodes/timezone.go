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

// zone is where a node's local times are meant; the zero value is the run's own.
type zone struct {
	// fixed is a zone that the flow names, template one that only the run knows.
	fixed    *time.Location
	template *expression.Template
}

// compileTimezone takes the zone in.
func compileTimezone(c *engine.Compiler) zone {
	t := c.Template("timezone")
	name := strings.TrimSpace(t.Source())
	if name == "" {
		return zone{}
	}
	if !t.IsLiteral() {
		return zone{template: t}
	}
	fixed, err := moment.Zone(name)
	if err != nil {
		c.Report("bad_timezone", fmt.Sprintf("There is no time zone %q.", cut(name)), "Write it as in the IANA database, such as Asia/Manila, Europe/Berlin or UTC.", "timezone")
	}
	return zone{fixed: fixed}
}

// enter makes the zone that of the visit. One that only the run knows may be empty,
// or none: then it is the run's own.
func (z zone) enter(v *engine.Visit) error {
	if z.fixed != nil {
		v.In(z.fixed)
	}
	if z.template == nil {
		return nil
	}
	name, err := v.Text(z.template)
	if err != nil {
		return err
	}
	if found, err := moment.Zone(strings.TrimSpace(name)); err == nil {
		v.In(found)
	}
	return nil
}
