package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// maxUnnamed bounds the channels that are given their identity at once: those that
// were bound by a version which had none.
const maxUnnamed = 1000

// Fingerprint is what of a channel's identity is stored: nobody can check guesses
// against it without the master key. It is empty for an empty identity.
func (s *Store) Fingerprint(identity []string) (string, error) {
	if len(identity) == 0 {
		return "", nil
	}
	if s.vault == nil {
		return "", ErrNoVault
	}
	data, err := json.Marshal(identity)
	if err != nil {
		return "", fmt.Errorf("write an identity: %w", err)
	}
	return s.vault.MAC(data)
}

// ChannelByIdentity returns the channel that has the identity, whatever its
// workspace; what it is called is for its own workspace only.
func (s *Store) ChannelByIdentity(ctx context.Context, identity string) (Channel, error) {
	var c Channel
	err := s.reading(ctx).Where("identity = ? AND identity <> ''", identity).Take(&c).Error
	return c, translate(err)
}

// UnnamedChannels are those of a kind and type that are bound or suspended and have
// no identity, in all workspaces, oldest first.
func (s *Store) UnnamedChannels(ctx context.Context, kind, channelType string) ([]Channel, error) {
	var all []Channel
	err := s.reading(ctx).Where("kind = ? AND type = ? AND status <> ? AND identity = ''", kind, channelType, ChannelUnbound).
		Order("bound_at, id").Limit(maxUnnamed).Find(&all).Error
	return all, translate(err)
}

// NameChannel gives a channel its identity, unless another has it or the channel was
// unbound meanwhile.
func (s *Store) NameChannel(ctx context.Context, c Channel, identity string) error {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&Channel{}).Where("workspace_id = ? AND id = ? AND status <> ? AND identity = ''", c.WorkspaceID, c.ID, ChannelUnbound).
			Update("identity", identity).Error
	})
	if errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// FlowUse is a flow whose published version uses something.
type FlowUse struct {
	ID, Name string
}

// maxUses bounds the flows that are named, and the definitions that are read to
// find them.
const maxUses = 50

// FlowsUsingChannel are the flows whose published version sends or listens through
// the channel, by name; at most fifty.
func (s *Store) FlowsUsingChannel(ctx context.Context, workspace, slug string) ([]FlowUse, error) {
	var rows []struct {
		ID, Name, Definition string
	}
	// The definition is searched before it is read. A slug needs no escape in JSON.
	err := s.reading(ctx).Table("flows").Select("flows.id, flows.name, flow_versions.definition").
		Joins("JOIN flow_versions ON flow_versions.workspace_id = flows.workspace_id AND flow_versions.flow_id = flows.id AND flow_versions.number = flows.published_version").
		Where("flows.workspace_id = ? AND flows.deleted_at IS NULL AND flows.published_version > 0 AND flow_versions.definition LIKE ? ESCAPE '!'",
			workspace, "%\""+escapeLike(slug)+"\"%").
		Order("flows.name, flows.id").Limit(2 * maxUses).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	var uses []FlowUse
	for _, r := range rows {
		if usesChannel(r.Definition, slug) && len(uses) < maxUses {
			uses = append(uses, FlowUse{ID: r.ID, Name: r.Name})
		}
	}
	return uses, nil
}

// usesChannel reports whether a node's or the trigger's config names the channel.
func usesChannel(definition, slug string) bool {
	var flow struct {
		Nodes []struct {
			Config any `json:"config"`
		} `json:"nodes"`
	}
	if err := json.Unmarshal([]byte(definition), &flow); err != nil {
		return false
	}
	for _, node := range flow.Nodes {
		if namesChannel(node.Config, slug) {
			return true
		}
	}
	return false
}

func namesChannel(v any, slug string) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, in := range v {
			if key == "channel" && in == slug || namesChannel(in, slug) {
				return true
			}
		}
	case []any:
		for _, in := range v {
			if namesChannel(in, slug) {
				return true
			}
		}
	}
	return false
}
