// Package examples holds runnable flows, each with the scenarios that show and
// prove what it does. `sluice test examples/*.json` runs them all.
package examples

import (
	"embed"
	"io/fs"
	"path"
)

//go:embed *.json
var files embed.FS

// Example is one flow of this folder.
type Example struct {
	// Name is the file's name without its extension.
	Name string
	// Definition is the flow in its canonical form.
	Definition []byte
}

// otp is the name of the example that the demo publishes.
const otp = "otp-by-country"

// OTP is the definition of the flow "OTP by country".
func OTP() []byte { return read(otp + ".json") }

// All lists the examples by name.
func All() []Example {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic("examples: the embedded folder cannot be read: " + err.Error())
	}
	var all []Example
	for _, e := range entries {
		name := e.Name()
		all = append(all, Example{Name: name[:len(name)-len(path.Ext(name))], Definition: read(name)})
	}
	return all
}

// read returns an embedded file. It is part of the program, so it cannot be
// missing.
func read(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic("examples: " + err.Error())
	}
	return data
}
