// Package chaos holds what tests of faults share: how long they go on, and a
// network between the executor and what it talks to that they can cut, slow
// down and reset.
//
// The tests themselves are beside what they try. `make test` runs a short form
// of each; `make chaos` runs all of it.
package chaos

import "os"

// EnvLong asks for the long form of the tests of faults.
const EnvLong = "SLUICE_CHAOS"

// Long reports whether the long form was asked for.
func Long() bool { return os.Getenv(EnvLong) == "long" }
