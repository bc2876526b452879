package store

import "context"

// RunsOfMessages finds the runs of messages of a channel, by our ids of the
// messages and by those of the provider.
func (s *Store) RunsOfMessages(ctx context.Context, workspace, channelID string, ids, providerIDs []string) (map[string]string, error) {
	runs := map[string]string{}
	for column, names := range map[string][]string{"id": ids, "provider_message_id": providerIDs} {
		if len(names) == 0 {
			continue
		}
		var found []struct{ Name, RunID string }
		err := s.reading(ctx).Model(&Message{}).Select(column+" AS name, run_id").
			Where("workspace_id = ? AND channel_id = ? AND "+column+" IN ?", workspace, channelID, storables(names)).Scan(&found).Error
		if err != nil {
			return nil, translate(err)
		}
		for _, f := range found {
			if f.RunID != "" {
				runs[f.Name] = f.RunID
			}
		}
	}
	return runs, nil
}
