package twilio_test

import (
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/twilio/twiliotest"
)

// there has messages with a time wait at Twilio.
func there(w world) channels.Account {
	w.account.Settings["sender"], w.account.Settings["scheduling"] = serviceSID, "twilio"
	return w.account
}

func TestMessagesWaitAtTwilioAndAreCancelledThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	a, at := there(w), time.Now().Add(time.Hour).Truncate(time.Second)
	o := text("Hi")
	o.SendAt, o.Deadline = at, at.Add(30*time.Second)
	accepted, err := w.provider.Send(t.Context(), a, o)
	if err != nil {
		t.Fatal(err)
	}
	m := w.fake.Messages()[0]
	if m.Status != "scheduled" || m.ScheduleType != "fixed" || m.SendAt != at.UTC().Format(time.RFC3339) || m.ValidityPeriod != "30" {
		t.Errorf("Twilio got %+v", m)
	}
	w.fake.Fail(twiliotest.Fault{Status: 503})
	if se := channels.AsSendError(w.provider.Withdraw(t.Context(), a, accepted.ProviderMessageID)); se == nil || se.Class != channels.ClassRetryable {
		t.Errorf("while Twilio is down it says %v", se)
	}
	if err := w.provider.Withdraw(t.Context(), a, accepted.ProviderMessageID); err != nil || w.fake.Messages()[0].Status != "canceled" {
		t.Errorf("cancelling gave %v, and the message is %s", err, w.fake.Messages()[0].Status)
	}
	if se := channels.AsSendError(w.provider.Withdraw(t.Context(), a, accepted.ProviderMessageID)); se == nil || se.Class != channels.ClassPermanent || se.Code != "30409" {
		t.Errorf("when it is too late it says %v", se)
	}
	a.Credentials = nil
	if se := channels.AsSendError(w.provider.Withdraw(t.Context(), a, "SM1")); se == nil || se.Class != channels.ClassAuth {
		t.Errorf("without credentials it says %v", se)
	}
}

func TestTwilioHoldsWhatItCanTell(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, tt := range []struct {
		name   string
		change func(a *channels.Account)
		ahead  time.Duration
		want   bool
	}{
		{"a Messaging Service", nil, time.Hour, true},
		{"WhatsApp", func(a *channels.Account) { a.Type = channels.WhatsApp }, time.Hour, true},
		{"too near", nil, 9 * time.Minute, false},
		{"too far", nil, 35 * 24 * time.Hour, false},
		{"not asked to", func(a *channels.Account) { delete(a.Settings, "scheduling") }, time.Hour, false},
		{"a number drops the time in silence", func(a *channels.Account) { a.Settings["sender"] = "+14155550100" }, time.Hour, false},
		{"without an address for receipts", func(a *channels.Account) { a.HookURL = "" }, time.Hour, false},
		{"Messenger", func(a *channels.Account) { a.Type = channels.Messenger }, time.Hour, false},
	} {
		w := newWorld(t, channels.SMS, twiliotest.Options{})
		a := there(w)
		if tt.change != nil {
			tt.change(&a)
		}
		if got := w.provider.Schedules(a, now.Add(tt.ahead), now); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWaitingAtTwilioNeedsAMessagingService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	a := there(w)
	if problems := w.provider.Check(a); len(problems) != 0 {
		t.Errorf("with a Messaging Service: %v", problems)
	}
	a.Type = channels.Messenger
	if problems := w.provider.Check(a); len(problems) != 1 {
		t.Errorf("on Messenger: %v", problems)
	}
	a.Type, a.Settings["sender"] = channels.SMS, "+14155550100"
	if problems := w.provider.Check(a); len(problems) != 1 || problems[0].Field != "settings.scheduling" {
		t.Errorf("with a number: %v", problems)
	}
}

func TestATimeWithoutAMessagingServiceIsRefusedRatherThanSentAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	o := text("Hi")
	o.SendAt = time.Now().Add(time.Hour)
	_, err := w.provider.Send(t.Context(), w.account, o)
	if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassPermanent || len(w.fake.Messages()) != 0 {
		t.Errorf("got %v, and Twilio has %d messages", err, len(w.fake.Messages()))
	}
}

func TestEveryCodeOfABadTimeIsKnown(t *testing.T) {
	t.Parallel()
	known := newWorld(t, channels.SMS, twiliotest.Options{}).provider.KnownCodes()
	for _, code := range []string{"35111", "35114", "35115", "35117", "35126"} {
		if k, ok := known[code]; !ok || k.Class != channels.ClassPermanent {
			t.Errorf("%s: got %+v", code, k)
		}
	}
}
