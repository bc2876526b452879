package channels_test

import (
	"net/http"
	"testing"
	"time"

	"sluice/server/channels"
)

func TestAnswersWithoutAKnownCodeAreClassifiedByTheirStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]channels.Class{
		302: channels.ClassUnknown, 400: channels.ClassPermanent, 401: channels.ClassAuth, 402: channels.ClassAuth, 403: channels.ClassPermanent,
		404: channels.ClassPermanent, 429: channels.ClassRetryable, 500: channels.ClassUnknown, 502: channels.ClassUnknown, 503: channels.ClassRetryable,
	} {
		se := channels.AnswerError("Vendor", "", "", status, http.Header{"Retry-After": {"3"}})
		if se.Class != want || se.Code == "" || se.RetryAfter != 3*time.Second {
			t.Errorf("%d: got %+v, want %s", status, se, want)
		}
	}
	if se := channels.AnswerError("Vendor", "E7", "no such number", 400, nil); se.Error() != "Vendor refused the message: no such number (E7) Look the code up in Vendor's documentation." {
		t.Errorf("got %q", se)
	}
}

func TestRetryAfterTakesOnlyAReasonableNumberOfSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "3": 3 * time.Second, "-1": 0, "99999999999": 0, "31536000": 0, "Wed, 21 Oct 2026 07:28:00 GMT": 0,
	} {
		if got := channels.RetryAfter(http.Header{"Retry-After": {text}}); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestAMissingSecretIsTheSameAsNothing(t *testing.T) {
	t.Parallel()
	if channels.SameSecret("", "") || channels.SameSecret("a", "") || channels.SameSecret("", "a") || channels.SameSecret("a", "ab") || !channels.SameSecret("ab", "ab") {
		t.Error("secrets are compared wrongly")
	}
}

func TestFieldsAreNeededOnlyWhereTheyMatter(t *testing.T) {
	t.Parallel()
	k := channels.Kind{
		Title: "Vendor", ChannelTypes: []channels.ChannelType{channels.Email},
		Address:     &channels.Field{Name: "base_url", Title: "Address", Required: true},
		Credentials: []channels.Field{{Name: "user", Title: "User name", Required: true, When: &channels.When{Setting: "auth", Values: []string{"basic"}}}},
		Settings:    []channels.Field{{Name: "auth", Title: "Sign in", Default: "none", Choices: []channels.Choice{{Value: "none", Title: "No"}, {Value: "basic", Title: "Basic"}}}},
	}
	for name, tt := range map[string]struct {
		base, auth string
		want       string
	}{
		"no sign-in":           {"https://x.example", "", ""},
		"no sign-in, said so":  {"https://x.example", "none", ""},
		"a sign-in of no use":  {"https://x.example", "magic", "settings.auth"},
		"a user is needed now": {"https://x.example", "basic", "credentials.user"},
		"no address":           {"", "none", "base_url"},
	} {
		problems := k.Check(channels.Account{Type: channels.Email, BaseURL: tt.base, Settings: map[string]string{"auth": tt.auth}})
		if tt.want == "" && len(problems) != 0 || tt.want != "" && (len(problems) != 1 || problems[0].Field != tt.want) {
			t.Errorf("%s: got %+v, want a problem with %q", name, problems, tt.want)
		}
	}
}
