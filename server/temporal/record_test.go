//go:build temporalserver

package temporal

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"sluice/engine"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

var update = flag.Bool("update", false, "record new histories (those already recorded are never changed)")

// TestHistoriesReplay has runs come to their end on a real server and replays
// what it kept of them.
func TestHistoriesReplay(t *testing.T) {
	t.Parallel()
	for name, r := range recorded {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ids, vendor := open(t, store.Options{Vault: storetest.Vault(t)}), map[string]string{}, runtimetest.NewVendor()
			runtimetest.SetUp(t, s, ids)
			o := Options{Address: address(t), TaskQueue: store.NewID(), Vault: storetest.Vault(t), maxHistory: r.maxHistory}
			e, err := Open(t.Context(), o, runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			go func() { _ = e.Run(context.Background()) }()
			t.Cleanup(e.Stop)
			started, err := e.Start(t.Context(), beginning(runtimetest.Publish(t, s, []byte(r.flow))))
			if err != nil {
				t.Fatal(err)
			}
			for vendor.Calls(started.RunID+"-2") == 0 {
				select {
				case <-t.Context().Done():
					t.Fatal("nothing was sent")
				case <-time.After(10 * time.Millisecond):
				}
			}
			switch {
			case r.cancelled:
				err = e.Cancel(t.Context(), store.DefaultWorkspaceID, started.RunID, engine.Cancel{})
			case r.delivered:
				err = e.DeliverInbound(t.Context(), store.DefaultWorkspaceID, ids["viber-main"], []channels.Inbound{
					{Receipt: &channels.Receipt{MessageID: started.RunID + "-2", Status: channels.StatusDelivered}},
				})
			}
			if err != nil {
				t.Fatal(err)
			}
			ended(t, e, started.RunID)
			h := &history.History{}
			// The database knows of the end before the server does.
			for closed := false; !closed; closed = h.Events[len(h.Events)-1].GetWorkflowExecutionCompletedEventAttributes() != nil {
				h.Events, _ = historyOf(t, e, started.RunID)
			}
			if continued := h.Events[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId() != ""; continued != (r.maxHistory > 0) {
				t.Errorf("the run went on in a new history: %t", continued)
			}
			if err := replayer(t).ReplayWorkflowHistory(quietLog{}, h); err != nil {
				t.Error(err)
			}
			if *update {
				record(t, name, h)
			}
		})
	}
}

// record keeps a history, unless there is one of that name.
func record(t *testing.T, name string, h *history.History) {
	t.Helper()
	file := filepath.Join(histories, name+".json")
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	host, err := os.Hostname()
	var data []byte
	if err == nil {
		data, err = protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(h)
	}
	if err == nil {
		// The name of the machine is nobody's business: it is in identities and in
		// the names of sticky queues.
		data = bytes.ReplaceAll(data, []byte("@"+host+"/"), []byte("@host/"))
		data = bytes.ReplaceAll(data, []byte(`"`+host+":"), []byte(`"host:`))
		err = os.MkdirAll(histories, 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, append(data, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
