package nodes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/phone"
)

func identify(config string) string {
	return `{"id":"country","type":"identify_phone","config":{"phone":"{{phone}}","output":"country",` + config + `}},` + sms
}

func TestIdentifyPhoneTakesTheFirstMatchingBranch(t *testing.T) {
	t.Parallel()
	byRegion := `"by":"region","branches":[{"port":"ph","codes":["PH"]},{"port":"my","codes":["MY","SG"]},{"port":"us","codes":["us"]}]`
	byCode := `"by":"calling_code","branches":[{"port":"ph","codes":["63"]},{"port":"my","codes":["+60"]},{"port":"nanp","codes":["1"]}]`
	tests := []struct{ name, config, phone, port, country string }{
		{"region", byRegion, "+639171234567", "ph", "PH"},
		{"without the plus", byRegion, "639171234567", "ph", "PH"},
		{"with spaces", byRegion, " +63 917 123 4567 ", "ph", "PH"},
		{"Malaysia is MY", byRegion, "+60123456789", "my", "MY"},
		{"second code of a branch", byRegion, "+6591234567", "my", "SG"},
		{"codes in small letters", byRegion, "+12025550123", "us", "US"},
		{"a region of a shared calling code", byRegion, "+14165550123", "else", "CA"},
		{"no branch", byRegion, "+4915112345678", "else", "DE"},
		{"not a number", byRegion, "hello", "invalid", ""},
		{"empty", byRegion, "", "invalid", ""},
		{"too short", byRegion, "+6391", "invalid", ""},
		{"a number that can be dialled within its area only", byRegion, "+639171234", "invalid", ""},
		{"national format is not accepted", byRegion, "09171234567", "invalid", ""},
		{"an unknown calling code", byRegion, "+999123456789", "invalid", ""},
		{"calling code", byCode, "+639171234567", "ph", "63"},
		{"calling code written with a plus", byCode, "60123456789", "my", "60"},
		{"calling code of several countries", byCode, "+14165550123", "nanp", "1"},
	}
	edges := []string{"start.next>country", "country.ph>sms", "country.my>sms", "country.else>sms", "country.invalid>sms"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, flow(t, `[{"name":"phone"}]`, identify(tt.config), branchEdges(tt.config, slices.Clone(edges))...))
			r := begin(t, p, `{"phone":"`+tt.phone+`"}`)
			if diff := cmp.Diff([]string{"next", tt.port}, r.ports()[:2]); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if got := r.state.Vars["country"]; got != tt.country {
				t.Errorf("the variable holds %q, want %q", got, tt.country)
			}
		})
	}
}

// branchEdges adds the edge of the branch that only this config has.
func branchEdges(config string, edges []string) []string {
	if strings.Contains(config, "calling_code") {
		return append(edges, "country.nanp>sms")
	}
	return append(edges, "country.us>sms")
}

func TestIdentifyPhoneWithoutInvalidEdgeLeavesByElse(t *testing.T) {
	t.Parallel()
	node := identify(`"branches":[{"port":"ph","codes":["PH"]}]`)
	for name, edges := range map[string][]string{"else is connected": {"start.next>country", "country.else>sms"}, "nothing is": {"start.next>country"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, `[{"name":"phone"}]`, node, edges...)), `{"phone":"123"}`)
			if diff := cmp.Diff([]string{"next", "else"}, r.ports()); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdentifyPhoneLeavesOutputs(t *testing.T) {
	t.Parallel()
	node := identify(`"branches":[]`) + `,{"id":"set","type":"set_variables","config":{"variables":[{"name":"all","value":"{{steps.country.region + steps.country.calling_code + steps.country.e164}}"}]}}`
	r := begin(t, compile(t, flow(t, `[{"name":"phone"}]`, node, "start.next>country", "country.else>set")), `{"phone":"639171234567"}`)
	if got := r.state.Vars["all"]; got != "PH63+639171234567" {
		t.Errorf("outputs give %q", got)
	}
}

func TestEveryRegionAndCallingCodeIsKnown(t *testing.T) {
	t.Parallel()
	regions := phone.Regions()
	if len(regions) < 240 {
		t.Errorf("only %d regions are known", len(regions))
	}
	for _, region := range regions {
		if !phone.KnownRegion(region) {
			t.Errorf("%s is listed but not known", region)
		}
	}
	for code, want := range map[string]bool{"63": true, "1": true, "888": true, "063": false, "+63": false, "999": false, "": false, "x": false} {
		if phone.KnownCallingCode(code) != want {
			t.Errorf("calling code %q: known is %v", code, !want)
		}
	}
}
