package channels_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

func TestCheckReportsEveryField(t *testing.T) {
	t.Parallel()
	kind := channels.Kind{
		Title: "Vendor", ChannelTypes: []channels.ChannelType{channels.SMS},
		Credentials: []channels.Field{{Name: "token", Title: "Token", Required: true, Secret: true}},
		Settings:    []channels.Field{{Name: "sender", Title: "Sender", Pattern: `\+\d+|[a-z]+`, Example: "+1555"}, {Name: "note", Title: "Note"}},
	}
	tests := []struct {
		name    string
		account channels.Account
		want    []string
	}{
		{"good", channels.Account{Type: "sms", Credentials: map[string]string{"token": "t"}, Settings: map[string]string{"sender": "+1"}}, nil},
		{"optional left out", channels.Account{Type: "sms", Credentials: map[string]string{"token": "t"}}, nil},
		{"all wrong", channels.Account{
			Type: "viber", Credentials: map[string]string{"tokn": "canary"}, Settings: map[string]string{"sender": "canary +1"},
		}, []string{"type", "credentials.token", "credentials.tokn", "settings.sender"}},
		{"the pattern is for the whole value", channels.Account{
			Type: "sms", Credentials: map[string]string{"token": "t"}, Settings: map[string]string{"sender": "+1\n"},
		}, []string{"settings.sender"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range kind.Check(tt.account) {
				got = append(got, p.Field)
				if p.Message == "" || strings.Contains(p.Message, "canary") {
					t.Errorf("bad message %q", p.Message)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRedactHidesSecretsOnly(t *testing.T) {
	t.Parallel()
	kind := channels.Kind{Credentials: []channels.Field{{Name: "id"}, {Name: "token", Secret: true}, {Name: "other", Secret: true}}}
	a := channels.Account{Credentials: map[string]string{"id": "AC1", "token": "s3cret"}}
	if got := kind.Redact(a, "AC1 has s3cret, s3cret"); got != "AC1 has ***, ***" {
		t.Errorf("got %q", got)
	}
}

func TestKindTakes(t *testing.T) {
	t.Parallel()
	kind := channels.Kind{Forms: map[channels.ChannelType][]flows.MessageType{channels.SMS: {flows.MessageText}}}
	if !kind.Takes(channels.SMS, flows.MessageText) || kind.Takes(channels.SMS, flows.MessageList) || kind.Takes(channels.Viber, flows.MessageText) {
		t.Error("Takes is wrong")
	}
}

func TestTemplateRender(t *testing.T) {
	t.Parallel()
	tests := []struct {
		body       string
		parameters []string
		want       string
	}{
		{"Your code is {{1}}.", []string{"42"}, "Your code is 42."},
		{"{{ 2 }} {{1}} {{1}}", []string{"a", "b"}, "b a a"},
		{"{{1}} {{2}} {{0}}", []string{"a"}, "a {{2}} {{0}}"},
		// What a parameter contains is not looked at again.
		{"{{1}}", []string{"{{2}}", "no"}, "{{2}}"},
		{"", []string{"a"}, ""},
	}
	for _, tt := range tests {
		if got := (channels.Template{Body: tt.body}).Render(tt.parameters); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.body, got, tt.want)
		}
	}
}

func TestStatusAdvances(t *testing.T) {
	t.Parallel()
	order := []channels.Status{
		channels.StatusNone, channels.StatusSent, channels.StatusFailed, channels.StatusDelivered, channels.StatusRead,
	}
	for i, from := range order {
		for j, to := range order {
			if got := to.Advances(from); got != (j > i) {
				t.Errorf("%q after %q: got %v", to, from, got)
			}
		}
		if channels.StatusUnknown.Advances(from) {
			t.Errorf("an unknown status changes %q", from)
		}
		if channels.Status("teleported").Known() || from.Known() != (i > 0) {
			t.Errorf("Known is wrong for %q", from)
		}
	}
}

// INVARIANTS 8: whatever the order and however often receipts come, the record
// never moves backwards and ends at the same status.
func TestInvariant8ReceiptsAreMonotonicAndOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	statuses := []channels.Status{
		channels.StatusSent, channels.StatusDelivered, channels.StatusRead, channels.StatusFailed, channels.StatusUnknown,
	}
	end := func(t *rapid.T, receipts []channels.Status) channels.Status {
		record := channels.StatusNone
		for _, s := range receipts {
			before := record
			if s.Advances(record) {
				record = s
			}
			if before.Advances(record) {
				t.Fatalf("moved backwards from %q to %q", before, record)
			}
		}
		return record
	}
	rapid.Check(t, func(t *rapid.T) {
		receipts := rapid.SliceOf(rapid.SampledFrom(statuses)).Draw(t, "receipts")
		shuffled := rapid.Permutation(append(slices.Clone(receipts), receipts...)).Draw(t, "shuffled")
		if a, b := end(t, receipts), end(t, shuffled); a != b {
			t.Fatalf("%q in one order, %q in another", a, b)
		}
	})
}

type named string

func (n named) Kind() channels.Kind {
	return channels.Kind{Name: string(n), Title: strings.ToUpper(string(n))}
}
func (n named) Verify(context.Context, channels.Account) error { return nil }
func (n named) Send(context.Context, channels.Account, channels.Outbound) (channels.Accepted, error) {
	return channels.Accepted{}, nil
}

func (n named) Webhook(channels.Account, *http.Request, []byte) ([]channels.Inbound, channels.Reply, error) {
	return nil, channels.Reply{}, nil
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	r := channels.NewRegistry(named("b"), named("a"))
	if p, ok := r.Provider("a"); !ok || p.Kind().Name != "a" {
		t.Errorf("got %v, %v", p, ok)
	}
	if _, ok := r.Provider("c"); ok {
		t.Error("a provider that nobody registered")
	}
	if kinds := r.Kinds(); len(kinds) != 2 || kinds[0].Name != "a" {
		t.Errorf("got %+v", kinds)
	}
	for _, bad := range []named{"a", ""} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("registering %q does not panic", bad)
				}
			}()
			r.Register(bad)
		}()
	}
}

func TestSendErrorText(t *testing.T) {
	t.Parallel()
	err := &channels.SendError{Code: "21211", Message: "The number is wrong.", Hint: "Check it.", Err: io.EOF}
	if got := err.Error(); got != "The number is wrong. (21211) Check it." {
		t.Errorf("got %q", got)
	}
	if !errors.Is(err, io.EOF) || channels.AsSendError(err) != err || channels.AsSendError(nil) != nil {
		t.Error("the cause or the error itself is lost")
	}
	if got := channels.AsSendError(io.EOF); got.Class != channels.ClassUnknown || !errors.Is(got, io.EOF) {
		t.Errorf("a foreign error: got %+v", got)
	}
}

func TestNetworkErrorsAreClassified(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want channels.SendError
	}{
		{"unsent", &egress.Error{Host: "h", Err: io.EOF}, channels.SendError{
			Class: channels.ClassRetryable, Code: channels.CodeNotConnected, Message: "V could not be reached.",
		}},
		{"unsent in time", &egress.Error{Host: "h", Err: context.DeadlineExceeded}, channels.SendError{
			Class: channels.ClassRetryable, Code: channels.CodeNotConnected, Message: "V could not be reached in time.",
		}},
		{"written", &egress.Error{Host: "h", Written: true, Err: io.EOF}, channels.SendError{
			Class: channels.ClassUnknown, Code: channels.CodeNoAnswer,
			Message: "V gave no usable answer, so the message may or may not be on its way.",
		}},
		{"written, timed out", &egress.Error{Host: "h", Written: true, Err: context.DeadlineExceeded}, channels.SendError{
			Class: channels.ClassUnknown, Code: channels.CodeNoAnswer,
			Message: "V did not answer in time, so the message may or may not be on its way.",
		}},
		{"blocked", &egress.Error{Host: "h", Err: egress.ErrBlocked}, channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeBlocked,
			Message: "The channel's address lies where calls are not allowed to go.",
			Hint:    "Correct the channel's base URL, or let the operator allow the address with SLUICE_EGRESS_ALLOW.",
		}},
		{"a redirect that is refused", &egress.Error{Host: "h", Written: true, Err: fmt.Errorf("%w: it leads inside", egress.ErrBlocked)}, channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeBlocked,
			Message: "V answers with a redirect that must not be followed.",
			Hint:    "Correct the channel's base URL, or let the operator allow the address with SLUICE_EGRESS_ALLOW.",
		}},
		{"another client's", io.EOF, channels.SendError{
			Class: channels.ClassUnknown, Code: channels.CodeNoAnswer,
			Message: "V gave no usable answer, so the message may or may not be on its way.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := *channels.NetworkError("V", tt.err)
			if !errors.Is(got.Err, tt.err) {
				t.Error("the cause is lost")
			}
			got.Err = nil
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestAFieldForOtherTypesIsNotNeeded(t *testing.T) {
	t.Parallel()
	k := channels.Kind{
		ChannelTypes: []channels.ChannelType{channels.SMS, channels.WhatsApp},
		Settings:     []channels.Field{{Name: "space", Title: "Instance", Required: true, Types: []channels.ChannelType{channels.WhatsApp}}},
	}
	for channelType, want := range map[channels.ChannelType]int{channels.SMS: 0, channels.WhatsApp: 1} {
		if got := k.Check(channels.Account{Type: channelType}); len(got) != want {
			t.Errorf("%s: %v", channelType, got)
		}
	}
}
