package runtime

import (
	"slices"
	"testing"

	"sluice/engine"
	"sluice/server/store"
)

func TestLogLinesAboutAnItemNameItsRunAndVisit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		item *item
		want []any
	}{
		"start":   {&item{start: &startItem{request: StartRequest{Workspace: "w", FlowID: "f"}, runID: "r"}}, []any{"workspace_id", "w", "flow_id", "f", "run_id", "r"}},
		"cancel":  {&item{cancel: &cancelItem{workspace: "w", runID: "r", cancel: engine.Cancel{}}}, []any{"workspace_id", "w", "run_id", "r"}},
		"webhook": {&item{inbound: &inboundItem{workspace: "w", channelID: "c"}}, []any{"workspace_id", "w", "channel_id", "c", "events", 0}},
		"outcome": {&item{outcome: &outcome{row: store.OutboxRow{WorkspaceID: "w", RunID: "r", Visit: 3}}}, []any{"workspace_id", "w", "run_id", "r", "visit", 3}},
		"timer":   {&item{timer: &store.LiveRun{WorkspaceID: "w", ID: "r"}}, []any{"workspace_id", "w", "run_id", "r"}},
		"receipt": {
			&item{early: &store.EarlyReceipt{WorkspaceID: "w", ChannelID: "c", Message: store.MessageRef{ID: "r-3", RunID: "r"}}},
			[]any{"workspace_id", "w", "channel_id", "c", "run_id", "r", "message_id", "r-3"},
		},
		"nothing": {&item{}, nil},
	} {
		if got := test.item.about(); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
