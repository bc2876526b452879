package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine/scenario"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

// tryState describes a replay.
func (a *API) tryState(c *gin.Context, r scenario.Replay) (TryState, error) {
	s := TryState{
		Status: RunStatus(r.Status), Outcome: r.Outcome, Node: r.Node, Visit: r.Visit, StartedAt: scenario.Start(),
		ElapsedMs: milliseconds(r.Elapsed), EndedMs: optionalMilliseconds(r.Ended), NextMs: optionalMilliseconds(r.Next),
		Variables: values(r.Masked), Steps: make([]RunStep, 0, len(r.Visits)), Messages: []Message{}, Phone: []PhoneMessage{}, Stray: r.Stray,
	}
	if s.Stray == nil {
		s.Stray = []int{}
	}
	if e := r.Error; e != nil {
		s.Error = &RunError{Code: e.Code, Message: e.Message, Node: optionalText(e.Node), Hint: optionalText(e.Hint)}
	}
	if w := r.Wait; w != nil {
		s.Wait = &TryWait{SinceMs: milliseconds(w.Since), DueMs: optionalMilliseconds(w.Due), Deadlines: []TryDeadline{}}
		for _, d := range w.Deadlines {
			s.Wait.Deadlines = append(s.Wait.Deadlines, TryDeadline{Port: d.Port, AtMs: milliseconds(d.At)})
		}
	}
	for _, v := range r.Visits {
		s.Steps = append(s.Steps, stepOf(v))
	}
	for _, m := range r.Messages {
		masked, err := contentOf(m.MaskedForm)
		if err != nil {
			return TryState{}, err
		}
		s.Messages = append(s.Messages, tryMessage(m, masked))
		if m.SendAt != nil && m.Attempts == 0 {
			// No phone has seen it yet.
			continue
		}
		shown, err := a.shownOnPhone(c, m)
		if err != nil {
			return TryState{}, err
		}
		s.Phone = append(s.Phone, shown)
	}
	for i, reply := range r.Replies {
		s.Phone = append(s.Phone, tryReply(i, reply))
	}
	slices.SortStableFunc(s.Phone, func(a, b PhoneMessage) int { return a.At.Compare(b.At) })
	return s, nil
}

func milliseconds(d flows.Duration) int64 { return time.Duration(d).Milliseconds() }

func optionalMilliseconds(d *flows.Duration) *int64 {
	if d == nil {
		return nil
	}
	ms := milliseconds(*d)
	return &ms
}

func contentOf(m flows.Message) (map[string]any, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write a tried message: %w", err)
	}
	content := map[string]any{}
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("write a tried message: %w", err)
	}
	return content, nil
}

// virtual is the moment of a virtual time.
func virtual(d flows.Duration) time.Time { return scenario.Start().Add(time.Duration(d)) }

func optionalVirtual(d *flows.Duration) *time.Time {
	if d == nil {
		return nil
	}
	t := virtual(*d)
	return &t
}

// tryMessage is a message as lists show it, masked.
func tryMessage(m scenario.Message, content map[string]any) Message {
	return Message{
		Id: messageID(m), Visit: m.Visit, Node: m.Node, Direction: MessageDirectionOutbound, Channel: m.Channel, ChannelType: m.ChannelType,
		To: m.MaskedTo, Text: m.Masked, Content: content, Media: []MessageMedia{}, Status: MessageStatus(m.Status), Code: m.Code, QueuedAt: virtual(m.QueuedAt),
		SendAt: optionalVirtual(m.SendAt), SentAt: optionalVirtual(m.SentAt), DeliveredAt: optionalVirtual(m.DeliveredAt), ReadAt: optionalVirtual(m.ReadAt), FailedAt: optionalVirtual(m.FailedAt),
	}
}

func messageID(m scenario.Message) string { return fmt.Sprintf("%s-%d", scenario.RunID, m.Visit) }

// shownOnPhone is a message as its recipient sees it. The text of a template is
// the workspace's, if it has that template.
func (a *API) shownOnPhone(c *gin.Context, m scenario.Message) (PhoneMessage, error) {
	content, err := contentOf(m.Form)
	if err != nil {
		return PhoneMessage{}, err
	}
	text := m.Text
	if m.Form.Type == flows.MessageTemplate {
		t, err := a.store.FindTemplate(c.Request.Context(), workspaceOf(c), m.ChannelType, m.Form.Template, m.Form.Language)
		switch {
		case err == nil:
			text = channels.Template{Body: t.Body}.Render(m.Form.Parameters)
		case !errors.Is(err, store.ErrNotFound):
			return PhoneMessage{}, err
		}
	}
	status, at := PhoneMessageStatus(m.Status), m.QueuedAt
	if m.SendAt != nil {
		at = *m.SendAt
	}
	if m.Status == "queued" || m.Status == "scheduled" {
		status = PhoneMessageStatusSent
	}
	return PhoneMessage{
		Id: messageID(m), Recipient: m.To, Channel: m.Channel, ChannelType: m.ChannelType, Direction: PhoneMessageDirectionOutbound,
		Text: text, Content: content, Status: status, Code: m.Code, RunId: scenario.RunID, Visit: m.Visit, At: virtual(at),
		DeliveredAt: optionalVirtual(m.DeliveredAt), ReadAt: optionalVirtual(m.ReadAt), FailedAt: optionalVirtual(m.FailedAt),
	}, nil
}

func tryReply(i int, r scenario.Reply) PhoneMessage {
	content := map[string]any{"type": string(flows.MessageText), "text": r.Text}
	if r.Type != "" && r.Type != flows.MessageText {
		content = map[string]any{"type": string(r.Type), "caption": r.Text, "filename": r.Filename}
	}
	return PhoneMessage{
		Id: fmt.Sprintf("%s-reply-%d", scenario.RunID, i+1), Recipient: r.From, Channel: r.Channel, ChannelType: r.ChannelType,
		Direction: PhoneMessageDirectionInbound, Text: r.Text, Content: content,
		Status: PhoneMessageStatusReceived, RunId: scenario.RunID, Visit: r.Visit, At: virtual(r.At),
	}
}

// scenarioPointer makes a pointer into the definition one into the scenario.
func scenarioPointer(pointer string) string {
	inside, ok := strings.CutPrefix(pointer, "/scenarios/")
	if !ok {
		return pointer
	}
	_, rest, found := strings.Cut(inside, "/")
	if !found {
		return ""
	}
	return "/" + rest
}
