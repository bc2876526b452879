package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// batchTimeout bounds one transaction on PostgreSQL, whose network can swallow
// a statement without an error.
const batchTimeout = 30 * time.Second

// Batch is one transaction of the execution path: many runs at once. It is for
// one goroutine.
type Batch struct {
	//nolint:containedctx // a batch lives within one call of (*Store).Batch.
	ctx context.Context
	tx  *sql.Tx
	s   *Store
}

// Batch runs fn in one transaction. Rows are locked in one order by everybody
// (idempotency keys, then runs by id), so batches of several replicas do not
// deadlock. The error wraps ErrUnavailable when the database cannot be used;
// then nothing was written, or (when the connection broke during the commit)
// nobody knows.
func (s *Store) Batch(ctx context.Context, fn func(b *Batch) error) error {
	// A started batch is finished: half of its waiters may have gone, the
	// others have not. On SQLite a context that can end would also cost a
	// goroutine per statement.
	ctx = context.WithoutCancel(ctx)
	if s.dialect == postgresDialect {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, batchTimeout)
		defer cancel()
	}
	tx, err := s.hot.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	if err := fn(&Batch{ctx: ctx, tx: tx, s: s}); err != nil {
		// The cause says more than what a broken transaction says at its end.
		_ = tx.Rollback()
		return s.noteFull(translate(err))
	}
	if err := tx.Commit(); err != nil {
		// Whatever stops a commit is not the fault of what is in it.
		_ = tx.Rollback()
		return s.noteFull(unavailable(err))
	}
	return nil
}

// column is a column of a hot statement, with its type in PostgreSQL.
type column struct {
	name, kind string
	null       bool
}

func text(name string) column     { return column{name: name, kind: "text"} }
func nullText(name string) column { return column{name: name, kind: "text", null: true} }
func number(name string) column   { return column{name: name, kind: "bigint"} }
func nullNum(name string) column  { return column{name: name, kind: "bigint", null: true} }
func bytes(name string) column    { return column{name: name, kind: "bytea", null: true} }

// statement writes many rows: on SQLite it is run once per row, which costs
// nothing there when it is prepared; on PostgreSQL once, with an array per
// column.
type statement struct {
	columns          []column
	sqlite, postgres string
	// numbered is true when PostgreSQL returns the ordinals, from one, of the rows
	// that were found. An INSERT returns their keys.
	numbered bool
	// partitioned is the table, where PostgreSQL keeps a partition per week; see
	// places.
	partitioned string
}

// insertInto makes an INSERT. suffix may be an ON CONFLICT clause; RETURNING
// the first column then tells which rows were new.
func insertInto(table, suffix string, columns ...column) statement {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	head := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") "
	return statement{
		columns:  columns,
		sqlite:   head + "VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")" + suffix,
		postgres: head + "SELECT * FROM unnest(" + arrays(columns) + ")" + suffix, //nolint:unqueryvet // unnest has the columns that it is given
	}
}

// updateOf makes an UPDATE of the rows that agree in the key columns, which
// come first. sets are assignments: a key column without one stays, another
// column without one is set to its value, an empty one leaves the column out.
// In sets and where, "v.name" is the given value.
func updateOf(table string, keys int, where string, sets map[string]string, columns ...column) statement {
	return statement{
		columns: columns, numbered: true,
		sqlite: rename(columns, "UPDATE "+table+" SET "+assignments(columns, keys, sets)+" WHERE "+
			matches(table, columns[:keys], where)),
		postgres: "UPDATE " + table + " SET " + assignments(columns, keys, sets) +
			" FROM unnest(" + arrays(columns) + ") WITH ORDINALITY AS v(" + names(columns) + ", n) WHERE " +
			matches(table, columns[:keys], where) + " RETURNING v.n",
	}
}

// inPartitions has the statement go to the partitions of its rows.
func (st statement) inPartitions(table string) statement {
	st.partitioned = table
	return st
}

// deleteFrom makes a DELETE of the rows that agree in all columns.
func deleteFrom(table string, columns ...column) statement { return deleteWhere(table, "", columns...) }

// deleteWhere is deleteFrom with a further condition.
func deleteWhere(table, where string, columns ...column) statement {
	return statement{
		columns: columns, numbered: true,
		sqlite: rename(columns, "DELETE FROM "+table+" WHERE "+matches(table, columns, where)),
		postgres: "DELETE FROM " + table + " USING unnest(" + arrays(columns) + ") WITH ORDINALITY AS v(" + names(columns) + ", n) WHERE " +
			matches(table, columns, where) + " RETURNING v.n",
	}
}

func names(columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name
	}
	return strings.Join(list, ", ")
}

func arrays(columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = "$" + strconv.Itoa(i+1) + "::" + c.kind + "[]"
	}
	return strings.Join(list, ", ")
}

func assignments(columns []column, keys int, sets map[string]string) string {
	var list []string
	for i, c := range columns {
		set, given := sets[c.name]
		if !given && i >= keys {
			set = "v." + c.name
		}
		if set != "" {
			list = append(list, c.name+" = "+set)
		}
	}
	return strings.Join(list, ", ")
}

func matches(table string, keys []column, where string) string {
	var list []string
	for _, c := range keys {
		list = append(list, table+"."+c.name+" = v."+c.name)
	}
	if where != "" {
		list = append(list, where)
	}
	return strings.Join(list, " AND ")
}

// rename makes "v.name" the parameter of that column: ?1 for the first.
func rename(columns []column, query string) string {
	// Longest first, so that "v.id" does not match the start of "v.identity".
	for length := 64; length > 0; length-- {
		for i, c := range columns {
			if len(c.name) == length {
				query = strings.ReplaceAll(query, "v."+c.name, "?"+strconv.Itoa(i+1))
			}
		}
	}
	return query
}

// write runs a statement for all rows. done, if given, is called with the
// index of each row that the statement found or made.
func (b *Batch) write(st *statement, rows [][]any, done func(i int)) error {
	if len(rows) == 0 {
		return nil
	}
	if b.s.dialect == sqliteDialect {
		return b.writeEach(st, rows, done)
	}
	if st.partitioned == "" {
		return b.writeAll(st, st.postgres, rows, done)
	}
	return b.s.weeks.split(st.partitioned, len(rows), func(i int) string { return rows[i][0].(string) }, //nolint:forcetypeassert // ids are texts.
		func(table string, indexes []int) error {
			part := make([][]any, len(indexes))
			for i, index := range indexes {
				part[i] = rows[index]
			}
			return b.writeAll(st, strings.ReplaceAll(st.postgres, st.partitioned, table), part, func(i int) {
				if done != nil {
					done(indexes[i])
				}
			})
		})
}

// writeAll runs a statement on PostgreSQL for all rows at once.
func (b *Batch) writeAll(st *statement, text string, rows [][]any, done func(i int)) error {
	args := make([]any, len(st.columns))
	for i, c := range st.columns {
		args[i] = c.array(rows, i)
	}
	if done == nil {
		_, err := b.tx.ExecContext(b.ctx, text, args...)
		return err
	}
	found, err := b.tx.QueryContext(b.ctx, text, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	var index map[string]int
	if !st.numbered {
		index = make(map[string]int, len(rows))
		for i, row := range rows {
			index[fmt.Sprint(row[0])] = i
		}
	}
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			return err
		}
		i, isKey := index[name]
		if !isKey {
			if i, err = strconv.Atoi(name); err != nil {
				return fmt.Errorf("which row was written: %w", err)
			}
			i--
		}
		done(i)
	}
	return found.Err()
}

func (b *Batch) writeEach(st *statement, rows [][]any, done func(i int)) error {
	prepared := b.tx.StmtContext(b.ctx, b.s.statements.byQuery[st.sqlite])
	for i, row := range rows {
		result, err := prepared.ExecContext(b.ctx, row...)
		if err != nil {
			return err
		}
		if done == nil {
			continue
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if n > 0 {
			done(i)
		}
	}
	return nil
}

// array is a column of rows as PostgreSQL's driver wants it.
func (c column) array(rows [][]any, i int) any {
	switch {
	case c.kind == "bytea":
		return pick(rows, i, func(v any) []byte { b, _ := v.([]byte); return b })
	case c.kind == "bigint" && c.null:
		return pick(rows, i, func(v any) *int64 {
			if n, ok := v.(int64); ok {
				return &n
			}
			return nil
		})
	case c.kind == "bigint":
		return pick(rows, i, func(v any) int64 { n, _ := v.(int64); return n })
	case c.null:
		return pick(rows, i, func(v any) *string {
			if s, ok := v.(string); ok {
				s = storable(s)
				return &s
			}
			return nil
		})
	default:
		return pick(rows, i, func(v any) string { s, _ := v.(string); return storable(s) })
	}
}

// storable is text as PostgreSQL takes it: UTF-8 without NUL. What vendors and
// people send may hold anything, and must not keep a batch from being written.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func storables(texts []string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = storable(text)
	}
	return list
}

func pick[T any](rows [][]any, i int, convert func(any) T) []T {
	values := make([]T, len(rows))
	for n, row := range rows {
		values[n] = convert(row[i])
	}
	return values
}

// query reads rows. In its text "@in" stands for membership in a list.
type query struct{ sqlite, postgres string }

// selecting makes a query from its text, in which "?" are parameters, "x @in ?"
// tests for membership in a list of texts, and "@lock" and "@skip" lock the
// rows where several processes write.
func selecting(text string) query {
	lite := strings.NewReplacer("@in ?", "IN (SELECT value FROM json_each(?))", "@lock", "", "@skip", "").Replace(text)
	pg := strings.NewReplacer("@in ?", "= ANY(?::text[])", "@lock", "FOR UPDATE", "@skip", "FOR UPDATE SKIP LOCKED").Replace(text)
	var b strings.Builder
	n := 0
	for _, r := range pg {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return query{sqlite: lite, postgres: b.String()}
}

// read runs a query and calls scan for each row. Lists of texts are given as
// []string.
func (b *Batch) read(q *query, scan func(rows *sql.Rows) error, args ...any) error {
	var rows *sql.Rows
	var err error
	if b.s.dialect == sqliteDialect {
		for i, arg := range args {
			if list, ok := arg.([]string); ok {
				data, err := json.Marshal(list)
				if err != nil {
					return fmt.Errorf("encode a list: %w", err)
				}
				args[i] = string(data)
			}
		}
		rows, err = b.tx.StmtContext(b.ctx, b.s.statements.byQuery[q.sqlite]).QueryContext(b.ctx, args...)
	} else {
		for i, arg := range args {
			if list, ok := arg.([]string); ok {
				args[i] = storables(list)
			}
		}
		rows, err = b.tx.QueryContext(b.ctx, q.postgres, args...)
	}
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readByID runs a query for ids in their partitions. On SQLite it is one query.
func (b *Batch) readByID(q *idQuery, scan func(rows *sql.Rows) error, ids []string) error {
	if b.s.dialect == sqliteDialect {
		return b.read(&query{sqlite: q.sqlite}, scan, ids)
	}
	return b.s.weeks.split(q.table, len(ids), func(i int) string { return ids[i] }, func(table string, indexes []int) error {
		part := make([]string, len(indexes))
		for i, index := range indexes {
			part[i] = ids[index]
		}
		text := q.anywhere
		if table != q.table {
			text = strings.ReplaceAll(q.direct, q.table, table)
		}
		return b.read(&query{postgres: text}, scan, part)
	})
}

// idQuery reads rows by id from a table that PostgreSQL keeps in partitions. The
// ids are its only parameter.
type idQuery struct {
	table  string
	sqlite string
	// direct reads from one partition, anywhere from all of them: it looks id by
	// id, so that each look goes to one of them whatever PostgreSQL knows of them.
	direct, anywhere string
}

// selectingByID makes an idQuery of the columns "r.…" of a table. lock is true
// for rows that are locked, in the order of their ids.
func selectingByID(table, columns string, lock bool) idQuery {
	order, locking := "", ""
	if lock {
		order, locking = " ORDER BY r.id", " FOR UPDATE"
	}
	return idQuery{
		table:  table,
		sqlite: "SELECT " + columns + " FROM " + table + " r WHERE r.id IN (SELECT value FROM json_each(?))" + order,
		direct: "SELECT " + columns + " FROM " + table + " r WHERE r.id = ANY($1::text[])" + order + locking,
		//nolint:unqueryvet // found has the columns that are named in it.
		anywhere: "SELECT found.* FROM unnest($1::text[]) AS wanted(id) CROSS JOIN LATERAL (SELECT " + columns + " FROM " + table +
			" r WHERE r.id = wanted.id LIMIT 1" + locking + ") found",
	}
}

// micros is an instant for a nullable column.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// orNull is a text for a nullable column.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// orNullBytes keeps a nil slice NULL: as an interface it would not be nil.
func orNullBytes(data []byte) any {
	if data == nil {
		return nil
	}
	return data
}
