package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// readyTimeout is how long a server may take to say how it is.
const readyTimeout = 5 * time.Second

// Ready is `sluice ready`: for containers, whose images have no program that asks.
func Ready() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ready",
		Short: "Ask the server on this machine whether it takes work",
		Long: `Ready asks a running server's /readyz and ends with 0 when it takes work, and with
1 when it does not: it starts or stops, or its database is away. Give it the same
--addr and SLUICE_ADDR as "sluice serve". It is the health check of the image.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage(cmd, "ready takes no arguments, but %q was given", args[0])
			}
			return nil
		},
	}
	s := newSettings(cmd)
	addr := s.text("addr", defaultAddr, "where the server listens")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := s.read(); err != nil {
			return err
		}
		at, err := hereURL(*addr)
		if err != nil {
			return wrongUsage(cmd, "--addr: %v", err)
		}
		if err := askReady(cmd.Context(), at); err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "The server at %s is not ready: %v\n", at, err)
			return errFindings
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "The server at %s is ready.\n", at)
		return err
	}
	return cmd
}

// hereURL is where a server that listens on addr is reached on this machine.
func hereURL(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		// A container need not know the name localhost.
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// askReady is nil when the server says that it takes work.
func askReady(ctx context.Context, at string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	// It is this machine's own server: no proxy is between.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return errors.Unwrap(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	return fmt.Errorf("it answers %s %s", response.Status, strings.TrimSpace(string(body)))
}
