package store

import "context"

// PretendNewer makes the database look as if a newer version had changed it.
func PretendNewer(s *Store) error {
	_, err := s.hot.ExecContext(context.Background(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	return err
}
