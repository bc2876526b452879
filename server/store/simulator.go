package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sluice/server/channels/simulator"
)

// simulatorMessage is a message on a simulated phone, sealed.
type simulatorMessage struct {
	WorkspaceID string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	At          Time
	Message     []byte
}

// simulatorRules are the rules of a workspace's phones.
type simulatorRules struct {
	WorkspaceID string           `gorm:"primaryKey"`
	Rules       []simulator.Rule `gorm:"serializer:json"`
}

// TableName is the table's name: gorm has no plural for it.
func (simulatorRules) TableName() string { return "simulator_rules" }

// SimulatorJournal keeps what the simulator's phones hold.
func (s *Store) SimulatorJournal() simulator.Journal { return simulatorJournal{s} }

type simulatorJournal struct{ s *Store }

// Load returns all messages, oldest first, and the rules per workspace. A
// message that cannot be read is left out: the phones are no reason not to
// start.
func (j simulatorJournal) Load(ctx context.Context) ([]simulator.Message, map[string][]simulator.Rule, error) {
	var rows []simulatorMessage
	if err := j.s.reading(ctx).Order("at, id").Find(&rows).Error; err != nil {
		return nil, nil, translate(err)
	}
	messages := make([]simulator.Message, 0, len(rows))
	for _, row := range rows {
		var m simulator.Message
		plain, err := j.s.open(row.Message, simulatorPlace(row.WorkspaceID, row.ID))
		if err == nil {
			err = json.Unmarshal(plain, &m)
		}
		if err != nil {
			j.s.log.Warn("a message on a simulated phone cannot be read", "workspace_id", row.WorkspaceID, "message_id", row.ID, "error", err)
			continue
		}
		messages = append(messages, m)
	}
	var sets []simulatorRules
	if err := j.s.reading(ctx).Find(&sets).Error; err != nil {
		return nil, nil, translate(err)
	}
	rules := map[string][]simulator.Rule{}
	for _, set := range sets {
		rules[set.WorkspaceID] = set.Rules
	}
	return messages, rules, nil
}

// Save inserts or replaces messages, all or none.
func (j simulatorJournal) Save(ctx context.Context, messages []simulator.Message) error {
	rows := make([]simulatorMessage, len(messages))
	for i, m := range messages {
		plain, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("encode a message of the simulator: %w", err)
		}
		sealed, err := j.s.seal(plain, simulatorPlace(m.WorkspaceID, m.ID))
		if err != nil {
			return err
		}
		rows[i] = simulatorMessage{WorkspaceID: m.WorkspaceID, ID: m.ID, At: At(m.At), Message: sealed}
	}
	return j.s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "workspace_id"}, {Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"at", "message"}),
		}).CreateInBatches(rows, 100).Error
	})
}

// Delete removes messages of a workspace.
func (j simulatorJournal) Delete(ctx context.Context, workspaceID string, ids []string) error {
	return j.s.tx(ctx, func(tx *gorm.DB) error {
		for len(ids) > 0 {
			n := min(len(ids), 500)
			if err := tx.Where("workspace_id = ? AND id IN ?", workspaceID, ids[:n]).Delete(&simulatorMessage{}).Error; err != nil {
				return err
			}
			ids = ids[n:]
		}
		return nil
	})
}

// SaveRules replaces the rules of a workspace.
func (j simulatorJournal) SaveRules(ctx context.Context, workspaceID string, rules []simulator.Rule) error {
	return j.s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Save(&simulatorRules{WorkspaceID: workspaceID, Rules: rules}).Error
	})
}

func simulatorPlace(workspaceID, id string) []byte {
	return []byte("simulator/" + workspaceID + "/" + id)
}
