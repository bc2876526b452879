package metawhatsapp

import (
	"strings"
	"testing"
)

func TestEveryKnownCodeIsUsable(t *testing.T) {
	t.Parallel()
	codes := knownCodes()
	for code, k := range codes {
		if k.Class == "" || !strings.HasSuffix(k.Message, ".") || k.Class == "auth" && k.Hint == "" || k.Hint != "" && !strings.HasSuffix(k.Hint, ".") {
			t.Errorf("%d needs a class and sentences, and a hint when somebody has to mend it: %+v", code, k)
		}
	}
	// The codes that the project's notes on Meta name.
	for class, list := range map[string][]int{
		"retryable":          {130429, 80007, 4, 131056},
		"permanent fallback": {131047, 131026, 131048, 131049, 130472},
		"auth":               {131042, 131031, 368, 190, 10},
	} {
		for _, code := range list {
			got := string(codes[code].Class)
			if codes[code].Fallback {
				got += " fallback"
			}
			if got != class {
				t.Errorf("%d is %q, want %q", code, got, class)
			}
		}
	}
}
