package doctor

import (
	"fmt"

	"sluice/server/auth"
)

// access looks at the ways in that settings open.
func (e *exam) access() {
	switch {
	case e.BootstrapKey == "":
	case len(e.BootstrapKey) < auth.MinBootstrapKey:
		e.add("bootstrap key", Error, fmt.Sprintf("SLUICE_BOOTSTRAP_KEY has fewer than %d characters; the server refuses to start with it.", auth.MinBootstrapKey), "Make one with `openssl rand -base64 32`.")
	default:
		e.add("bootstrap key", Note, "SLUICE_BOOTSTRAP_KEY is set: whoever has it is an owner.", "Unset it when the automation that needed it is done, and use API keys, which can be revoked.")
	}
}

func (e *exam) editor() {
	if e.Editor {
		e.add("editor", OK, "The editor is built into this binary.", "")
		return
	}
	e.add("editor", Warning, "This binary has no editor in it: browsers get a page that says so. The API works.", "Build it with `make build`.")
}
