// Package upgradetest runs the server of an older commit beside this one; see its
// test.
package upgradetest
