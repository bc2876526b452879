package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sluice/engine/expression"
)

// StateVersion is the version of the State encoding that this engine writes.
// It reads every version up to this one.
const StateVersion = 1

// Status is where a run is in its life.
type Status string

const (
	// StatusWaiting is a run that rests until an event or a deadline.
	StatusWaiting Status = "waiting"
	// StatusCompleted, StatusFailed and StatusCancelled are final.
	StatusCompleted Status = "completed"
	StatusFailed    Status = "failed"
	StatusCancelled Status = "cancelled"
)

// Final reports whether no event can change the run any more.
func (s Status) Final() bool {
	return s == StatusCompleted || s == StatusFailed || s == StatusCancelled
}

// State is everything a run is between two events. It is plain data: encoded
// as JSON and read back, it behaves the same.
type State struct {
	V   int     `json:"v"`
	Run RunInfo `json:"run"`
	// Status is empty before the start event.
	Status Status `json:"status,omitempty"`
	// Outcome names how a final run ended: the port it left by, the outcome of
	// an end node, "error", "cancelled" or a limit's name.
	Outcome string    `json:"outcome,omitempty"`
	Error   *RunError `json:"error,omitempty"`
	// Node is the node the run is in, Visit the sequence number of that visit
	// (the first is 1), EnteredAt when it began.
	Node      string    `json:"node,omitempty"`
	Visit     int       `json:"visit,omitempty"`
	EnteredAt time.Time `json:"entered_at,omitzero"`
	// Held is true while the message of the visit waits for its time: leaving
	// the visit then takes it back.
	Held bool `json:"held,omitempty"`
	// Wait is set exactly while Status is waiting.
	Wait *Waiting `json:"wait,omitempty"`
	// Vars are inputs and set variables by name, secret ones excepted; those
	// are in Secrets, which the runtime stores encrypted.
	Vars    map[string]any `json:"vars,omitempty"`
	Secrets map[string]any `json:"secrets,omitempty"`
	// Outputs are what nodes left for steps.<node id>.<name>.
	Outputs map[string]map[string]any `json:"outputs,omitempty"`
	// Jumps counts the jumps done, by jump node.
	Jumps map[string]int `json:"jumps,omitempty"`
	// Traced counts the history of the run, in blocks of historyBlock bytes.
	Traced  int            `json:"traced,omitempty"`
	Trigger map[string]any `json:"trigger,omitempty"`
	Contact map[string]any `json:"contact,omitempty"`
}

// RunInfo is what a run knows of itself: run.id and run.started_at.
type RunInfo struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at,omitzero"`
	// TimeZone is the IANA name of the zone that local times are meant in where a
	// node names none; empty is UTC.
	TimeZone string `json:"time_zone,omitempty"`
}

// RunError says why a run failed, for people.
type RunError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Node    string `json:"node,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// Waiting is what a waiting run waits for.
type Waiting struct {
	// Due is when the timer of this wait fires; zero means never.
	Due time.Time `json:"due,omitzero"`
	// Expires is true when Due is the end of the run's lifetime rather than a
	// deadline of the node.
	Expires bool `json:"expires,omitempty"`
	// Replies is true when the wait takes replies of the recipient that the
	// visit wrote to.
	Replies bool `json:"replies,omitempty"`
	// Data is what the node remembers of the visit, in its own shape.
	Data json.RawMessage `json:"data,omitempty"`
}

// Due is when the run wants its next timer event. ok is false when it is not
// waiting for one.
func (s *State) Due() (due time.Time, ok bool) {
	if s.Wait == nil || s.Wait.Due.IsZero() {
		return time.Time{}, false
	}
	return s.Wait.Due, true
}

// DecodeState reads a state that EncodeState of this or an older engine wrote.
func DecodeState(data []byte) (State, error) {
	var s State
	dec := json.NewDecoder(bytes.NewReader(data))
	// Whole numbers stay whole: an int that came back as a float would make
	// expressions behave differently after a reload.
	dec.UseNumber()
	if err := dec.Decode(&s); err != nil {
		return State{}, fmt.Errorf("decode a run's state: %w", err)
	}
	if s.V < 1 || s.V > StateVersion {
		return State{}, fmt.Errorf("decode a run's state: version %d is not known to this engine, which reads up to %d", s.V, StateVersion)
	}
	maps := []map[string]any{s.Vars, s.Secrets, s.Trigger, s.Contact}
	for _, outputs := range s.Outputs {
		maps = append(maps, outputs)
	}
	for _, m := range maps {
		if err := restoreValues(m); err != nil {
			return State{}, fmt.Errorf("decode a run's state: %w", err)
		}
	}
	return s, nil
}

// DecodeSecrets reads the secrets of a state, which are stored apart from it.
func DecodeSecrets(data []byte) (map[string]any, error) {
	v, err := expression.DecodeValue(data)
	if err != nil {
		return nil, fmt.Errorf("decode a run's secrets: %w", err)
	}
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, errors.New("decode a run's secrets: not an object")
	}
	return m, nil
}

// restoreValues makes decoded JSON the same values that were encoded.
func restoreValues(m map[string]any) error {
	for k, v := range m {
		switch v.(type) {
		case string, bool, nil:
			continue
		}
		n, err := expression.Normalize(v)
		if err != nil {
			return err
		}
		m[k] = n
	}
	return nil
}
