package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is the server that the contestants share, one after the other, each
// with a database of its own. It is started when the first one wants it.
type postgres struct {
	// address is of a server that runs already, if any.
	address   string
	folder    string
	process   *exec.Cmd
	databases int
}

// database makes one and returns its address.
func (p *postgres) database(ctx context.Context) (string, error) {
	if p.address == "" {
		if err := p.start(ctx); err != nil {
			return "", err
		}
	}
	conn, err := pgx.Connect(ctx, p.address)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	p.databases++
	name := fmt.Sprintf("sluice_peers_%d_%d", os.Getpid(), p.databases)
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	c := conn.Config()
	at := fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", c.User, c.Password, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), name)
	return at, nil
}

// start makes a cluster in a folder for temporary files, with the settings that
// PostgreSQL comes with but for memory and connections.
func (p *postgres) start(ctx context.Context) error {
	programs, err := programs()
	if err != nil {
		return err
	}
	if p.folder, err = os.MkdirTemp("", "sluice-peers-pg-"); err != nil {
		return err
	}
	owner, err := unprivileged()
	if err != nil {
		return err
	}
	attributes := &syscall.SysProcAttr{Credential: owner}
	if owner != nil {
		if err := os.Chown(p.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(p.folder, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "-D", data, "-U", "peers", "-A", "trust", "-E", "UTF8", "--locale=C")
	initdb.Dir, initdb.SysProcAttr = p.folder, attributes
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err = errors.Join(err, listener.Close()); err != nil {
		return err
	}
	p.process = exec.Command(filepath.Join(programs, "postgres"), "-D", data, "-p", port, "-h", "127.0.0.1", "-k", p.folder, "-c", "max_connections=200", "-c", "shared_buffers=256MB")
	p.process.Dir, p.process.SysProcAttr = p.folder, attributes
	if err := p.process.Start(); err != nil {
		return err
	}
	address := "postgres://peers@127.0.0.1:" + port + "/postgres?sslmode=disable"
	for range 200 {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, address); err == nil {
			p.address = address
			return conn.Close(ctx)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL does not take connections: %w", err)
}

// cpu is the CPU time that the server has used, those of its processes that have
// ended included; zero for a server that runs elsewhere.
func (p *postgres) cpu() time.Duration {
	if p.process == nil {
		return 0
	}
	return treeTime(p.process.Process.Pid)
}

func (p *postgres) stop() {
	if p.process != nil {
		// A fast shutdown: connections are cut.
		_ = p.process.Process.Signal(syscall.SIGINT)
		_ = p.process.Wait()
	}
	if p.folder != "" {
		_ = os.RemoveAll(p.folder)
	}
}

func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for i := len(found) - 1; i >= 0; i-- {
			if _, err := os.Stat(filepath.Join(found[i], "initdb")); err == nil {
				return found[i], nil
			}
		}
	}
	return "", errors.New("PostgreSQL was not found: install it, or name a server with --postgres")
}

// unprivileged is who PostgreSQL runs as, which refuses to run as root; nil for
// whoever runs this.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}
