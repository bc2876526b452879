package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sluice/server/vault"
)

// masterKey looks at the master key. The vault is nil when there is none that
// can be used.
func (e *exam) masterKey() *vault.Vault {
	if e.MasterKey != "" {
		key, err := vault.ParseKey(e.MasterKey)
		if err != nil {
			e.add("master key", Error, fmt.Sprintf("SLUICE_MASTER_KEY cannot be used: %v.", err), "Set it to the key that the data was written with.")
			return nil
		}
		e.add("master key", OK, fmt.Sprintf("The master key (id %s) comes from SLUICE_MASTER_KEY.", key.ID()), "")
		return e.vault(key)
	}
	// Looked at first, because reading a key that is not there makes one.
	info, err := os.Stat(e.KeyFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.add("master key", Note, fmt.Sprintf("There is no master key at %s yet.", e.KeyFile),
			"The first `sluice serve` makes it. If this server had one, put it back before you start: without it credentials and secrets cannot be read.")
		return nil
	case err != nil:
		e.add("master key", Error, fmt.Sprintf("The master key file %s cannot be looked at: %v.", e.KeyFile, cause(err)), "Start Sluice as the user that owns it.")
		return nil
	case info.Mode().Perm()&others != 0:
		e.add("master key", Error, fmt.Sprintf("Other users of this machine can read the master key file %s; the server refuses to start with it.", e.KeyFile),
			"Run `chmod 600 "+e.KeyFile+"`.")
		return nil
	}
	key, _, err := vault.KeyFile(e.KeyFile)
	if err != nil {
		e.add("master key", Error, fmt.Sprintf("The master key file cannot be used: %v.", err), "Put back the copy of the key that you keep.")
		return nil
	}
	e.add("master key", OK, fmt.Sprintf("The master key (id %s) is in %s, for its owner only.", key.ID(), e.KeyFile),
		"Keep a copy of it in another place than the backups of the database: either of them alone is worthless to a thief, and the database without the key to you.")
	return e.vault(key)
}

func (e *exam) vault(key vault.Key) *vault.Vault {
	v, err := vault.New(key)
	if err != nil {
		e.add("master key", Error, fmt.Sprintf("The master key cannot be used: %v.", err), "")
		return nil
	}
	return v
}
