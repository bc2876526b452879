package runtime

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sluice/engine"
	"sluice/engine/script"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

// Whose answer is a message from a person? This is the one place that says so:
//
//  1. What quotes a message of ours, or taps its button, belongs to that message's
//     run. It answers the question of that visit if it still waits, else nothing.
//  2. Otherwise it answers the newest run that waits for this address on this
//     channel and asked before the message was sent.
//  3. Otherwise nobody: it is shown with the newest live run that wrote to them.
//
// Reactions, notices and empty messages go the same way and never answer. Whether
// a run takes a reply its engine.Program says; both executors ask here.

// Why a message from a person went to its run, or to none.
const (
	// matchedQuoted and matchedAddress answered a question.
	matchedQuoted  = "quoted"
	matchedAddress = "address"
	// matchedLate: what it quotes does not wait any more, or never did.
	matchedLate = "late"
	// matchedOlder: it was sent before the question.
	matchedOlder = "older"
	// matchedNotice: a reaction, a deletion, a notice or what cannot be read.
	matchedNotice = "notice"
	// matchedEmpty: there is nothing in it.
	matchedEmpty = "empty"
	// matchedNone: nobody waits for it.
	matchedNone = "none"
)

// unanswering is why a message never answers a question, or "".
func unanswering(m *channels.InboundMessage) string {
	switch {
	case !m.Answers():
		return matchedNotice
	case m.ButtonID == "" && len(m.Media) == 0 && len(m.Data) == 0 && strings.TrimSpace(script.Visible(m.Text)) == "":
		return matchedEmpty
	}
	return ""
}

// choice is where a message from a person goes.
type choice struct {
	// work is the run that it is shown with, nil for none; event what that run is
	// told, nil for nothing.
	work    *work
	event   *engine.Event
	matched string
}

// choose finds the run of a message. The runs that it may be for are in the hands
// of the batch.
func (b *batch) choose(r *received) choice {
	if r.quoted.RunID != "" {
		return b.chooseQuoted(r)
	}
	var passed choice
	for _, asked := range r.asked {
		w := b.runOf(r.row.WorkspaceID, asked.ID)
		if w == nil || w.state.Status.Final() || !slices.Contains(r.keys, w.live.ReplyKey) {
			continue
		}
		if r.never != "" {
			return choice{work: w, matched: r.never}
		}
		c := choice{work: w, event: r.event(0, false), matched: matchedAddress}
		refusal := b.refuses(w, c.event)
		if refusal == "" {
			return c
		}
		if passed.work == nil {
			passed, passed.matched = c, refused(refusal, matchedNone)
		}
	}
	if passed.work != nil {
		return passed
	}
	return b.show(r)
}

// chooseQuoted finds the run whose message is quoted. On channels where a message
// goes to one person only that person can quote it, whatever they are called now.
func (b *batch) chooseQuoted(r *received) choice {
	w := b.runOf(r.row.WorkspaceID, r.quoted.RunID)
	switch {
	case r.never != "":
		return choice{work: w, matched: r.never}
	case w == nil || w.state.Status.Final():
		return choice{work: w, matched: matchedLate}
	}
	elsewhere := r.grouped && w.live.ReplyKey != "" && !slices.Contains(r.keys, w.live.ReplyKey)
	c := choice{work: w, event: r.event(visitOf(r.quoted.ID), elsewhere), matched: matchedQuoted}
	if refusal := b.refuses(w, c.event); refusal != "" {
		c.matched = refused(refusal, matchedLate)
	}
	return c
}

// show has the newest run that wrote to the person show the message. One of an
// earlier release may wait for it without saying so.
func (b *batch) show(r *received) choice {
	w := b.runOf(r.row.WorkspaceID, r.shown)
	switch {
	case r.never != "":
		return choice{work: w, matched: r.never}
	case w == nil || w.state.Status.Final():
		return choice{work: w, matched: matchedNone}
	}
	c := choice{work: w, event: r.event(0, w.live.ReplyKey != "" && !slices.Contains(r.keys, w.live.ReplyKey)), matched: matchedAddress}
	if refusal := b.refuses(w, c.event); refusal != "" {
		c.matched = refused(refusal, matchedNone)
	}
	return c
}

// refuses is why a run would ignore a reply, or "". A run that this server cannot
// step is taken to wait: the event is kept for a server that can.
func (b *batch) refuses(w *work, ev *engine.Event) string {
	if w.broken != nil {
		return ""
	}
	return w.program.Refuses(w.state, *ev, b.now)
}

func refused(refusal, otherwise string) string {
	if refusal == engine.ReplyTooOld {
		return matchedOlder
	}
	return otherwise
}

// event is what a run is told of the message.
func (r *received) event(visit int, unasked bool) *engine.Event {
	reply := *r.reply
	reply.Unasked = unasked
	return &engine.Event{Kind: engine.EventReply, Visit: visit, Reply: &reply}
}

// settleOn notes where the message goes; it reports whether that is news.
func (r *received) settleOn(c choice) bool {
	before, run := r.row.Match, r.row.RunID
	r.row.Match = store.Match{Matched: c.matched}
	if c.work != nil {
		r.row.RunID, r.row.AtVisit = c.work.live.ID, c.work.state.Visit
	} else if r.quoted.RunID == "" {
		r.row.RunID = ""
	}
	return before != r.row.Match || run != r.row.RunID
}

// foresee is where the message goes as far as it can be told before its runs are
// in hand.
func (r *received) foresee() {
	r.row.Matched = cmp.Or(r.never, matchedNone)
	switch {
	case r.quoted.RunID != "":
		r.row.RunID, r.row.AtVisit, r.row.Matched = r.quoted.RunID, visitOf(r.quoted.ID), cmp.Or(r.never, matchedQuoted)
	case len(r.asked) > 0:
		r.row.RunID, r.row.AtVisit, r.row.Matched = r.asked[0].ID, r.asked[0].Visit, cmp.Or(r.never, matchedAddress)
	default:
		r.row.RunID = r.shown
	}
}

// runs are those that the message may be for.
func (r *received) runs() []string {
	if r.quoted.RunID != "" {
		return []string{r.quoted.RunID}
	}
	ids := make([]string, 0, len(r.asked)+1)
	for _, asked := range r.asked {
		ids = append(ids, asked.ID)
	}
	if r.shown != "" {
		ids = append(ids, r.shown)
	}
	return ids
}

// applyReply gives a message from a person to its run.
func (b *batch) applyReply(r *received) {
	c := b.choose(r)
	if r.settleOn(c) && !r.known {
		b.rematched = append(b.rematched, r)
	}
	if c.work == nil || c.event == nil {
		return
	}
	b.noteArrival(c.work.live.ID, c.work.state.Visit, "", "")
	b.tell(c.work, *c.event)
}

// writeReceived writes what is known of messages from people once their runs are.
func (b *batch) writeReceived(tx *store.Batch) error {
	rows := make([]store.MessageRow, len(b.rematched))
	for i, r := range b.rematched {
		rows[i] = r.row
	}
	slices.SortFunc(rows, func(x, y store.MessageRow) int { return strings.Compare(x.ID, y.ID) })
	if err := tx.UpdateMatches(rows); err != nil {
		return err
	}
	if err := b.insertMedia(tx, b.received); err != nil {
		return err
	}
	return insertAnswers(tx, b.received)
}

// visitOf is the visit that an outbound message belongs to, zero for what is no id
// of one.
func visitOf(messageID string) int {
	if runOf(messageID) == "" {
		return 0
	}
	visit, _ := strconv.Atoi(messageID[runIDLength+1:])
	return visit
}

// grouped tells whether several people read what is sent to the channel.
func grouped(channelType string) bool {
	t, ok := flows.ChannelTypeNamed(channelType)
	return ok && t.Address == flows.AddressNone
}
