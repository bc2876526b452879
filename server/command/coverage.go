package command

import (
	"encoding/json"
	"fmt"
	"io"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
	"sluice/nodes"
)

// printCoverage names the exits of each flow that none of its scenarios takes.
func printCoverage(w io.Writer, suites []suite) {
	taken := map[string]map[scenario.Port]bool{}
	programs := map[string]*engine.Program{}
	var order []string
	for _, s := range suites {
		if s.program == nil {
			continue
		}
		if taken[s.flow] == nil {
			taken[s.flow] = map[scenario.Port]bool{}
			programs[s.flow] = s.program
			order = append(order, s.flow)
		}
		for _, c := range s.cases {
			for _, p := range c.ports {
				taken[s.flow][p] = true
			}
		}
	}
	for _, name := range order {
		total, missing := 0, []string(nil)
		for _, n := range programs[name].Flow().Nodes {
			for _, port := range possiblePorts(n) {
				total++
				if !taken[name][scenario.Port{Node: n.ID, Port: port}] {
					missing = append(missing, n.Title()+": "+port)
				}
			}
		}
		fmt.Fprintf(w, "%s: %d of %d exits taken\n", displayName(name), total-len(missing), total)
		for _, m := range missing {
			fmt.Fprintf(w, "  never taken  %s\n", m)
		}
	}
}

// possiblePorts lists the exits of a node, those of deadlines that are not set
// left out: no run takes them.
func possiblePorts(n flows.Node) []string {
	var config map[string]json.RawMessage
	// A node of a compiled flow has an object for its config, or none.
	_ = json.Unmarshal(n.Config, &config)
	var ports []string
	for _, spec := range nodes.Standard().Specs() {
		if spec.Type != n.Type {
			continue
		}
		unset := map[string]bool{}
		for _, p := range spec.Ports {
			_, set := config[p.Deadline]
			// A node's only exit is taken also without its deadline.
			unset[p.Name] = p.Deadline != "" && !set && len(spec.Ports) > 1
		}
		for _, port := range flows.PortNames(spec, n) {
			if !unset[port] {
				ports = append(ports, port)
			}
		}
	}
	return ports
}
