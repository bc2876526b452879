package channeltest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

func testKind(t *testing.T, f Fixture) {
	k := f.Provider.Kind()
	if k.Name == "" || k.Title == "" || len(k.ChannelTypes) == 0 {
		t.Errorf("name, title and channel types are needed: %+v", k)
	}
	for _, ct := range k.ChannelTypes {
		if _, ok := k.Receipts[ct]; !ok {
			t.Errorf("nothing is said about the receipts of %s", ct)
		}
		if len(k.Forms[ct]) == 0 {
			t.Errorf("%s takes no form of message", ct)
		}
	}
	seen := map[string]bool{}
	for _, field := range append(append([]channels.Field(nil), k.Credentials...), k.Settings...) {
		if field.Name == "" || field.Title == "" || seen[field.Name] {
			t.Errorf("the field %+v needs a name of its own and a title", field)
		}
		seen[field.Name] = true
	}
	if problems := k.Check(f.Account); len(problems) != 0 {
		t.Errorf("the fixture's own account is refused: %v", problems)
	}
	if problems := k.Check(channels.Account{Type: "pigeon"}); len(problems) == 0 {
		t.Error("a channel of an unknown type is accepted")
	}
}

func testVerify(t *testing.T, f Fixture) {
	if err := f.Provider.Verify(t.Context(), f.Account); err != nil {
		t.Fatal(err)
	}
	if n := f.Sent(); n != 0 {
		t.Errorf("verifying sent %d messages", n)
	}
}

func testVerifyRefuses(t *testing.T, f Fixture) {
	if f.Break == nil {
		if len(f.Provider.Kind().Credentials) != 0 {
			t.Error("a provider with credentials has to say how to break them")
		}
		return
	}
	wantClass(t, f, f.Provider.Verify(t.Context(), f.Break(f.Account)), channels.ClassAuth)
	empty := f.Account
	empty.Credentials = nil
	wantClass(t, f, f.Provider.Verify(t.Context(), empty), channels.ClassAuth)
	_, err := f.Provider.Send(t.Context(), empty, f.Outbound)
	wantClass(t, f, err, channels.ClassAuth)
}

func testSend(t *testing.T, f Fixture) {
	first, err := f.Provider.Send(t.Context(), f.Account, f.Outbound)
	if err != nil {
		t.Fatal(err)
	}
	o := f.Outbound
	o.MessageID += "-second"
	second, err := f.Provider.Send(t.Context(), f.Account, o)
	if err != nil {
		t.Fatal(err)
	}
	if first.ProviderMessageID == "" || first.ProviderMessageID == second.ProviderMessageID {
		t.Errorf("the vendor's ids must tell messages apart: %q, %q", first.ProviderMessageID, second.ProviderMessageID)
	}
	if n := f.Sent(); n != 2 {
		t.Errorf("the vendor took %d messages, want 2", n)
	}
}

func testForm(t *testing.T, f Fixture) {
	o := f.Outbound
	o.Message = flows.Message{Type: "semaphore", Text: "hello"}
	_, err := f.Provider.Send(t.Context(), f.Account, o)
	se := wantClass(t, f, err, channels.ClassPermanent)
	if se.Code != channels.CodeForm || f.Sent() != 0 {
		t.Errorf("got code %q and %d messages", se.Code, f.Sent())
	}
}

func testDeadline(t *testing.T, f Fixture) {
	o := f.Outbound
	o.Deadline = time.Now().Add(-time.Second)
	_, err := f.Provider.Send(t.Context(), f.Account, o)
	se := wantClass(t, f, err, channels.ClassPermanent)
	if se.Code != channels.CodeDeadline || f.Sent() != 0 {
		t.Errorf("got code %q and %d messages", se.Code, f.Sent())
	}
}

func testCancel(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Provider.Send(ctx, f.Account, f.Outbound)
	wantClass(t, f, err, channels.ClassRetryable)
	if !errors.Is(err, context.Canceled) || f.Sent() != 0 {
		t.Errorf("got %v and %d messages", err, f.Sent())
	}
}

// classCase is how a behaviour of the vendor must be classified.
type classCase struct {
	behaviour Behaviour
	class     channels.Class
	// network marks behaviours that only a provider with a network can meet.
	network bool
}

//nolint:gochecknoglobals // A constant table.
var classes = []classCase{
	{RefuseForNow, channels.ClassRetryable, false},
	{RefuseForever, channels.ClassPermanent, false},
	{RefuseCredentials, channels.ClassAuth, false},
	{FailInside, channels.ClassUnknown, false},
	{LoseAnswer, channels.ClassUnknown, true},
	{Hang, channels.ClassUnknown, true},
	{Garble, channels.ClassUnknown, true},
}

func testClass(t *testing.T, f Fixture, c classCase) {
	if !f.Answer(c.behaviour) {
		if !c.network || f.Network != nil {
			t.Errorf("the fake vendor must be able to %s", c.behaviour)
		}
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if c.behaviour == Hang {
		ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
	}
	_, err := f.Provider.Send(ctx, f.Account, f.Outbound)
	se := wantClass(t, f, err, c.class)
	if se.Message == "" || se.Code == "" {
		t.Errorf("the error needs a code and a message: %+v", se)
	}
	if c.behaviour == RefuseForNow && se.RetryAfter != RetryAfter {
		t.Errorf("the vendor asked for %v, the error says %v", RetryAfter, se.RetryAfter)
	}
	f.Answer(Accept)
	o := f.Outbound
	o.MessageID += "-after"
	if _, err := f.Provider.Send(t.Context(), f.Account, o); err != nil {
		t.Errorf("the next send must not suffer: %v", err)
	}
}

func testUnreachable(t *testing.T, f Fixture) {
	if f.Network == nil {
		return
	}
	a := f.Network.Unreachable(f.Account)
	_, err := f.Provider.Send(t.Context(), a, f.Outbound)
	wantClass(t, f, err, channels.ClassRetryable)
	wantClass(t, f, f.Provider.Verify(t.Context(), a), channels.ClassRetryable)
}

func testMoved(t *testing.T, f Fixture) {
	if f.Network == nil {
		return
	}
	a, calls := f.Network.Moved(f.Account)
	if _, err := f.Provider.Send(t.Context(), a, f.Outbound); err != nil {
		t.Fatal(err)
	}
	if calls() == 0 || f.Sent() != 0 {
		t.Errorf("%d calls went to the set base URL and %d messages to the other", calls(), f.Sent())
	}
}

// wantClass checks an error's type and class, and that it tells no secret.
func wantClass(t *testing.T, f Fixture, err error, want channels.Class) *channels.SendError {
	t.Helper()
	var se *channels.SendError
	if !errors.As(err, &se) {
		t.Fatalf("got %v (%T), want a *SendError", err, err)
	}
	if se.Class != want {
		t.Errorf("got class %q (%v), want %q", se.Class, err, want)
	}
	noSecret(t, f, err.Error(), se.Hint)
	for cause := se.Err; cause != nil; cause = errors.Unwrap(cause) {
		noSecret(t, f, cause.Error())
	}
	return se
}

func noSecret(t *testing.T, f Fixture, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, s := range f.Secrets {
			if strings.Contains(text, s) {
				t.Errorf("a credential shows up in %q", text)
			}
		}
	}
}
