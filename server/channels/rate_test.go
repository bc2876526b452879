package channels_test

import (
	"testing"

	"sluice/server/channels"
)

func TestRateIsTheChannelsOwnOrTheVendors(t *testing.T) {
	t.Parallel()
	kind := channels.Kind{ChannelTypes: []channels.ChannelType{channels.SMS}, RatePerSecond: map[channels.ChannelType]float64{channels.SMS: 80}}
	for setting, want := range map[string]float64{"": 80, "2": 2, "0.5": 0.5, "1000": 1000, "0": 80, "-1": 80, "many": 80} {
		a := channels.Account{Type: channels.SMS, Settings: map[string]string{channels.RateSetting: setting}}
		if got := kind.Rate(a); got != want {
			t.Errorf("with %q the rate is %v, want %v", setting, got, want)
		}
	}
	if got := kind.Rate(channels.Account{Type: channels.Viber}); got != 0 {
		t.Errorf("a type without a limit has %v", got)
	}
}

func TestCheckTakesARateForEveryKind(t *testing.T) {
	t.Parallel()
	kind := channels.Kind{ChannelTypes: []channels.ChannelType{channels.SMS}}
	for setting, fits := range map[string]bool{"": true, "1": true, "9999": true, "12.5": true, "0.001": true, "0.5": true, "0": false, "0.0": false, "-1": false, "1e3": false, "10000": false, "x": false} {
		problems := kind.Check(channels.Account{Type: channels.SMS, Settings: map[string]string{channels.RateSetting: setting}})
		if (len(problems) == 0) != fits {
			t.Errorf("%q: %v", setting, problems)
		}
	}
}
