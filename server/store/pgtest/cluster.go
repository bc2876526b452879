//go:build unix

package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"sluice/server/testhost"
)

const (
	superuser = "sluice"
	// stopTimeout is how long a clean stop may take before a hard one.
	stopTimeout = testhost.Patience / 3
)

// errMissing is what to say when PostgreSQL is not installed.
var errMissing = errors.New("these tests need PostgreSQL, and its programs initdb and postgres were not found: " +
	"run scripts/setup, or install them (Debian and Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql), or set " + EnvURL + " to a server whose user may create databases")

// cluster is a running PostgreSQL in a temporary folder.
type cluster struct {
	folder  string
	address string
	// programs, data, owner and port are what it is started again with.
	programs, data string
	owner          *syscall.Credential
	port           int
	// release gives the port back.
	release func()

	process *os.Process
	done    chan struct{}
	output  *bytes.Buffer
}

// startCluster makes and starts a cluster.
func startCluster(ctx context.Context) (*cluster, error) {
	programs, err := findPrograms(ctx)
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "sluice-pg-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	c := &cluster{folder: folder, programs: programs, data: filepath.Join(folder, "data"), owner: owner}
	if owner != nil {
		if err := os.Chown(folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return nil, errors.Join(fmt.Errorf("give the folder to PostgreSQL's user: %w", err), os.RemoveAll(folder))
		}
	}
	init := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "--pgdata", c.data, "--username", superuser, "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	init.Dir, init.SysProcAttr = folder, attributes(owner)
	if out, err := init.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("make a PostgreSQL cluster: %w: %s", err, out), os.RemoveAll(folder))
	}
	// It is the cluster's also while the cluster is down.
	c.port, c.release, err = testhost.Reserve()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := c.launch(ctx); err != nil {
		c.release()
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return c, nil
}

func (c *cluster) launch(ctx context.Context) error {
	c.address = fmt.Sprintf("postgres://%s@127.0.0.1:%d/postgres?sslmode=disable", superuser, c.port)
	c.output, c.done = &bytes.Buffer{}, make(chan struct{})
	cmd := exec.Command(filepath.Join(c.programs, "postgres"), "-D", c.data, "-p", strconv.Itoa(c.port), "-h", "127.0.0.1", "-k", c.folder, //nolint:noctx // it outlives this call
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "log_min_messages=warning",
		// Tests stop and kill processes and never the machine's power: what a
		// process has written is in the kernel's hands and outlives it. So nothing
		// waits for the disk, and what tests find out about crashes is still true.
		"-c", "fsync=off", "-c", "full_page_writes=off")
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = c.folder, attributes(c.owner), c.output, c.output
	started := make(chan error, 1)
	go func() {
		defer close(c.done)
		// The kernel ends PostgreSQL when the thread that started it ends, so
		// this thread stays: a test process that is killed leaves nothing behind.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // its output says why it ended
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	c.process = cmd.Process
	if err := c.ready(ctx); err != nil {
		return errors.Join(err, c.end())
	}
	return nil
}

// ready waits until the cluster takes connections.
func (c *cluster) ready(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-c.done:
			return fmt.Errorf("PostgreSQL ended at once: %s", c.output)
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// stop ends the cluster and removes its folder.
func (c *cluster) stop() error {
	defer c.release()
	return errors.Join(c.end(), os.RemoveAll(c.folder))
}

// end stops the process: first as an administrator would, then hard.
func (c *cluster) end() error {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := c.process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		select {
		case <-c.done:
			return nil
		case <-time.After(stopTimeout):
		}
	}
	return errors.New("stop PostgreSQL: it does not end")
}

// findPrograms finds a folder with PostgreSQL's server programs, the newest
// version where there are several.
func findPrograms(ctx context.Context) (string, error) {
	var folders []string
	if path, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql*/bin", "/usr/local/opt/postgresql*/bin", "/opt/homebrew/opt/postgresql*/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", fmt.Errorf("look for PostgreSQL: %w", err)
		}
		slices.SortFunc(found, newerFirst)
		folders = append(folders, found...)
	}
	for _, folder := range folders {
		if isProgram(filepath.Join(folder, "initdb")) && isProgram(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", errMissing
}

// newerFirst orders folders by the version in their names: 15 before 9.
func newerFirst(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(b, a)
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// unprivileged is who PostgreSQL runs as: it refuses to run as root. Nil means
// as this process does.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // no change of user is a valid answer.
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and this system has no user postgres or nobody: run the tests as another user")
}
