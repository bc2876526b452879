package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// Some vendors give an address with a person's message at which they take one
// answer to it, for a while. The next message of the run that has the person's
// message goes there, if it can; others go where they always go.
//
// An address is claimed before it is used, in a transaction of its own. After a
// crash it counts as used: whether the message went out is then as unknown as
// with any other send, and a further attempt goes to another address.

// openAnswers is how many addresses are looked at for one message.
const openAnswers = 10

// insertAnswers notes the addresses that came with new messages.
func insertAnswers(tx *store.Batch, list []*received) error {
	var rows []store.AnswerRow
	for _, r := range list {
		if !r.isNew || r.message.Answer == nil {
			continue
		}
		answer, err := json.Marshal(r.message.Answer)
		if err != nil {
			return fmt.Errorf("encode where a message is answered: %w", err)
		}
		rows = append(rows, store.AnswerRow{
			ID: r.row.ID, WorkspaceID: r.row.WorkspaceID, ChannelID: r.row.ChannelID, RunID: r.row.RunID, Address: r.key(),
			Answer: answer, At: r.row.QueuedAt, ExpiresAt: r.message.Answer.Until,
		})
	}
	return tx.InsertAnswers(rows)
}

// claimed is an address that a message has for itself; to is nil without one.
type claimed struct {
	id string
	to *channels.Answer
}

// claimAnswer finds the address for a message and claims it. The error is the
// database's.
func (l *Local) claimAnswer(ctx context.Context, a account, send engine.Send, row store.OutboxRow) (claimed, error) {
	answerer, ok := a.provider.(channels.Answerer)
	if !ok || !send.SendAt.IsZero() {
		return claimed{}, nil
	}
	now := l.clock.Now()
	forms, err := l.known(ctx, a.channel, send.To)
	if err != nil {
		return claimed{}, err
	}
	open, err := l.store.OpenAnswers(ctx, row.WorkspaceID, store.AnswerQuery{ChannelID: a.channel.ID, RunID: row.RunID, To: forms}, now, openAnswers)
	if err != nil {
		return claimed{}, err
	}
	for _, candidate := range open {
		var to channels.Answer
		if err := json.Unmarshal(candidate.Plain, &to); err != nil || !answerer.TakesAnswer(a.account, send.Message, to) {
			continue
		}
		err := l.store.ClaimAnswer(ctx, row.WorkspaceID, candidate.ID, row.MessageID, now)
		switch {
		case err == nil:
			return claimed{id: candidate.ID, to: &to}, nil
		case !errors.Is(err, store.ErrNotFound):
			return claimed{}, err
		}
	}
	return claimed{}, nil
}

// giveBack lets go of an address when nobody was reached there: the message is
// tried again, and may then use it.
func (l *Local) giveBack(answer claimed, failure *channels.SendError, row store.OutboxRow) {
	if answer.to == nil || failure == nil || failure.Code != channels.CodeNotConnected {
		return
	}
	if err := l.store.ReleaseAnswer(context.WithoutCancel(l.sending), row.WorkspaceID, answer.id, row.MessageID); err != nil {
		l.log.Warn("where a message is answered is lost", "run_id", row.RunID, "visit", row.Visit, "error", err)
	}
}
