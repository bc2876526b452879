package runtimetest

import (
	"fmt"
	"strconv"
	"strings"

	"sluice/server/store"
)

// storeMessage is a message as the store has it.
type storeMessage = store.Message

func messageID(runID string, visit int) string { return runID + "-" + strconv.Itoa(visit) }

// sendFlow sends one Viber message, with more config if any, and then ends, or
// falls back to an SMS without deadlines.
func sendFlow(config string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Send", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
			{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
		{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}",
			"message": {"type": "text", "text": "Your code is {{code}}"}%s}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "Code {{code}}"}}},
		{"id": "done", "type": "end", "config": {"outcome": "reached"}}
	], "edges": [
		{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "next", "to": "done"},
		{"from": "viber", "port": "not_delivered", "to": "sms"}, {"from": "viber", "port": "not_read", "to": "sms"},
		{"from": "viber", "port": "failed", "to": "sms"}
	]}`, config)
}

// both are the deadlines of the OTP flow.
const both = `, "delivered_within": "30s", "read_within": "60s"`

// waitFlow waits for a duration and ends.
func waitFlow(duration string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Wait", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": []}},
		{"id": "wait", "type": "wait", "config": {"for": %q}},
		{"id": "done", "type": "end", "config": {"outcome": "waited"}}
	], "edges": [{"from": "start", "port": "next", "to": "wait"}, {"from": "wait", "port": "next", "to": "done"}]}`, duration)
}

const (
	phone = "+639171234567"
	// canary is a secret that must not be readable anywhere.
	canary = "canary-7f3a91"
)

// containsCanary reports whether the secret can be read in text.
func containsCanary(text string) bool { return strings.Contains(text, canary) }

// BeginSecret starts a run that holds a secret and sends a message.
func (w *World) BeginSecret() string {
	w.t.Helper()
	return w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone, "code": canary})
}
