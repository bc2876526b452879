package flows

import "encoding/json"

// PortNames lists the exits of a node, in the order of its card: those that
// its config makes, then those of its type.
func PortNames(spec NodeSpec, n Node) []string {
	var names []string
	if spec.PortsFrom != "" {
		var config map[string]json.RawMessage
		var items []struct {
			Port string `json:"port"`
		}
		// A config of another shape has its own diagnostics and makes no ports.
		if json.Unmarshal(n.Config, &config) == nil && json.Unmarshal(config[spec.PortsFrom], &items) == nil {
			for _, item := range items {
				if item.Port != "" {
					names = append(names, item.Port)
				}
			}
		}
	}
	for _, p := range spec.Ports {
		names = append(names, p.Name)
	}
	return names
}

// JumpTarget is the id of the node that a jump goes to, or "".
func JumpTarget(spec NodeSpec, n Node) string {
	if spec.Target == "" {
		return ""
	}
	var config map[string]json.RawMessage
	var target string
	if json.Unmarshal(n.Config, &config) == nil && json.Unmarshal(config[spec.Target], &target) == nil {
		return target
	}
	return ""
}
