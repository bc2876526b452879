package address_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"sluice/engine/address"
	"sluice/engine/phone"
	"sluice/flows"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ channelType, text, want string }{
		{"sms", "639171234567", "+639171234567"},
		{"sms", " +63 917-123-4567 ", "+639171234567"},
		{"whatsapp", "\u202a+63\u00a0917\u200b1234567\u202c", "+639171234567"},
		{"viber", "＋６３９１７１２３４５６７", "+639171234567"},
		{"whatsapp", "+٦٣٩١٧١٢٣٤٥٦٧", "+639171234567"},
		{"sms", "+44 (0)20 7031 3000", "+442070313000"},
		{"sms", "+4402070313000", "+442070313000"},
		// What is no number is no number.
		{"sms", "MTN", "MTN"},
		{"sms", "1800FLOWERS", "1800FLOWERS"},
		{"sms", "+MTN", "+MTN"},
		{"sms", "12345", "12345"},
		{"sms", "+12345", "12345"},
		{"sms", "555888", "555888"},
		{"sms", "+32 475 qsdfqs", "+32 475 qsdfqs"},
		{"sms", "+999123456", "+999123456"},
		{"sms", "", ""},
		{"sms", "+", "+"},
		{"whatsapp", "US.1234", "US.1234"},
		{"whatsapp", "+US.1234", "US.1234"},
		{"whatsapp", "US.ENT.13491208655302741918", "US.ENT.13491208655302741918"},
		{"whatsapp", "24910452900000000", "24910452900000000"},
		{"whatsapp", "+24910452900000000", "24910452900000000"},
		// Mexico's 1 has no meaning any more; Argentina's 9 and Brazil's do.
		{"whatsapp", "5215512345678", "+525512345678"},
		{"sms", "+52 1 55 1234 5678", "+525512345678"},
		{"whatsapp", "+525512345678", "+525512345678"},
		{"whatsapp", "+54 11 15 1234-5678", "+5491112345678"},
		{"whatsapp", "5491112345678", "+5491112345678"},
		{"whatsapp", "541112345678", "+541112345678"},
		{"whatsapp", "554188887777", "+554188887777"},
		// Vendors' ids stay, but for what nobody sees.
		{"messenger", " 7246543210987\u200e", "7246543210987"},
		{"custom", "+63 917", "+63 917"},
		{"viber_bot", "01234567890A=", "01234567890A="},
		{"wecom", " ZhangSan ", "ZhangSan"},
		{"email", " Ana.Cruz@Example.COM ", "Ana.Cruz@example.com"},
		{"email", "\ufeffana@example.com", "ana@example.com"},
		{"email", "nobody", "nobody"},
	} {
		if got := address.Normal(tt.channelType, tt.text); got != tt.want {
			t.Errorf("%s: %q is %q, not %q", tt.channelType, tt.text, got, tt.want)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		channelType, a, b string
		same              bool
	}{
		{"whatsapp", "+525512345678", "5215512345678", true},
		{"whatsapp", "+541112345678", "5491112345678", true},
		{"whatsapp", "+54 11 15 1234-5678", "541112345678", true},
		{"whatsapp", "+5541988887777", "554188887777", true},
		{"whatsapp", "+5511968887777", "551168887777", true},
		// A landline is not the mobile number with a 9 before it.
		{"whatsapp", "+5511933334444", "+551133334444", false},
		{"whatsapp", "+525512345678", "+525512345679", false},
		{"whatsapp", "+15512345678", "+525512345678", false},
		{"sms", "+639171234567", "639171234567", true},
		{"whatsapp", "US.1234", "+US.1234", true},
		{"sms", "MTN", "+MTN", true},
		{"whatsapp", "US.1234", "US.12345", false},
		{"email", "Ana@Example.com", "ana@example.COM", true},
		{"email", "ana@example.com", "anna@example.com", false},
		{"wecom", "ZhangSan", "zhangsan", true},
		{"messenger", "123", "124", false},
		{"custom", "Ana", "ana", false},
	} {
		if got := (address.Reader{}).Same(tt.channelType, tt.a, tt.b); got != tt.same {
			t.Errorf("%s: %q and %q: the same is %t", tt.channelType, tt.a, tt.b, got)
		}
	}
}

func TestSenderHasNoPlusBeforeAName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"+MTN": "MTN", "MTN": "MTN", "+12345": "12345", "639171234567": "+639171234567", "+999123456": "+999123456", "+541112345678": "+541112345678", "": ""} {
		if got := (address.Reader{}).Sender("sms", text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestReaches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		channelType, text string
		want              bool
	}{
		{"sms", "+639171234567", true}, {"sms", "5215512345678", true}, {"sms", "12345", false}, {"sms", "MTN", false}, {"sms", "", false},
		{"whatsapp", "US.1234", true}, {"whatsapp", "US.ENT.1234", true}, {"whatsapp", "us.1234", false}, {"viber", "US.1234", false},
		{"messenger", "7", true}, {"messenger", " \u200e", false}, {"wecom", "", true},
	} {
		if got := (address.Reader{}).Reaches(tt.channelType, tt.text); got != tt.want {
			t.Errorf("%s: %q: reaches is %t", tt.channelType, tt.text, got)
		}
	}
}

// person draws a person's address as it is written properly.
func person(rt *rapid.T, channelType string) string {
	kind, _ := flows.ChannelTypeNamed(channelType)
	switch kind.Address {
	case flows.AddressPhone:
		switch rapid.IntRange(0, 4).Draw(rt, "what") {
		case 0:
			return rapid.StringMatching(`[A-Z]{2}\.[0-9]{4,20}`).Draw(rt, "user id")
		case 1:
			return rapid.StringMatching(`[A-Z][A-Za-z0-9]{1,9}`).Draw(rt, "name")
		case 2:
			return rapid.StringMatching(`[1-9][0-9]{2,5}`).Draw(rt, "short code")
		}
		return number(rt)
	case flows.AddressEmail:
		return rapid.StringMatching(`[a-zA-Z.]{1,9}@[a-zA-Z]{1,9}\.com`).Draw(rt, "email")
	case flows.AddressNone, flows.AddressID:
	}
	return rapid.StringMatching(`[A-Za-z0-9_-]{1,20}`).Draw(rt, "id")
}

// number draws a mobile number of some region, those with several forms often.
func number(rt *rapid.T) string {
	regions := append(slices.Sorted(func(yield func(string) bool) {
		for region := range phonenumbers.GetSupportedRegions() {
			if !yield(region) {
				return
			}
		}
	}), slices.Repeat([]string{"MX", "AR", "BR"}, 20)...)
	for {
		region := rapid.SampledFrom(regions).Draw(rt, "region")
		if n := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE); n != nil {
			return phonenumbers.Format(n, phonenumbers.E164)
		}
	}
}

// written writes an address as people, programs and vendors do.
func written(rt *rapid.T, channelType, text string) string {
	kind, _ := flows.ChannelTypeNamed(channelType)
	number := kind.Address == flows.AddressPhone && strings.HasPrefix(text, "+")
	if number {
		text = alias(rt, text)
		if zero := rapid.SampledFrom([]rune{'0', '０', '٠', '०', '๐', '۰', '𝟎'}).Draw(rt, "script"); zero != '0' {
			text = strings.Map(func(r rune) rune {
				if unicode.IsDigit(r) {
					return zero + r - '0'
				}
				return r
			}, text)
		}
	}
	if kind.Address == flows.AddressPhone && !number && rapid.Bool().Draw(rt, "plus") {
		text = "+" + text
	}
	marks := []string{"", "", "", "\u200b", "\u200e", "\u202a", "\u202c", "\u2066", "\ufeff", "\ufe0f", "\u2060"}
	if number {
		marks = append(marks, " ", "\u00a0", "-")
	}
	var b strings.Builder
	for i, r := range text {
		mark := rapid.SampledFrom(marks).Draw(rt, "mark")
		if i > 1 || mark != "-" {
			b.WriteString(mark)
		}
		b.WriteRune(r)
	}
	return rapid.SampledFrom([]string{"", " ", "\t"}).Draw(rt, "before") + b.String() + rapid.SampledFrom([]string{"", "\n", "\u200f"}).Draw(rt, "after")
}

// alias is one of the ways in which vendors write a number.
func alias(rt *rapid.T, e164 string) string {
	if rapid.Bool().Draw(rt, "old form") {
		switch {
		case strings.HasPrefix(e164, "+52"):
			e164 = "+521" + e164[3:]
		case strings.HasPrefix(e164, "+549"):
			e164 = "+54" + e164[4:]
		case strings.HasPrefix(e164, "+55") && len(e164) == 14 && e164[6] >= '6':
			e164 = e164[:5] + e164[6:]
		}
	}
	if rapid.Bool().Draw(rt, "without plus") {
		e164 = e164[1:]
	}
	return e164
}

func channelTypes() []string {
	var names []string
	for _, t := range flows.ChannelTypes() {
		names = append(names, t.Name)
	}
	return names
}

// INVARIANTS 33: however an address is written, it is one address.
func TestOneAddressHasOneForm(t *testing.T) {
	t.Parallel()
	reader := address.Reader{Phones: phone.NewMemory()}
	rapid.Check(t, func(rt *rapid.T) {
		channelType := rapid.SampledFrom(channelTypes()).Draw(rt, "channel type")
		a := person(rt, channelType)
		x, y := written(rt, channelType, a), written(rt, channelType, a)
		if !reader.Same(channelType, x, y) {
			rt.Errorf("%s: %q is %q, and %q is %q", channelType, x, reader.Key(channelType, x), y, reader.Key(channelType, y))
		}
		normal := reader.Normal(channelType, x)
		if again := reader.Normal(channelType, normal); again != normal {
			rt.Errorf("%s: %q is %q, then %q", channelType, x, normal, again)
		}
		if key := reader.Key(channelType, x); reader.Key(channelType, key) != key || key != address.Key(channelType, x) {
			rt.Errorf("%s: the key %q of %q has another key", channelType, key, x)
		}
		if reader.Reaches(channelType, x) != reader.Reaches(channelType, a) {
			rt.Errorf("%s: %q can be reached, or not, by how it is written", channelType, x)
		}
		// Whatever form a row has, it is found by any other.
		forms := reader.Forms(channelType, x)
		if len(forms) > 5 || forms[0] != reader.Key(channelType, y) || !slices.Contains(forms, normal) {
			rt.Errorf("%s: the forms of %q are %q", channelType, x, forms)
		}
		for _, form := range forms {
			if !reader.Same(channelType, form, x) {
				rt.Errorf("%s: %q is a form of %q, and another address", channelType, form, x)
			}
		}
	})
}

// Two people are two addresses.
func TestDifferentAddressesStayDifferent(t *testing.T) {
	t.Parallel()
	var reader address.Reader
	rapid.Check(t, func(rt *rapid.T) {
		channelType := rapid.SampledFrom([]string{"sms", "whatsapp", "viber"}).Draw(rt, "channel type")
		a := number(rt)
		last := a[len(a)-1]
		b := a[:len(a)-1] + fmt.Sprint((int(last-'0')+1)%10)
		if reader.Same(channelType, written(rt, channelType, a), written(rt, channelType, b)) {
			rt.Errorf("%q and %q are the same", a, b)
		}
	})
}

func FuzzNormal(f *testing.F) {
	for _, seed := range []string{"+639171234567", "US.1234", "+521", "\u202e", "+٦٣", "a@b", "++", strings.Repeat("9", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, channelType := range []string{"sms", "email", "wecom", "custom"} {
			normal := address.Normal(channelType, text)
			if again := address.Normal(channelType, normal); again != normal {
				t.Errorf("%s: %q is %q, then %q", channelType, text, normal, again)
			}
		}
	})
}
