package command

import (
	"fmt"
	"io"

	"sluice/engine"
	"sluice/engine/scenario"
)

// printCoverage names the exits of each flow that none of its scenarios takes.
func printCoverage(w io.Writer, suites []suite) {
	runs := map[string][][]scenario.Port{}
	programs := map[string]*engine.Program{}
	var order []string
	for _, s := range suites {
		if s.program == nil {
			continue
		}
		if programs[s.flow] == nil {
			programs[s.flow] = s.program
			order = append(order, s.flow)
		}
		for _, c := range s.cases {
			runs[s.flow] = append(runs[s.flow], c.ports)
		}
	}
	for _, name := range order {
		p := programs[name]
		coverage := scenario.Cover(p, runs[name]...)
		fmt.Fprintf(w, "%s: %d of %d exits taken\n", displayName(name), coverage.Taken, len(coverage.Ports))
		for _, port := range coverage.Ports {
			if port.Runs == 0 {
				fmt.Fprintf(w, "  never taken  %s: %s\n", p.Title(port.Node), port.Port.Port)
			}
		}
	}
}
