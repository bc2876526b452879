package engine

import "sluice/engine/expression"

// spreadSecrets marks every variable and output that is made from a secret, as
// far as it goes.
func (s *compilation) spreadSecrets() {
	d := derivations{secrets: s.program.secrets, readers: map[string][]derived{}}
	for _, c := range s.compilers {
		for _, a := range c.sets {
			d.add(derived{variable: a.name}, a.secret, a.from)
		}
		for _, o := range c.outputs {
			d.add(derived{output: [2]string{c.node.ID, o.name}}, false, o.from)
		}
	}
	for len(d.work) > 0 {
		last := len(d.work) - 1
		made := d.work[last]
		d.work = d.work[:last]
		d.spread(made)
	}
}

// derived is a variable or an output that is made from what expressions read.
type derived struct {
	variable string
	output   [2]string
}

// derivations follow what is secret to what is made from it, each once.
type derivations struct {
	secrets secretNames
	// readers are what is made from a variable or from a part of steps, by names as
	// readName writes them; work is what is known to be secret and has not been
	// followed yet.
	readers map[string][]derived
	work    []derived
}

func (d *derivations) add(made derived, secret bool, from []expression.Reference) {
	if secret {
		d.mark(made)
	}
	for _, ref := range from {
		name := readName(ref.Path)
		d.readers[name] = append(d.readers[name], made)
	}
}

// readName is the part of a path that decides about secrets: a variable, or of
// steps the node and output as far as they are named.
func readName(path []string) string {
	if len(path) == 0 {
		return ""
	}
	if path[0] != "steps" {
		return path[0]
	}
	name := "steps"
	for _, part := range path[1:min(len(path), 3)] {
		name += "\x00" + part
	}
	return name
}

func (d *derivations) mark(made derived) {
	if made.variable != "" {
		if !d.secrets.variables[made.variable] {
			d.secrets.variables[made.variable] = true
			d.work = append(d.work, made)
		}
		return
	}
	if !d.secrets.outputs[made.output] {
		d.secrets.outputs[made.output] = true
		d.work = append(d.work, made)
	}
}

// spread marks what reads something secret. Whoever reads a whole node, or all of
// them, reads each of its outputs.
func (d *derivations) spread(made derived) {
	names := []string{made.variable}
	if made.variable == "" {
		names = []string{readName([]string{"steps", made.output[0], made.output[1]}), readName([]string{"steps", made.output[0]}), "steps"}
	}
	for _, name := range names {
		readers := d.readers[name]
		delete(d.readers, name)
		for _, reader := range readers {
			d.mark(reader)
		}
	}
}
