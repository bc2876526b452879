package flows

import "encoding/json"

// PortNames lists the exits of a node, in the order of its card: those that
// its config makes, then those of its type that its config lets be.
func PortNames(spec NodeSpec, n Node) []string {
	var config map[string]json.RawMessage
	if json.Unmarshal(n.Config, &config) != nil {
		// A config of another shape has its own diagnostics and makes no ports.
		config = nil
	}
	var names []string
	if spec.PortsFrom != "" {
		var items []struct {
			Port string `json:"port"`
		}
		if json.Unmarshal(config[spec.PortsFrom], &items) == nil {
			for _, item := range items {
				if item.Port != "" {
					names = append(names, item.Port)
				}
			}
		}
	}
	for _, p := range spec.Ports {
		if p.With != "" && !hasItems(config[p.With]) || p.Without != "" && hasItems(config[p.Without]) {
			continue
		}
		names = append(names, p.Name)
	}
	return names
}

func hasItems(list json.RawMessage) bool {
	var items []json.RawMessage
	return json.Unmarshal(list, &items) == nil && len(items) > 0
}

// JumpTarget is the id of the node that a jump goes to, or "".
func JumpTarget(spec NodeSpec, n Node) string { return configText(n, spec.Target) }

// ChannelTypeOf is the channel type that a node sends by, or "".
func ChannelTypeOf(spec NodeSpec, n Node) string {
	if spec.ChannelType != "" {
		return spec.ChannelType
	}
	return configText(n, spec.ChannelTypeFrom)
}

// configText is the text in a field of a node's config, or "".
func configText(n Node, field string) string {
	if field == "" {
		return ""
	}
	var config map[string]json.RawMessage
	var text string
	if json.Unmarshal(n.Config, &config) == nil && json.Unmarshal(config[field], &text) == nil {
		return text
	}
	return ""
}
