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
		"+639171234567,+639171234568", "+63 917 123 4567 (Ana)", "0917 123 4567", "+639171234567\n+639171234568", "+999123456", "+63", "MTN", "US.1234", "½639171234567", "+63917#1234567", "+63917*1234567", "ana@example.com",
	} {
		if n, ok := phone.Parse(text); ok {
			t.Errorf("%q is %+v", text, n)
		}
	}
}
