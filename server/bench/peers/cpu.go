package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// processTime is the CPU time that this process has used, user and system.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ticks are what /proc counts in on Linux.
const ticks = 100

// treeTime is the CPU time of a process, of its children, and of those that it
// has waited for. It is zero where there is no /proc.
func treeTime(pid int) time.Duration {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	var sum int64
	for _, path := range stats {
		f := statOf(path)
		if f == nil {
			continue
		}
		own, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		switch {
		case own == pid:
			sum += number(f[11]) + number(f[12]) + number(f[13]) + number(f[14])
		case number(f[1]) == int64(pid):
			sum += number(f[11]) + number(f[12])
		}
	}
	return time.Duration(sum) * time.Second / ticks
}

// statOf are the fields of a process after its name (proc(5)): state, ppid, and
// from the eleventh on utime, stime, cutime and cstime.
func statOf(path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	_, rest, found := strings.Cut(string(data), ") ")
	f := strings.Fields(rest)
	if !found || len(f) < 15 {
		return nil
	}
	return f
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// machine says what it was measured on.
func machine() string {
	load, err := os.ReadFile("/proc/loadavg")
	about := fmt.Sprintf("%s, %d CPUs, %s", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.Version())
	if f := strings.Fields(string(load)); err == nil && len(f) > 0 {
		about += ", a load of " + f[0] + " before the first turn"
	}
	return about
}
