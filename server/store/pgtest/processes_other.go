//go:build unix && !linux

package pgtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
)

// processes are those of this machine, by their ids.
func processes(ctx context.Context) (map[int]process, error) {
	out, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=,state=").Output()
	if err != nil {
		return nil, err
	}
	all := map[int]process{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var pid int
		var p process
		var state string
		if _, err := fmt.Sscan(lines.Text(), &pid, &p.parent, &state); err != nil {
			return nil, err
		}
		p.stopped, p.ended = state[0] == 'T', state[0] == 'Z'
		all[pid] = p
	}
	return all, nil
}
