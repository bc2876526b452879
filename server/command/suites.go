package command

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sluice/engine/scenario"
	"sluice/flows"
)

// scenarioSuffix ends the name of a file of scenarios.
const scenarioSuffix = ".scenarios.json"

// isScenarios reports whether a file holds scenarios rather than a flow: by its
// name, or by what is in it.
func isScenarios(name string, data []byte) bool {
	if strings.HasSuffix(name, scenarioSuffix) {
		return true
	}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil {
		return true
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return false
	}
	for _, ofFlow := range []string{"schema", "nodes", "edges"} {
		if _, ok := fields[ofFlow]; ok {
			return false
		}
	}
	for _, ofScenarios := range []string{"scenarios", "expect", "world", "inputs"} {
		if _, ok := fields[ofScenarios]; ok {
			return true
		}
	}
	return false
}

// collector gathers the suites of the named files, each file once however it
// comes in.
type collector struct {
	cmd    *cobra.Command
	seen   map[string]bool
	suites []suite
}

func collectSuites(cmd *cobra.Command, names []string) ([]suite, error) {
	c := &collector{cmd: cmd, seen: map[string]bool{}}
	var failed error
	// Flows come first, so that scenarios which name none find the only one
	// among the arguments in whichever order they are given.
	flowsFirst := slices.Clone(names)
	slices.SortStableFunc(flowsFirst, func(a, b string) int {
		return cmp.Compare(rankOf(cmd, a), rankOf(cmd, b))
	})
	for _, name := range flowsFirst {
		failed = errors.Join(failed, c.add(name))
	}
	return c.suites, failed
}

// rankOf is 1 for a file of scenarios and 0 for all others. Standard input can
// be read once only, so it is not looked into.
func rankOf(cmd *cobra.Command, name string) int {
	if name == stdin {
		return 0
	}
	if data, err := readFile(cmd, name); err == nil && isScenarios(name, data) {
		return 1
	}
	return 0
}

// first reports whether the file is named for the first time.
func (c *collector) first(name string) bool {
	key := name
	if absolute, err := filepath.Abs(name); err == nil && name != stdin {
		key = absolute
	}
	if c.seen[key] {
		return false
	}
	c.seen[key] = true
	return true
}

func (c *collector) add(name string) error {
	if !c.first(name) {
		return nil
	}
	data, err := readFile(c.cmd, name)
	if err != nil {
		return err
	}
	if isScenarios(name, data) {
		return c.scenarios(name, data)
	}
	c.flow(name, data)
	beside := strings.TrimSuffix(name, ".json") + scenarioSuffix
	if name == stdin || !strings.HasSuffix(name, ".json") || !fileExists(beside) {
		return nil
	}
	return c.add(beside)
}

// flow adds the scenarios that a flow carries.
func (c *collector) flow(name string, data []byte) {
	f, program, diags := compile(data)
	s := suite{file: name, flow: name, program: program}
	byIndex, rest := scenario.ByScenario(diags, "/scenarios")
	// Errors within a scenario fail that one only: the flow itself may be fine.
	if program == nil && f != nil && !rest.HasErrors() {
		whole := *f
		whole.Scenarios = nil
		if clean, err := flows.Encode(&whole); err == nil {
			_, s.program, _ = compile(clean)
		}
	}
	if s.program == nil {
		s.cases = []testCase{unreadable(displayName(name), name, data, diags)}
		c.suites = append(c.suites, s)
		return
	}
	s.cases = cases(f.Scenarios, byIndex, name, data)
	if len(s.cases) == 0 && !fileExists(strings.TrimSuffix(name, ".json")+scenarioSuffix) {
		fmt.Fprintf(c.cmd.ErrOrStderr(), "%s: has no scenarios\n", displayName(name))
	}
	c.suites = append(c.suites, s)
}

// scenarios adds a file of scenarios.
func (c *collector) scenarios(name string, data []byte) error {
	doc, diags := scenario.DecodeDocument(data)
	s := suite{file: name}
	base := scenariosBase(data)
	byIndex, rest := scenario.ByScenario(diags, base)
	if base == singleScenario {
		byIndex, rest = map[int]flows.Diagnostics{0: diags}, nil
	}
	if rest.HasErrors() {
		s.cases = []testCase{unreadable(displayName(name), name, data, rest)}
		c.suites = append(c.suites, s)
		return nil
	}
	flowName, err := c.flowOf(name, doc.Flow)
	if err != nil {
		return err
	}
	flowData, err := readFile(c.cmd, flowName)
	if err != nil {
		return fmt.Errorf("%w (the flow of %s)", err, displayName(name))
	}
	_, program, flowDiags := compile(flowData)
	s.flow, s.program = flowName, program
	if program == nil {
		s.cases = []testCase{unreadable(displayName(name), flowName, flowData, flowDiags)}
	} else {
		s.cases = cases(doc.Scenarios, byIndex, name, data)
	}
	c.suites = append(c.suites, s)
	return nil
}

// singleScenario stands for the base of a file that is one scenario.
const singleScenario = "single"

// scenariosBase is the pointer to the list of scenarios in a file of them.
func scenariosBase(data []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return ""
	}
	if _, ok := fields["scenarios"]; ok {
		return "/scenarios"
	}
	return singleScenario
}

// flowOf finds the flow that a file of scenarios is about: the one that it
// names, the one beside it whose name its own begins with, or the only flow
// among the arguments.
func (c *collector) flowOf(name, named string) (string, error) {
	stem, standard := strings.CutSuffix(name, scenarioSuffix)
	switch {
	case named != "" && (filepath.IsAbs(named) || name == stdin):
		return named, nil
	case named != "":
		return filepath.Join(filepath.Dir(name), named), nil
	case standard:
		return stem + ".json", nil
	}
	folder, file := filepath.Split(name)
	for i := strings.LastIndexAny(file, ".-_"); i > 0; i = strings.LastIndexAny(file[:i], ".-_") {
		if beside := folder + file[:i] + ".json"; beside != name && fileExists(beside) {
			return beside, nil
		}
	}
	var given []string
	for _, s := range c.suites {
		if s.file == s.flow {
			given = append(given, s.flow)
		}
	}
	if len(given) == 1 {
		return given[0], nil
	}
	return "", fmt.Errorf(`%s: the scenarios do not say which flow they test; add "flow": "my-flow.json", or call the file my-flow%s`,
		displayName(name), scenarioSuffix)
}

// cases makes a test case of each scenario; those with errors fail unrun.
func cases(list []flows.Scenario, byIndex map[int]flows.Diagnostics, name string, data []byte) []testCase {
	var out []testCase
	for i, sc := range list {
		if sc.Name == "" {
			sc.Name = fmt.Sprintf("scenario %d", i+1)
		}
		if byIndex[i].HasErrors() {
			c := unreadable(sc.Name, name, data, byIndex[i])
			out = append(out, c)
			continue
		}
		out = append(out, testCase{scenario: sc})
	}
	return out
}

// unreadable is a failed case that could not run because of errors in a file.
func unreadable(title, name string, data []byte, diags flows.Diagnostics) testCase {
	c := testCase{scenario: flows.Scenario{Name: title}, unreadable: true}
	places := locate(data)
	for _, d := range diags {
		if d.Severity != flows.SeverityError {
			continue
		}
		line, column := places.at(d.Pointer)
		reason := fmt.Sprintf("%s:%d:%d: %s", displayName(name), line, column, d.Message)
		if d.Hint != "" {
			reason += " " + d.Hint
		}
		c.reasons = append(c.reasons, reason)
	}
	return c
}
