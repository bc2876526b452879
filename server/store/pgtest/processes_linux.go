package pgtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// processes are those of this machine, by their ids.
func processes(context.Context) (map[int]process, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := map[int]process{}
	for _, path := range paths {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		// proc_pid_stat(5): the id, the name in parentheses, the state, the parent.
		id, rest, found := bytes.Cut(stat, []byte(" ("))
		fields := bytes.Fields(rest[bytes.LastIndexByte(rest, ')')+1:])
		if !found || len(fields) < 2 {
			return nil, fmt.Errorf("%s reads %q", path, stat)
		}
		pid, err := strconv.Atoi(string(id))
		if err != nil {
			return nil, err
		}
		parent, err := strconv.Atoi(string(fields[1]))
		if err != nil {
			return nil, err
		}
		all[pid] = process{parent: parent, stopped: fields[0][0] == 'T', ended: fields[0][0] == 'Z' || fields[0][0] == 'X'}
	}
	return all, nil
}
