package twilio_test

import (
	"slices"
	"testing"

	"sluice/server/channels"
	"sluice/server/channels/twilio"
)

func TestCodesThatFlowsRelyOn(t *testing.T) {
	t.Parallel()
	codes := twilio.New(nil).KnownCodes()
	for code, want := range map[string]channels.KnownCode{
		"20429": {Class: channels.ClassRetryable}, "63018": {Class: channels.ClassRetryable}, "63119": {Class: channels.ClassRetryable},
		"21211": {Class: channels.ClassPermanent}, "21610": {Class: channels.ClassPermanent, Fallback: true},
		"21614": {Class: channels.ClassPermanent, Fallback: true}, "63024": {Class: channels.ClassPermanent, Fallback: true},
		"30003": {Class: channels.ClassPermanent, Fallback: true}, "63016": {Class: channels.ClassPermanent, Fallback: true},
		"20003": {Class: channels.ClassAuth},
	} {
		if got := codes[code]; got.Class != want.Class || got.Fallback != want.Fallback {
			t.Errorf("%s: got %+v, want %+v", code, got, want)
		}
	}
}

// A code that may be about one person, message or template must not be here: it
// would stop the channel for everybody.
func TestOnlyWhatIsAboutTheAccountSuspendsTheChannel(t *testing.T) {
	t.Parallel()
	about := []string{"10001", "20003", "20005", "20008", "20403", "30002", "63001", "63020", "63051", "70051", "90010"}
	for code, known := range twilio.New(nil).KnownCodes() {
		if suspends := known.Class == channels.ClassAuth; suspends != slices.Contains(about, code) {
			t.Errorf("%s suspends: %v (%s)", code, suspends, known.Message)
		}
	}
}
