package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
)

// TestFlow runs the scenarios of a definition. It stores nothing.
func (a *API) TestFlow(c *gin.Context) {
	a.inTurn(c, func() error {
		body, err := bodyOf[TestRequest](c)
		if err != nil {
			return err
		}
		program, scenarios, wrong, err := a.tryProgram(body.Definition)
		if err != nil {
			return err
		}
		report := TestReport{Scenarios: make([]ScenarioReport, 0, len(scenarios))}
		var taken [][]scenario.Port
		stop := a.budget()
		for i, s := range scenarios {
			r, ports, err := testScenario(program, i, s, wrong[i], zoneOf(c), stop)
			if err != nil {
				return err
			}
			if r.Passed {
				report.Passed++
			} else {
				report.Failed++
			}
			taken = append(taken, ports)
			report.Scenarios = append(report.Scenarios, r)
		}
		report.Coverage = coverageOf(scenario.Cover(program, taken...))
		private(c)
		c.JSON(http.StatusOK, report)
		return nil
	})
}

// testScenario runs one scenario, unless it has errors or time has run out.
func testScenario(p *engine.Program, index int, s flows.Scenario, wrong flows.Diagnostics, zone *time.Location, stop func() bool) (ScenarioReport, []scenario.Port, error) {
	r := ScenarioReport{Index: index, Name: s.Name, Problems: []ScenarioProblem{}, Mismatches: []ScenarioMismatch{}, Path: []string{}, Ports: []ScenarioPort{}}
	if wrong.HasErrors() {
		for _, d := range wrong {
			r.Problems = append(r.Problems, ScenarioProblem{Pointer: scenarioPointer(d.Pointer), Message: d.Message, Hint: optionalText(d.Hint)})
		}
		return r, nil, nil
	}
	if stop() {
		hint := "Make its expressions simpler, or run the scenarios with the command line, which takes its time."
		r.Problems = append(r.Problems, ScenarioProblem{Message: "It was not run, because those before it computed for too long.", Hint: &hint})
		return r, nil, nil
	}
	o := scenario.TestIn(p, s, zone)
	for _, problem := range o.InputProblems {
		r.Problems = append(r.Problems, ScenarioProblem{Pointer: flows.Pointer("/inputs", problem.Name), Message: problem.Message, Hint: optionalText(problem.Hint)})
	}
	for _, d := range o.Diagnostics {
		r.Problems = append(r.Problems, ScenarioProblem{Pointer: d.Pointer, Message: d.Message, Hint: optionalText(d.Hint)})
	}
	if o.Result == nil {
		return r, nil, nil
	}
	for _, m := range o.Mismatches {
		r.Mismatches = append(r.Mismatches, ScenarioMismatch{Key: m.Key, Expected: m.Expected, Actual: m.Actual})
	}
	accepted, err := json.Marshal(scenario.Accept(*o.Result, s.Expect))
	if err != nil {
		return r, nil, err
	}
	raw := json.RawMessage(accepted)
	r.Passed, r.Path, r.Accepted = o.Passed(), o.Result.Path, &raw
	r.Status, r.Outcome, r.Elapsed = string(o.Result.Status), o.Result.Outcome, o.Result.Elapsed.String()
	for _, port := range o.Result.Ports {
		r.Ports = append(r.Ports, ScenarioPort{Node: port.Node, Port: port.Port})
	}
	return r, o.Result.Ports, nil
}

func coverageOf(c scenario.Coverage) TestCoverage {
	coverage := TestCoverage{Taken: c.Taken, Total: len(c.Ports), Ports: make([]CoveredPort, 0, len(c.Ports))}
	for _, p := range c.Ports {
		coverage.Ports = append(coverage.Ports, CoveredPort{Node: p.Node, Port: p.Port.Port, Runs: p.Runs})
	}
	return coverage
}
