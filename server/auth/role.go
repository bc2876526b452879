package auth

import "slices"

// Role is what somebody may do in a workspace. Each role may do everything
// that the ones below it may.
type Role string

const (
	// RoleNone is nobody: an operation that asks for it is open to the public.
	RoleNone Role = ""
	// RoleViewer sees flows, runs and channels.
	RoleViewer Role = "viewer"
	// RoleOperator also starts and cancels runs.
	RoleOperator Role = "operator"
	// RoleEditor also changes and publishes flows and templates.
	RoleEditor Role = "editor"
	// RoleAdmin also sets up channels and API keys.
	RoleAdmin Role = "admin"
	// RoleOwner is an admin whom no admin can remove.
	RoleOwner Role = "owner"
)

// ranks lists the roles from the least to the most.
var ranks = []Role{RoleNone, RoleViewer, RoleOperator, RoleEditor, RoleAdmin, RoleOwner}

// Roles lists the roles that somebody can have, from the least to the most.
func Roles() []Role { return slices.Clone(ranks[1:]) }

// Valid reports whether somebody can have the role.
func (r Role) Valid() bool { return r != RoleNone && slices.Contains(ranks, r) }

// AtLeast reports whether r may do what other may. A role that does not exist
// may do nothing, and nobody may do what a role that does not exist may.
func (r Role) AtLeast(other Role) bool {
	mine, theirs := slices.Index(ranks, r), slices.Index(ranks, other)
	return mine >= 0 && theirs >= 0 && mine >= theirs
}
