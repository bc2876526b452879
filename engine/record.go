package engine

import (
	"maps"
	"time"
)

// VisitRecord is what is known of one visit of a run. Nothing in it is secret.
type VisitRecord struct {
	Visit int
	Node  string
	// Type and Name are those of the node in the run's version.
	Type, Name string
	EnteredAt  time.Time
	// LeftAt is zero while the run is there, and when it ended there.
	LeftAt time.Time
	// LeftBy is the kind of the event that made it leave; empty when it left
	// in the step in which it came.
	LeftBy string
	// DueAt is the deadline that it waits for, or waited for last.
	DueAt time.Time
	// Port is the port that it left by, Via the one whose edge was taken when
	// Port has none, To the next node.
	Port, Via, To string
	// Values are variables that were set here, Outputs what expressions read
	// as steps.<node>.<name>; both masked.
	Values, Outputs map[string]any
	Statuses        []StatusRecord
	Ignored         []IgnoredRecord
}

// StatusRecord is a status of the visit's message as the run took it in.
type StatusRecord struct {
	At                   time.Time
	Status, Code, Reason string
}

// IgnoredRecord is an event that came and changed nothing.
type IgnoredRecord struct {
	At time.Time
	// Event is its kind: "receipt", "timer", ...
	Event, Status, Reason string
}

// Record reads the traces of one run, in order, as visits.
type Record struct {
	Visits []VisitRecord
	// index is the place of each visit, entered the step in which it began.
	index, entered map[int]int
	steps          int
}

// Add takes in what one event did. The program names nodes; it may be nil.
func (r *Record) Add(p *Program, event EventKind, trace Trace) {
	r.steps++
	for _, item := range trace {
		if item.Kind == TraceEntered {
			r.enter(p, item)
			continue
		}
		i, ok := r.index[item.Visit]
		if !ok {
			// Events of no visit, such as replies, are the present one's.
			i = len(r.Visits) - 1
		}
		if i < 0 {
			continue
		}
		v := &r.Visits[i]
		v.add(event, item)
		if ends := item.Kind == TraceLeft || item.Kind == TraceEnded && v.LeftBy == ""; ends && r.entered[v.Visit] != r.steps {
			v.LeftBy = string(event)
		}
	}
}

func (r *Record) enter(p *Program, item TraceItem) {
	v := VisitRecord{Visit: item.Visit, Node: item.Node, Name: item.Node, EnteredAt: item.At}
	if p != nil {
		v.Type, v.Name = p.NodeType(item.Node), p.Title(item.Node)
	}
	if r.index == nil {
		r.index, r.entered = map[int]int{}, map[int]int{}
	}
	r.index[item.Visit], r.entered[item.Visit] = len(r.Visits), r.steps
	r.Visits = append(r.Visits, v)
}

func (v *VisitRecord) add(event EventKind, item TraceItem) {
	switch item.Kind {
	case TraceLeft:
		v.LeftAt, v.Port, v.Via, v.To = item.At, item.Port, item.Via, item.To
	case TraceWaiting:
		v.DueAt = item.Due
	case TraceStatus:
		v.Statuses = append(v.Statuses, StatusRecord{item.At, item.Status, item.Code, item.Reason})
	case TraceSet:
		v.Values = merged(v.Values, item.Values)
	case TraceOutput:
		v.Outputs = merged(v.Outputs, item.Values)
	case TraceIgnored:
		v.Ignored = append(v.Ignored, IgnoredRecord{item.At, string(event), item.Status, item.Reason})
	case TraceEntered, TraceSent, TraceEnded:
	}
}

func merged(to, from map[string]any) map[string]any {
	if to == nil {
		to = make(map[string]any, len(from))
	}
	maps.Copy(to, from)
	return to
}
