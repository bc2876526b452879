package temporal

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"sluice/server/runtime"
	"sluice/server/store/storetest"
	"sluice/server/vault"
)

// INVARIANTS 17.
func TestNothingIsReadableInTemporal(t *testing.T) {
	t.Parallel()
	c := dataConverter(storetest.Vault(t))
	in := Input{Position: runtime.Position{State: []byte(canary), Recipient: recipient, Opening: runtime.Opening{Inputs: []byte(canary)}}}
	payloads, err := c.ToPayloads(in, Signal{}, errors.New(canary))
	if err != nil {
		t.Fatal(err)
	}
	failure := failureConverter(storetest.Vault(t)).ErrorToFailure(errorFor(errors.New("it said " + canary)))
	for _, m := range []proto.Message{payloads, failure} {
		data, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{canary, recipient} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s is readable in %T", secret, m)
			}
		}
	}
	var back Input
	if err := c.FromPayload(payloads.GetPayloads()[0], &back); err != nil || string(back.Position.State) != canary {
		t.Errorf("it reads back as %+v, %v", back.Position, err)
	}
}

func TestPayloadsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	key, err := vault.ParseKey(strings.Repeat("another key ", 5))
	if err != nil {
		t.Fatal(err)
	}
	other, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	mine := dataConverter(storetest.Vault(t))
	for name, from := range map[string]converter.DataConverter{"in clear": converter.GetDefaultDataConverter(), "by another key": dataConverter(other)} {
		p, err := from.ToPayload(Signal{})
		if err != nil {
			t.Fatal(err)
		}
		var s Signal
		if err := mine.FromPayload(p, &s); err == nil {
			t.Errorf("a payload %s was taken", name)
		}
	}
}

func TestErrorsOfTemporalAreThoseOfExecutors(t *testing.T) {
	t.Parallel()
	c := &cluster{}
	for _, tt := range []struct{ err, want error }{
		{serviceerror.NewNotFound("x"), errNoWorkflow},
		{serviceerror.NewResourceExhausted(enums.RESOURCE_EXHAUSTED_CAUSE_RPS_LIMIT, "x"), runtime.ErrBusy},
		{serviceerror.NewUnavailable("x"), runtime.ErrUnavailable},
		{nil, nil},
	} {
		if got := c.translate(tt.err); !errors.Is(got, tt.want) {
			t.Errorf("%v became %v", tt.err, got)
		}
	}
}

func TestABusyTemporalIsSaidToBe(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for range maxStarting {
		s.places <- struct{}{}
	}
	var busy *runtime.BusyError
	if _, err := s.Start(t.Context(), beginning("")); !errors.As(err, &busy) || busy.RetryAfter <= 0 {
		t.Errorf("the error is %v", err)
	}
}

func TestWhatToRunForSearchAttributesIsSaid(t *testing.T) {
	t.Parallel()
	command := attributeCommand("mine")
	for _, word := range []string{"--namespace mine", "--name SluiceFlow --type Keyword", "--name SluiceVersion --type Int"} {
		if !strings.Contains(command, word) {
			t.Errorf("%q does not say %q", command, word)
		}
	}
}
