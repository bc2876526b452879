package channels

import (
	"slices"
	"strconv"
	"time"
)

// PairRate is a vendor's limit on messages from one sender to the same recipient:
// one each Every. Up to Burst may go within Every; what they took too early has
// to pass before more is let through.
type PairRate struct {
	Every time.Duration `json:"every"`
	Burst int           `json:"burst"`
}

// RateSetting is the setting of every channel that limits how many messages a
// second are handed to its vendor.
const RateSetting = "messages_per_second"

// rateField asks for RateSetting.
func rateField() Field {
	return Field{
		Name: RateSetting, Title: "Messages per second", Example: "10",
		Help:    "The most that are handed over in a second; more wait their turn and none is lost. Empty keeps to the provider's usual limit.",
		Pattern: `[1-9][0-9]{0,3}(\.[0-9]{1,3})?|0\.[0-9]{0,2}[1-9]`,
	}
}

// AllSettings are the kind's settings and those that every channel has.
func (k Kind) AllSettings() []Field { return append(slices.Clone(k.Settings), rateField()) }

// Rate is how many messages a second may be handed over for the account; zero
// means any number.
func (k Kind) Rate(a Account) float64 {
	if perSecond, err := strconv.ParseFloat(a.Settings[RateSetting], 64); err == nil && perSecond > 0 {
		return perSecond
	}
	return k.RatePerSecond[a.Type]
}
