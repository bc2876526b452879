package temporal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"sluice/engine"
)

// The search attributes of runs: what people find workflows by in Temporal.
// None of them is secret, and Temporal keeps them in clear.
var (
	workspaceAttribute = temporal.NewSearchAttributeKeyKeyword("SluiceWorkspace")
	flowAttribute      = temporal.NewSearchAttributeKeyKeyword("SluiceFlow")
	versionAttribute   = temporal.NewSearchAttributeKeyInt64("SluiceVersion")
	statusAttribute    = temporal.NewSearchAttributeKeyKeyword("SluiceStatus")
)

// attributeTypes are the search attributes by name.
func attributeTypes() map[string]enums.IndexedValueType {
	types := map[string]enums.IndexedValueType{}
	for _, key := range []temporal.SearchAttributeKey{workspaceAttribute, flowAttribute, versionAttribute, statusAttribute} {
		types[key.GetName()] = key.GetValueType()
	}
	return types
}

// attributesOf are those of a run that begins.
func attributesOf(in Input) temporal.SearchAttributes {
	run := in.Position.Run
	return temporal.NewSearchAttributes(
		workspaceAttribute.ValueSet(run.Workspace), flowAttribute.ValueSet(run.FlowID), versionAttribute.ValueSet(run.FlowVersion),
		statusAttribute.ValueSet(string(engine.StatusWaiting)),
	)
}

// prepareAttributes makes the search attributes, where that is allowed. ok tells
// whether they can be used; without them everything works, and Temporal's own
// list of workflows cannot be filtered by flow.
func prepareAttributes(ctx context.Context, c client.Client, namespace string, log *slog.Logger) (ok bool) {
	missing, err := missingAttributes(ctx, c, namespace)
	if err == nil && len(missing) > 0 {
		_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
		if _, exists := errors.AsType[*serviceerror.AlreadyExists](err); exists {
			err = nil
		}
		if err == nil {
			missing, err = missingAttributes(ctx, c, namespace)
		}
	}
	if err == nil && len(missing) == 0 {
		return true
	}
	log.Warn("runs are not marked with search attributes in Temporal, because this server may not make them. Everything else works. To have them, run this once and start again",
		"command", attributeCommand(namespace), "error", err)
	return false
}

func missingAttributes(ctx context.Context, c client.Client, namespace string) (map[string]enums.IndexedValueType, error) {
	list, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("list the search attributes: %w", err)
	}
	missing := attributeTypes()
	for name, kind := range list.GetCustomAttributes() {
		if missing[name] == kind {
			delete(missing, name)
		}
	}
	return missing, nil
}

// attributeCommand is what an administrator runs.
func attributeCommand(namespace string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "temporal operator search-attribute create --namespace %s", namespace)
	types := attributeTypes()
	for _, name := range slices.Sorted(maps.Keys(types)) {
		fmt.Fprintf(&b, " --name %s --type %s", name, types[name])
	}
	return b.String()
}
