package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AnswerRow is an address for one answer to a new message from a person.
type AnswerRow struct {
	// ID is that of the person's message; RunID is empty when no run has it.
	ID, WorkspaceID, ChannelID, RunID string
	// Address is the person's.
	Address string
	// Answer is a channels.Answer as JSON; the database holds it sealed.
	Answer        []byte
	At, ExpiresAt time.Time
}

var insertAnswers = insertInto("answers", " ON CONFLICT (id) DO NOTHING",
	text("id"), text("workspace_id"), text("channel_id"), text("run_id"), text("address"), bytes("sealed"), number("at"), number("expires_at"))

// InsertAnswers notes addresses for answers.
func (b *Batch) InsertAnswers(answers []AnswerRow) error {
	rows := make([][]any, len(answers))
	for i, a := range answers {
		sealed, err := b.s.seal(a.Answer, answerPlace(a.ID))
		if err != nil {
			return err
		}
		rows[i] = []any{a.ID, a.WorkspaceID, a.ChannelID, a.RunID, storable(a.Address), sealed, a.At.UnixMicro(), a.ExpiresAt.UnixMicro()}
	}
	return b.write(&insertAnswers, rows, nil)
}

func answerPlace(id string) []byte { return []byte("answers/" + id) }

// Answer is an address for one answer.
type Answer struct {
	ID        string
	At        Time
	ExpiresAt Time
	Sealed    []byte
	// Plain is a channels.Answer as JSON.
	Plain []byte `gorm:"-"`
}

// TableName is the table's name.
func (Answer) TableName() string { return "answers" }

// AnswerQuery says whose answer an address is looked for: the run that has the
// person's message, or, where the message has a recipient, that person.
type AnswerQuery struct {
	ChannelID, RunID string
	// To are all forms of the person's address.
	To []string
}

func openAnswers(tx *gorm.DB, workspace string, q AnswerQuery, now time.Time) *gorm.DB {
	return tx.Where("workspace_id = ? AND channel_id = ? AND used_by = '' AND expires_at > ?", workspace, q.ChannelID, At(now)).
		Where("run_id = ? OR address <> '' AND address IN ?", q.RunID, storables(q.To)).Order("at DESC, id DESC")
}

// OpenAnswers are the addresses that nobody claimed, of the newest message first.
func (s *Store) OpenAnswers(ctx context.Context, workspace string, q AnswerQuery, now time.Time, limit int) ([]Answer, error) {
	var found []Answer
	if err := openAnswers(s.reading(ctx), workspace, q, now).Limit(limit).Find(&found).Error; err != nil {
		return nil, translate(err)
	}
	for i := range found {
		plain, err := s.open(found[i].Sealed, answerPlace(found[i].ID))
		if err != nil {
			return nil, err
		}
		found[i].Plain = plain
	}
	return found, nil
}

// ClaimAnswer gives an address to a message, for good. ErrNotFound when another
// message has it, or its time is over.
func (s *Store) ClaimAnswer(ctx context.Context, workspace, id, messageID string, now time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		query := tx.Where("workspace_id = ? AND id = ? AND used_by = '' AND expires_at > ?", workspace, id, At(now))
		if s.dialect == postgresDialect {
			query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		}
		var a Answer
		if err := query.Take(&a).Error; err != nil {
			return err
		}
		return tx.Model(&Answer{}).Where("workspace_id = ? AND id = ?", workspace, id).Update("used_by", messageID).Error
	})
}

// ReleaseAnswer gives an address back that its message did not use. ErrNotFound
// when the message does not have it.
func (s *Store) ReleaseAnswer(ctx context.Context, workspace, id, messageID string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		result := tx.Model(&Answer{}).Where("workspace_id = ? AND id = ? AND used_by = ?", workspace, id, messageID).Update("used_by", "")
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrNotFound
		}
		return result.Error
	})
}
