package command

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"sluice/flows"
)

func TestColoursAreForTerminalsOnly(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := styleFor(f).red("x"); got != "x" {
		t.Errorf("a file gets %q", got)
	}
	// The null device is a character device, as terminals are.
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	if got := styleFor(device).red("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("a terminal gets %q", got)
	}
	t.Setenv("NO_COLOR", "1")
	if got := styleFor(device).red("x"); got != "x" {
		t.Errorf("NO_COLOR gets %q", got)
	}
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	if got := styleFor(device).bold("x"); got != "x" {
		t.Errorf("a dumb terminal gets %q", got)
	}
}

func TestVersionsNameWhatWasBuilt(t *testing.T) {
	t.Parallel()
	build := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3, go1.26.0":                                  build("v1.2.3"),
		"development, go1.26.0":                             build("(devel)"),
		"development 0123456789ab, go1.26.0":                build("", revision),
		"development 0123456789ab (with changes), go1.26.0": build("", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
	} {
		if got := describeBuild(info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlacesOfPointers(t *testing.T) {
	t.Parallel()
	document := "{\n  \"nodes\": [\n    {\"id\": \"a\"},\n    {\"id\": \"b\", \"config\": {\"x/y\": 1, \"x/y\": 2}}\n  ],\n  \"edges\": nonsense\n}"
	places := locate([]byte(document))
	for pointer, want := range map[string][2]int{
		"": {1, 1}, "/nodes": {2, 3}, "/nodes/0": {3, 5}, "/nodes/1/id": {4, 6}, "/nodes/1/config/x~1y": {4, 38},
		"/nodes/1/missing/deeper": {4, 5}, "/edges": {6, 3}, "/edges/0/to": {6, 3}, "nowhere": {1, 1},
	} {
		line, column := places.at(pointer)
		if line != want[0] || column != want[1] {
			t.Errorf("%q: got %d:%d, want %d:%d", pointer, line, column, want[0], want[1])
		}
	}
	if line, column := locate(nil).at("/x"); line != 1 || column != 1 {
		t.Errorf("an empty document: got %d:%d", line, column)
	}
}

func TestBoundsAreDescribedInFull(t *testing.T) {
	t.Parallel()
	_, program, diags := compile([]byte(`{"schema": "sluice/v1", "name": "x", "nodes": [{"id": "start", "type": "start"}], "edges": []}`))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	bound := program.Bound()
	bound.AtMost, bound.Duration = true, flows.Duration(0)
	if got, want := describeBound(bound), "1 step, 0 messages, 0s (at most; the flow is too large for the exact figure)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
