package main

import (
	"fmt"
	"net/url"
	"os"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	sqltool "go.temporal.io/server/tools/sql"
)

// postgresStores makes the server's two databases in a cluster, with the schema
// that the server's module carries, unless they are there.
func postgresStores(address string) (map[string]config.DataStore, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the address of the database: %w", err)
	}
	password, _ := u.User.Password()
	stores := map[string]config.DataStore{}
	for name, part := range map[string]struct{ database, schema string }{
		"main":       {"temporal", "postgresql/v12/temporal"},
		"visibility": {"temporal_visibility", "postgresql/v12/visibility"},
	} {
		tool := []string{
			"temporal-sql-tool", "--plugin", postgresql.PluginNamePGX, "--endpoint", u.Hostname(), "--port", u.Port(),
			"--user", u.User.Username(), "--password", password, "--database", part.database,
		}
		for _, command := range [][]string{
			{"create-database"}, {"setup-schema", "--version", "0.0"}, {"update-schema", "--schema-name", part.schema},
		} {
			if err := sqltool.RunTool(append(append([]string(nil), tool...), command...)); err != nil {
				return nil, fmt.Errorf("%s of %s: %w", command[0], part.database, err)
			}
		}
		stores[name] = config.DataStore{SQL: &config.SQL{
			PluginName: postgresql.PluginNamePGX, DatabaseName: part.database, ConnectAddr: u.Host, ConnectProtocol: "tcp",
			User: u.User.Username(), Password: password, MaxConns: 20, MaxIdleConns: 20,
		}}
	}
	return stores, nil
}

// sqliteStores makes a SQLite file with the server's schema, unless it is
// there.
func sqliteStores(path, cluster string) (map[string]config.DataStore, error) {
	sql := &config.SQL{
		PluginName: sqliteplugin.PluginName, DatabaseName: path,
		ConnectAttributes: map[string]string{"mode": "rwc", "_journal_mode": "WAL", "_synchronous": "2"},
	}
	if _, err := os.Stat(path); os.IsNotExist(err) {
		if err := sqlite.SetupSchema(sql); err != nil {
			return nil, fmt.Errorf("set up the schema: %w", err)
		}
	}
	return map[string]config.DataStore{"main": {SQL: sql}, "visibility": {SQL: sql}}, nil
}
