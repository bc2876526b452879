package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	// namespace is made at the first start; retention is how long it keeps
	// closed workflows, a day being the least.
	namespace = "default"
	retention = 24 * time.Hour
	// startLimit is how long the server may take to come up.
	startLimit = 2 * time.Minute
	retryEvery = 200 * time.Millisecond
)

// ready returns when the server answers and its namespace can be used.
func ready(address string) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", address, err)
	}
	defer conn.Close()
	service := workflowservice.NewWorkflowServiceClient(conn)
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	steps := []func() error{
		func() error {
			_, err := service.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
				Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(retention),
			})
			var exists *serviceerror.NamespaceAlreadyExists
			if errors.As(serviceerror.FromStatus(status.Convert(err)), &exists) {
				return nil
			}
			return err
		},
		func() error {
			_, err := service.ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, PageSize: 1})
			return err
		},
	}
	for _, step := range steps {
		for err := step(); err != nil; err = step() {
			select {
			case <-ctx.Done():
				return fmt.Errorf("the server does not come up: %w", err)
			case <-time.After(retryEvery):
			}
		}
	}
	return nil
}
