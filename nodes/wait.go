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

// Wait rests for a duration or until a time.
func Wait() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "wait", Title: "Wait", Group: groupFlow, Icon: "hourglass", Hue: "slate",
			Help:    "Rests for some time, or until a moment, then goes on.",
			Summary: "{for}{until}",
			Ports:   []flows.PortSpec{{Name: "next", Title: "Next", Icon: "arrow-right", Deadline: "for"}},
			Config: []flows.Field{
				{Name: "for", Kind: flows.KindDuration, Title: "For", Example: "15m", Help: "How long to wait. Leave it empty to wait until a moment."},
				{Name: "until", Kind: flows.KindTemplate, Moment: true, Title: "Until", Example: "{{appointment}}", Help: "A moment such as 2026-01-31T09:00:00Z, a local time such as 2026-01-31 09:00, or a date, which begins at midnight. A moment in the past does not wait."},
				timezoneField("Where local times and dates of Until are meant."),
			},
		},
		Compile: compileWait,
	}
}

type wait struct {
	length time.Duration
	until  *expression.Template
	zone   zone
}

func compileWait(c *engine.Compiler) engine.Behaviour {
	var config struct {
		For   string `json:"for"`
		Until string `json:"until"`
	}
	c.Config(&config)
	hasFor, hasUntil := config.For != "", strings.TrimSpace(config.Until) != ""
	switch {
	case hasFor && hasUntil:
		c.Report("ambiguous", "The wait has both a duration and a moment.", "Keep one of them.", "until")
	case !hasFor && !hasUntil:
		c.Report("missing_field", "It is not said how long to wait.", `Fill in For, such as "15m", or Until.`, "for")
	}
	w := &wait{}
	if hasUntil {
		w.until, w.zone = c.Template("until"), compileTimezone(c)
		if w.until.IsLiteral() {
			if _, err := moment.Parse(config.Until, time.UTC); err != nil {
				reportMoment(c, config.Until, "until")
			}
		}
		return w
	}
	w.length = duration(config.For)
	return w
}

func (w *wait) Enter(v *engine.Visit) engine.Move {
	if w.until == nil {
		return engine.Wait(v.EnteredAt().Add(w.length))
	}
	if err := w.zone.enter(v); err != nil {
		return failed(err)
	}
	text, err := v.Text(w.until)
	if err != nil {
		return failed(err)
	}
	until, err := moment.Parse(text, v.Zone())
	if err != nil {
		return noMoment(v, w.until)
	}
	if !until.After(v.Now()) {
		return engine.Leave("next")
	}
	return engine.Wait(until)
}

func (w *wait) Handle(_ *engine.Visit, ev engine.Event) engine.Move {
	if ev.Kind != engine.EventTimer {
		return engine.Ignore("the node waits for a time only")
	}
	return engine.Leave("next")
}

func (w *wait) Exits(func(string) bool) engine.Exits {
	exit := engine.Exit{Port: "next", After: w.length}
	if w.until != nil {
		exit.Unbounded = "the run waits until a moment that only the run knows"
	}
	return engine.Exits{Ports: []engine.Exit{exit}}
}

// reportMoment says that a text of the config is no moment.
func reportMoment(c *engine.Compiler, text, field string) {
	c.Report("bad_time", fmt.Sprintf("%q is not a moment.", text), "Write it as 2026-01-31T09:00:00Z, 2026-01-31 09:00 or 2026-01-31.", field)
}

// noMoment ends a run in which a moment turns out to be none.
func noMoment(v *engine.Visit, t *expression.Template) engine.Move {
	shown, err := v.Masked(t)
	if err != nil {
		return failed(err)
	}
	return engine.Fail("bad_time", fmt.Sprintf("%q is not a moment.", cut(shown)), "It has to be like 2026-01-31T09:00:00Z, 2026-01-31 09:00 or 2026-01-31.")
}

// cut keeps a value short enough for a message.
func cut(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
