package auth

import "testing"

func TestRolesIncludeTheOnesBelow(t *testing.T) {
	t.Parallel()
	roles := Roles()
	for i, mine := range roles {
		for j, needed := range roles {
			if got := mine.AtLeast(needed); got != (i >= j) {
				t.Errorf("%s at least %s = %v", mine, needed, got)
			}
		}
	}
	for _, wrong := range []Role{"root", "Owner", "owner "} {
		if wrong.Valid() || wrong.AtLeast(RoleViewer) || wrong.AtLeast(RoleNone) || RoleOwner.AtLeast(wrong) {
			t.Errorf("the role %q, which does not exist, counts for something", wrong)
		}
	}
	if RoleNone.Valid() || RoleNone.AtLeast(RoleViewer) {
		t.Error("nobody counts as somebody")
	}
}

func TestOperationWithoutAnEntryIsRefusedToAll(t *testing.T) {
	t.Parallel()
	for _, role := range append(Roles(), RoleNone) {
		for _, operation := range []string{"", "deleteEverything", "ListFlows"} {
			if Allowed(role, operation) {
				t.Errorf("%q may do %q, which is not in the table", role, operation)
			}
		}
	}
	if !Allowed(RoleNone, "getSession") || Allowed(RoleNone, "listFlows") || !Allowed(RoleViewer, "listFlows") || Allowed(RoleViewer, "startRun") {
		t.Error("the table is not followed")
	}
}
