package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant as the database keeps it: microseconds since 1970 UTC in
// an integer column, which both databases compare and index alike. The zero
// Time is NULL.
type Time struct{ time.Time }

// At is t as the database keeps it: UTC, cut to microseconds.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil //nolint:nilnil // NULL is the value of the zero time.
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("read an instant: the column holds a %T", v)
	}
	return nil
}

// GormDataType tells gorm what the column is.
func (Time) GormDataType() string { return "bigint" }

// dueMicros is a deadline for a due_at column. It rounds up, so that a timer
// found by it is never early.
func dueMicros(t time.Time) int64 {
	return t.Add(time.Microsecond - time.Nanosecond).UnixMicro()
}
