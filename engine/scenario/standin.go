package scenario

import (
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

// standingIn is the program in which nodes that the world answers with "leave"
// do not do their work. It serves one run.
func standingIn(p *engine.Program, answers map[string][]flows.WorldAnswer) *engine.Program {
	needed := false
	for _, list := range answers {
		for _, a := range list {
			needed = needed || a.Leave != nil
		}
	}
	if !needed {
		return p
	}
	return p.WithBehaviours(func(node string, own engine.Behaviour) engine.Behaviour {
		for _, a := range answers[node] {
			if a.Leave != nil {
				return &standIn{Behaviour: own, answers: answers[node]}
			}
		}
		return own
	})
}

// standIn is a node whose result is given, at least at some visits; at the
// others it behaves as itself.
type standIn struct {
	engine.Behaviour

	answers []flows.WorldAnswer
	entries int
	// leave is what the present visit does, or nil.
	leave *flows.WorldLeave
}

// Enter leaves by the given port, at once or when its time has come.
func (s *standIn) Enter(v *engine.Visit) engine.Move {
	s.entries++
	answer, _ := answerOf(s.answers, s.entries)
	if s.leave = answer.Leave; s.leave == nil {
		return s.Behaviour.Enter(v)
	}
	if s.leave.After > 0 {
		return engine.Wait(v.EnteredAt().Add(time.Duration(s.leave.After)))
	}
	return s.exit(v)
}

// Handle waits for the time to leave; nothing else matters to a stand-in.
func (s *standIn) Handle(v *engine.Visit, ev engine.Event) engine.Move {
	switch {
	case s.leave == nil:
		return s.Behaviour.Handle(v, ev)
	case ev.Kind != engine.EventTimer:
		return engine.Ignore("the node's result is given")
	}
	return s.exit(v)
}

func (s *standIn) exit(v *engine.Visit) engine.Move {
	outputs := map[string]any{}
	for name, raw := range s.leave.Outputs {
		value, err := expression.DecodeValue(raw)
		if err != nil {
			return engine.Fail("bad_stand_in", "The given output "+name+" cannot be used: "+err.Error()+".", "Give a smaller value.")
		}
		outputs[name] = value
	}
	if len(outputs) > 0 {
		v.Output(outputs)
	}
	for _, name := range sortedKeys(s.leave.Variables) {
		value, err := expression.DecodeValue(s.leave.Variables[name])
		if err == nil {
			err = v.Set(name, value)
		}
		if err != nil {
			return engine.Fail("bad_stand_in", "The given variable "+name+" cannot be used: "+err.Error()+".", "Give a smaller value.")
		}
	}
	return engine.Leave(s.leave.Port)
}
