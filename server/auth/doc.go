// Package auth decides who a request comes from and what they may do: users
// with passwords and sessions, API keys for machines, roles, and the one table
// of operations that says which role each needs.
package auth
