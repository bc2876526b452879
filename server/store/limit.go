package store

import (
	"context"
	"fmt"
)

// LimitSize bounds a SQLite file to that many pages: beyond them it behaves as
// on a full disk. It is for tests of that.
func (s *Store) LimitSize(pages int) error {
	var limit int
	if err := s.hot.QueryRowContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&limit); err != nil {
		return fmt.Errorf("limit the size of the database: %w", err)
	}
	return nil
}
