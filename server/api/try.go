package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
)

const (
	// tryBudget is how long one request may compute. Flows that people draw take
	// milliseconds; a hostile one must not hold the others up.
	tryBudget = 5 * time.Second
	// tryPatience is how long a request waits for its turn.
	tryPatience = 10 * time.Second
)

// TryFlow plays a run of a definition. It stores nothing.
func (a *API) TryFlow(c *gin.Context) {
	a.inTurn(c, func() error {
		s, program, err := a.session(c)
		if err != nil {
			return err
		}
		replay := scenario.Play(program, s)
		if replay.Stopped {
			return tooSlow()
		}
		state, err := a.tryState(c, replay)
		if err != nil {
			return err
		}
		private(c)
		c.JSON(http.StatusOK, state)
		return nil
	})
}

// RecordTry writes a try down as a scenario.
func (a *API) RecordTry(c *gin.Context) {
	a.inTurn(c, func() error {
		s, program, err := a.session(c)
		if err != nil {
			return err
		}
		body, err := bodyOf[TryRequest](c)
		if err != nil {
			return err
		}
		tried := scenario.Play(program, s)
		world := tried.World()
		rest := scenario.Play(program, scenario.Session{Inputs: s.Inputs, World: world, Until: scenario.Forever, Start: s.Start, Stop: s.Stop})
		if tried.Stopped || rest.Stopped {
			return tooSlow()
		}
		recorded := flows.Scenario{World: world, Expect: scenario.ExpectationOf(rest.Result)}
		if body.Inputs != nil {
			recorded.Inputs = *body.Inputs
		}
		data, err := json.Marshal(recorded)
		if err != nil {
			return err
		}
		private(c)
		c.JSON(http.StatusOK, RecordedScenario{Scenario: data, Differs: tried.Ended == nil && tried.Next != nil})
		return nil
	})
}

// inTurn does work that computes a lot, only so many at a time that the rest of
// the server keeps breathing.
func (a *API) inTurn(c *gin.Context, work func() error) {
	patience := time.NewTimer(tryPatience)
	defer patience.Stop()
	select {
	case a.tries <- struct{}{}:
		defer func() { <-a.tries }()
	case <-patience.C:
		a.fail(c, refuse(http.StatusTooManyRequests, "busy", "Others try flows at the moment.").withHint("Try again a little later.").withRetryAfter(busyRetry))
		return
	case <-c.Request.Context().Done():
		a.fail(c, c.Request.Context().Err())
		return
	}
	if err := work(); err != nil {
		a.fail(c, err)
	}
}

// budget reports when the request has computed for long enough.
func (a *API) budget() func() bool {
	end := a.now().Add(tryBudget)
	return func() bool { return a.now().After(end) }
}

func tooSlow() error {
	return refuse(http.StatusUnprocessableEntity, "too_slow", "The flow computes for too long.").
		withDetail("A try may compute for " + tryBudget.String() + ".").withHint("Make its expressions simpler, or lower the limits of its Jump nodes.")
}

// session reads what is to be played.
func (a *API) session(c *gin.Context) (scenario.Session, *engine.Program, error) {
	body, err := bodyOf[TryRequest](c)
	if err != nil {
		return scenario.Session{}, nil, err
	}
	program, _, _, err := a.tryProgram(body.Definition)
	if err != nil {
		return scenario.Session{}, nil, err
	}
	raw := map[string]json.RawMessage{}
	if body.Inputs != nil {
		raw = *body.Inputs
	}
	inputs, problems := program.CheckInputs(raw)
	if len(problems) > 0 {
		return scenario.Session{}, nil, refuse(http.StatusUnprocessableEntity, "invalid_inputs", "The inputs do not fit the flow.").withErrors(inputProblems(problems))
	}
	world, err := tryWorld(program, body.World)
	if err != nil {
		return scenario.Session{}, nil, err
	}
	s := scenario.Session{Inputs: inputs, World: world, ByHand: body.ByHand != nil && *body.ByHand, Start: scenario.Start().In(zoneOf(c)), Stop: a.budget()}
	if body.UntilMs != nil {
		s.Until = time.Duration(*body.UntilMs) * time.Millisecond
	}
	if body.Acts != nil {
		for _, act := range *body.Acts {
			s.Acts = append(s.Acts, actOf(act))
		}
	}
	return s, program, nil
}

func inputProblems(found []engine.InputProblem) []FieldProblem {
	problems := make([]FieldProblem, 0, len(found))
	for _, p := range found {
		problems = append(problems, FieldProblem{Field: p.Name, Pointer: flows.Pointer("/inputs", p.Name), Code: p.Code, Message: p.Message, Hint: optionalText(p.Hint)})
	}
	return problems
}

func actOf(act TryAct) scenario.Act {
	of := scenario.Act{
		Visit: act.Visit, At: time.Duration(act.AtMs) * time.Millisecond, Kind: scenario.ActKind(act.Kind),
		Code: textOf(act.Code), Text: textOf(act.Text), Class: engine.ClassPermanent,
	}
	if act.Type != nil && *act.Type != TryActTypeText {
		of.Type, of.Filename = flows.MessageType(*act.Type), textOf(act.Filename)
	}
	if act.Class != nil {
		of.Class = engine.ErrorClass(*act.Class)
	}
	return of
}

// tryWorld reads the entries that hold where no act says otherwise.
func tryWorld(p *engine.Program, raw *json.RawMessage) ([]flows.WorldEntry, error) {
	if raw == nil {
		return nil, nil
	}
	world, diags := flows.DecodeWorld(*raw)
	if !diags.HasErrors() {
		diags = append(diags, scenario.CheckWorld(p, world)...)
	}
	if diags.HasErrors() {
		for i := range diags {
			diags[i].Pointer = "/world" + diags[i].Pointer
		}
		return nil, refuse(http.StatusUnprocessableEntity, "invalid_world", "What the world is to do does not fit the flow.").withDiagnostics(diags)
	}
	return world, nil
}

// tryProgram compiles a definition for a try. Its scenarios do not matter to
// that: what is wrong with them is returned, by their index.
func (a *API) tryProgram(definition []byte) (*engine.Program, []flows.Scenario, map[int]flows.Diagnostics, error) {
	f, diags := flows.Decode(definition)
	if f == nil {
		return nil, nil, nil, refuse(http.StatusUnprocessableEntity, "not_a_flow", "This cannot be read as a flow.").withDiagnostics(diags)
	}
	scenarios := f.Scenarios
	f.Scenarios = nil
	program, found := engine.Compile(f, a.nodes)
	all := slices.Concat(diags, found)
	byIndex, rest := scenario.ByScenario(all, "/scenarios")
	rest = slices.DeleteFunc(rest, func(d flows.Diagnostic) bool { return strings.HasPrefix(d.Pointer, "/scenarios") })
	if program == nil || rest.Broken() {
		rest.Sort()
		return nil, nil, nil, refuse(http.StatusUnprocessableEntity, "flow_has_errors", "The flow has errors, so it cannot run.").
			withHint("Correct them first.").withDiagnostics(rest)
	}
	return program, scenarios, byIndex, nil
}
