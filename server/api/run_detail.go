package api

import (
	"encoding/json"
	"fmt"

	"sluice/server/runtime"
	"sluice/server/store"
)

// runOf describes a run with its steps and messages.
func runOf(d runtime.Detail, flowName string, bodies templateBodies, files map[string][]store.Media) (Run, error) {
	r := d.Run
	failure, err := runFailure(r.Error)
	if err != nil {
		return Run{}, err
	}
	run := Run{
		Id: r.ID, FlowId: r.FlowID, FlowName: flowName, FlowVersion: int(r.FlowVersion), Status: RunStatus(r.Status), Outcome: r.Outcome,
		Error: failure, Node: r.Node, Visit: r.Visit, Trigger: r.StartedBy, Recipient: maskAddress(r.Recipient),
		StartedAt: r.StartedAt.Time, UpdatedAt: r.UpdatedAt.Time, EndedAt: optionalTime(r.EndedAt.Time), DueAt: optionalTime(r.DueAt.Time),
		Inputs: values(d.Inputs), Variables: values(d.Variables), Steps: make([]RunStep, 0, len(d.Steps)), Messages: make([]Message, 0, len(d.Messages)),
	}
	for _, s := range d.Steps {
		run.Steps = append(run.Steps, stepOf(s))
	}
	for _, m := range d.Messages {
		if waits := r.EndedAt.IsZero() && m.Visit == r.Visit && m.Status == string(MessageStatusScheduled); waits {
			run.SendsAt = optionalTime(m.SendAt.Time)
		}
		message, err := messageOf(m, bodies, files[m.ID])
		if err != nil {
			return Run{}, err
		}
		run.Messages = append(run.Messages, message)
	}
	return run, nil
}

// values is never null in JSON.
func values(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func stepOf(s runtime.Step) RunStep {
	step := RunStep{
		Visit: s.Visit, Node: s.Node, Type: s.Type, Name: s.Name, EnteredAt: s.EnteredAt.UTC(), LeftAt: optionalTime(s.LeftAt), LeftBy: s.LeftBy, DueAt: optionalTime(s.DueAt),
		Port: s.Port, Via: s.Via, To: s.To, Values: values(s.Values), Outputs: values(s.Outputs),
		Statuses: make([]StepStatus, 0, len(s.Statuses)), Ignored: make([]IgnoredEvent, 0, len(s.Ignored)),
	}
	for _, x := range s.Statuses {
		step.Statuses = append(step.Statuses, StepStatus{At: x.At.UTC(), Status: x.Status, Code: optionalText(x.Code), Reason: optionalText(x.Reason)})
	}
	for _, x := range s.Ignored {
		step.Ignored = append(step.Ignored, IgnoredEvent{At: x.At.UTC(), Status: optionalText(x.Status), Reason: x.Reason})
	}
	return step
}

// messageOf describes a message; its content is masked already.
func messageOf(m runtime.Message, bodies templateBodies, files []store.Media) (Message, error) {
	content := map[string]any{}
	if err := json.Unmarshal([]byte(m.Content), &content); err != nil {
		return Message{}, fmt.Errorf("read message %s: %w", m.ID, err)
	}
	text, template := bodies.render(m)
	return Message{
		Id: m.ID, Visit: m.Visit, Node: m.Node, Direction: directionOf(m.Direction), Channel: m.Channel, ChannelType: m.ChannelType,
		To: m.ToAddress, From: m.FromAddress, Text: text, Template: template, Content: content, Media: mediaList(files), Status: messageStatus(m.Message), Code: m.Code, Reason: m.Reason,
		ProviderMessageId: m.ProviderMessageID, Matched: MessageMatched(m.Matched), QueuedAt: m.QueuedAt.Time, SentAt: optionalTime(m.SentAt.Time),
		SendAt: optionalTime(m.SendAt.Time), DeliveredAt: optionalTime(m.DeliveredAt.Time), ReadAt: optionalTime(m.ReadAt.Time), FailedAt: optionalTime(m.FailedAt.Time),
	}, nil
}

func directionOf(direction string) MessageDirection {
	if direction == store.DirectionIn {
		return MessageDirectionInbound
	}
	return MessageDirectionOutbound
}

// messageStatus is the status in the API's words: a message that the provider
// took is on its way, whichever word the provider used.
func messageStatus(m store.Message) MessageStatus {
	switch {
	case m.Direction == store.DirectionIn:
		return MessageStatusReceived
	case m.Status == "accepted":
		return MessageStatusSent
	}
	return MessageStatus(m.Status)
}
