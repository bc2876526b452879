package runtimetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
)

// What happens to a run while only servers that cannot step it are there.
func keptTests() []test {
	return []test{
		{"receipts of a run that a server cannot step wait for one that can", keptReceipts},
		{"so does a send that worked", keptAcceptance},
		{"so does a send that failed", keptFailure},
		{"so does a reply", keptReply},
		{"so does a receipt that came before the answer", keptEarlyReceipt},
	}
}

// untilMended lets an old server be replaced, and its runs be looked at again.
func (w *World) untilMended() {
	w.t.Helper()
	w.Stop()
	w.Start()
	w.Pass(2 * time.Minute)
}

func keptReceipts(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Stop()
	w.StartOld()
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	w.Pass(5 * time.Second)
	w.Receipt("viber-main", run, 2, channels.StatusRead)
	w.Receipt("viber-main", run, 2, channels.StatusRead)
	// The deadlines pass without anybody who could see to them; what was read
	// before stays read in time.
	w.Pass(10 * time.Minute)
	if got := statuses(w.Query(run)); !slices.Equal(got, []string{"read"}) {
		t.Errorf("the message is %v", got)
	}
	w.waitsIn(run, "viber")
	w.untilMended()
	w.ends(run, "reached")
	if d := w.Query(run); !slices.Equal(path(d), []string{"start", "viber", "done"}) {
		t.Errorf("it went %v", path(d))
	}
}

// failOnce has the first call for each message fail for now.
func (w *World) failOnce() {
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if attempt == 1 {
			return channels.Accepted{}, &channels.SendError{Class: channels.ClassRetryable, Code: "503", Message: "not now"}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
}

func keptAcceptance(t *testing.T, open Open) {
	w := world(t, open)
	w.failOnce()
	run := w.Begin(w.Publish(sendFlow("")), Inputs{"to": phone})
	w.Stop()
	w.StartOld()
	w.Pass(time.Minute)
	if d := w.Query(run); d.Messages[0].Status != "sent" || d.Messages[0].ProviderMessageID == "" {
		t.Errorf("the message is %+v", d.Messages[0])
	}
	w.waitsIn(run, "viber")
	w.untilMended()
	w.ends(run, "reached")
	if n := w.Vendor.Calls(messageID(run, 2)); n != 2 {
		t.Errorf("the message was sent %d times", n)
	}
}

func keptFailure(t *testing.T, open Open) {
	w := world(t, open)
	w.failOnce()
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Stop()
	w.Vendor.Refuse(channels.ClassPermanent, "nobody")
	w.StartOld()
	w.Pass(time.Minute)
	w.waitsIn(run, "viber")
	w.Vendor.Answer(nil)
	w.untilMended()
	w.ends(run, "next")
	if d := w.Query(run); !slices.Equal(path(d), []string{"start", "viber", "sms"}) || d.Steps[1].Port != "failed" {
		t.Errorf("it went %v", path(d))
	}
}

func keptReply(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(askFlow("")), Inputs{"to": phone})
	w.Stop()
	w.StartOld()
	w.Deliver("viber-main", inbound("in-1", phone, "yes"), inbound("in-2", phone, "no"))
	w.Pass(time.Hour)
	w.waitsIn(run, "ask")
	w.untilMended()
	w.ends(run, "coming")
}

func keptEarlyReceipt(t *testing.T, open Open) {
	w := world(t, open)
	w.failOnce()
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Stop()
	w.StartOld()
	w.Deliver("viber-main", channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead}})
	w.Pass(time.Minute)
	w.untilMended()
	w.ends(run, "reached")
}
