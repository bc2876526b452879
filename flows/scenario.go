package flows

import (
	"encoding/json"
	"slices"
)

// Scenario is a test that travels with a flow: what goes in, what the world
// does, and what must happen.
type Scenario struct {
	Name   string                     `json:"name"`
	Inputs map[string]json.RawMessage `json:"inputs,omitempty"`
	World  []WorldEntry               `json:"world,omitempty"`
	Expect Expect                     `json:"expect"`
}

// WorldEntry says how the world answers one node: the same way at every visit,
// or, with Visits, one answer after the other, the last one repeating.
type WorldEntry struct {
	Node string `json:"node"`
	WorldAnswer
	Visits []WorldAnswer `json:"visits,omitempty"`
}

// replies reports whether somebody writes at one of the visits.
func (w WorldEntry) replies() bool {
	return len(w.AllReplies()) > 0 || slices.ContainsFunc(w.Visits, func(a WorldAnswer) bool { return len(a.AllReplies()) > 0 })
}

// WorldAnswer is what the world does at one visit. Receipts left out (nil)
// means the default, delivered after 1 s and read after 2 s; an empty list
// means that no receipt ever comes. Replies are for a person who answers more
// than once; Reply is one answer. With Leave the node does not do its work.
type WorldAnswer struct {
	Send     *WorldSend     `json:"send,omitempty"`
	Receipts []WorldReceipt `json:"receipts,omitzero"`
	Reply    *WorldReply    `json:"reply,omitempty"`
	Replies  []WorldReply   `json:"replies,omitempty"`
	Leave    *WorldLeave    `json:"leave,omitempty"`
}

// IsZero reports whether the answer says nothing, so that all is as by default.
func (a WorldAnswer) IsZero() bool {
	return a.Send == nil && a.Receipts == nil && a.Reply == nil && a.Replies == nil && a.Leave == nil
}

// AllReplies are Reply and Replies together, in that order.
func (a WorldAnswer) AllReplies() []WorldReply {
	if a.Reply == nil {
		return a.Replies
	}
	return append([]WorldReply{*a.Reply}, a.Replies...)
}

// WorldSend is how the provider answers the send call.
type WorldSend struct {
	// After is how long the call takes.
	After Duration `json:"after,omitzero"`
	// Error is empty (accepted) or the class of the failure: "retryable",
	// "permanent", "auth" or "unknown".
	Error string `json:"error,omitempty"`
	Code  string `json:"code,omitempty"`
}

// WorldReceipt is one receipt, After counted from entering the node.
type WorldReceipt struct {
	After  Duration `json:"after,omitzero"`
	Status string   `json:"status"`
	Code   string   `json:"code,omitempty"`
}

// WorldReply is one inbound message, After counted from entering the node. With
// a Type it is a file of that form, of which Text is the caption.
type WorldReply struct {
	After    Duration    `json:"after,omitzero"`
	Text     string      `json:"text"`
	Type     MessageType `json:"type,omitempty"`
	Filename string      `json:"filename,omitempty"`
}

// FileForms are the message forms that are files, which people send too.
func FileForms() []MessageType {
	return []MessageType{MessageImage, MessageVideo, MessageAudio, MessageDocument}
}

// IsFile reports whether the message is a file.
func (r WorldReply) IsFile() bool { return slices.Contains(FileForms(), r.Type) }

// WorldLeave stands in for what a node would do: it sends nothing and asks
// nobody, but leaves by Port, After entering, with these outputs
// (steps.<node>.<name>) and variables.
type WorldLeave struct {
	After     Duration                   `json:"after,omitzero"`
	Port      string                     `json:"port"`
	Outputs   map[string]json.RawMessage `json:"outputs,omitempty"`
	Variables map[string]json.RawMessage `json:"variables,omitempty"`
}

// Expect is what must have happened. A nil field is not compared.
type Expect struct {
	Path      []string                   `json:"path,omitzero"`
	Status    string                     `json:"status,omitempty"`
	Outcome   string                     `json:"outcome,omitempty"`
	Elapsed   *Duration                  `json:"elapsed,omitempty"`
	Variables map[string]json.RawMessage `json:"variables,omitempty"`
	Messages  []ExpectMessage            `json:"messages,omitzero"`
}

// ExpectMessage is compared with one message on the keys it gives.
type ExpectMessage struct {
	Node        *string `json:"node,omitempty"`
	ChannelType *string `json:"channel_type,omitempty"`
	To          *string `json:"to,omitempty"`
	Text        *string `json:"text,omitempty"`
}
