package phone_test

import (
	"testing"

	"sluice/engine/phone"
)

func TestParseReadsNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"+639171234567", "639171234567", " +63 917 123 4567 ", "(+63) 917-123-4567", "+(63)9171234567", "+63.917.123.4567", "+63/917/1234567", "+63 (0)917 123 4567", "tel:+63-917-123-4567",
		"\u202a+63 917 123 4567\u202c", "+63\u200b917\u200e1234567", "\ufeff+639171234567", "+63\u00a0917\u202f123\u20094567", "+63‑917‒123–4567", "＋６３９１７１２３４５６７", "+６３ ９１７ １２３ ４５６７",
		"+٦٣٩١٧١٢٣٤٥٦٧", "+۶۳۹۱۷۱۲۳۴۵۶۷", "+६३९१७१२३४५६७", "+๖๓๙๑๗๑๒๓๔๕๖๗", "\u2066+٦٣ ٩١٧ ١٢٣ ٤٥٦٧\u2069",
	} {
		if n, ok := phone.Parse(text); !ok || n.E164 != "+639171234567" || n.Region != "PH" {
			t.Errorf("%q is %+v, %t", text, n, ok)
		}
	}
}

func TestParseTakesNothingElseForANumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "+", "++639171234567", "63+9171234567", "+32 475 qsdfqs", "+1 800 FLOWERS", "1-800-FLOWERS", "+63917l234567", "+639171234567x5", "+639171234567 ext. 5", "+639171234567;ext=5",
		"+639171234567,+639171234568", "+63 917 123 4567 (Ana)", "0917 123 4567", "+639171234567\n+639171234568", "+999123456", "+63", "MTN", "US.1234", "½639171234567", "+63917#1234567", "+63917*1234567", "ana@example.com", "+63917123456²", "+6391712345⑥7",
	} {
		if n, ok := phone.Parse(text); ok {
			t.Errorf("%q is %+v", text, n)
		}
	}
}

func TestAZeroInBracketsIsDialledAtHomeOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+44 (0)20 7031 3000": "+442070313000", "+49 (0) 30 123456": "+4930123456", "+34 (0) 612 345 678": "+34612345678", "+65 (0)8123 4567": "+6581234567", "+1 (0) 212 555 0123": "+12125550123",
		"+39 (0)2 3661 8300": "+390236618300", "TEL:+63 (0)917-123-4567": "+639171234567",
	} {
		if n, ok := phone.Parse(text); !ok || n.E164 != want {
			t.Errorf("%q is %+v, %t, not %s", text, n, ok, want)
		}
	}
}
