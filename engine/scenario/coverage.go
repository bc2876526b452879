package scenario

import (
	"encoding/json"

	"sluice/engine"
	"sluice/flows"
)

// Coverage is which exits of a flow runs have taken.
type Coverage struct {
	// Ports are all exits that a run can take, in the order of the flow's nodes
	// and of their cards.
	Ports []CoveredPort
	// Taken counts those that at least one run took.
	Taken int
}

// CoveredPort is one exit and how many runs took it.
type CoveredPort struct {
	Port

	Runs int
}

// Cover counts the exits that runs of the program took.
func Cover(p *engine.Program, runs ...[]Port) Coverage {
	counts := map[Port]int{}
	for _, taken := range runs {
		seen := map[Port]bool{}
		for _, port := range taken {
			if !seen[port] {
				counts[port]++
			}
			seen[port] = true
		}
	}
	var c Coverage
	for _, n := range p.Flow().Nodes {
		for _, name := range possiblePorts(p, n) {
			port := CoveredPort{Port: Port{Node: n.ID, Port: name}}
			port.Runs = counts[port.Port]
			if port.Runs > 0 {
				c.Taken++
			}
			c.Ports = append(c.Ports, port)
		}
	}
	return c
}

// possiblePorts lists the exits of a node, those of deadlines that are not set
// left out: no run takes them.
func possiblePorts(p *engine.Program, n flows.Node) []string {
	var config map[string]json.RawMessage
	// A node of a compiled flow has an object for its config, or none.
	_ = json.Unmarshal(n.Config, &config)
	spec, _ := p.Spec(n.ID)
	unset := map[string]bool{}
	for _, port := range spec.Ports {
		_, set := config[port.Deadline]
		// A node's only exit is taken also without its deadline.
		unset[port.Name] = port.Deadline != "" && !set && len(spec.Ports) > 1
	}
	var ports []string
	for _, name := range p.Ports(n.ID) {
		if !unset[name] {
			ports = append(ports, name)
		}
	}
	return ports
}
