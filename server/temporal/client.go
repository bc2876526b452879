package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	common "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"

	"sluice/server/runtime"
	"sluice/server/store"
)

// callTimeout bounds one call of Temporal by somebody who waits.
const callTimeout = 10 * time.Second

// cluster is the service of a real Temporal.
type cluster struct {
	client    client.Client
	converter converter.DataConverter
	namespace string
	queue     string
	identity  string
	worker    worker.Worker
	// eager is true when this process may take the first step of what it starts,
	// without asking the server who should. It may not with worker versioning: the
	// server would not look whether this build is the current one.
	eager bool
}

var _ service = (*cluster)(nil)

func (c *cluster) start(ctx context.Context, in Input) (existed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	o := client.StartWorkflowOptions{
		ID: in.Position.Run.ID, TaskQueue: c.queue,
		// A run happens once, also when its workflow has ended long ago.
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		// The first task comes with the answer, if a worker here has room.
		EnableEagerStart: c.eager,
	}
	if in.Attributes {
		o.TypedSearchAttributes = attributesOf(in)
	}
	_, err = c.client.ExecuteWorkflow(ctx, o, workflowName, in)
	if _, already := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); already {
		return true, nil
	}
	return false, c.translate(err)
}

func (c *cluster) signal(ctx context.Context, runID, key string, s Signal) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	input, err := c.converter.ToPayloads(s)
	if err != nil {
		return fmt.Errorf("encode a signal: %w", err)
	}
	if key == "" {
		key = store.NewID()
	}
	_, err = c.client.WorkflowService().SignalWorkflowExecution(ctx, &workflowservice.SignalWorkflowExecutionRequest{
		Namespace: c.namespace, WorkflowExecution: &common.WorkflowExecution{WorkflowId: runID}, SignalName: eventSignal, Input: input,
		// A webhook that is repeated does not repeat the signal.
		RequestId: key, Identity: c.identity,
	})
	return c.translate(err)
}

func (c *cluster) rest(ctx context.Context, runID string) (Rest, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	value, err := c.client.QueryWorkflow(ctx, runID, "", restQuery)
	if err != nil {
		return Rest{}, c.translate(err)
	}
	var r Rest
	return r, value.Get(&r)
}

func (c *cluster) serve() (stop func(), err error) {
	if err := c.worker.Start(); err != nil {
		return nil, fmt.Errorf("start working for Temporal: %w", c.translate(err))
	}
	return func() {
		c.worker.Stop()
		c.client.Close()
	}, nil
}

// translate makes errors of Temporal those of executors.
func (c *cluster) translate(err error) error {
	if err == nil {
		return nil
	}
	var missing *serviceerror.NotFound
	var exhausted *serviceerror.ResourceExhausted
	switch {
	case errors.As(err, &missing):
		return errNoWorkflow
	case errors.As(err, &exhausted):
		return &runtime.BusyError{RetryAfter: busyRetry}
	}
	return fmt.Errorf("%w: Temporal: %w", runtime.ErrUnavailable, err)
}
