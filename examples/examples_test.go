package examples_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/examples"
	"sluice/flows"
	"sluice/nodes"
)

// compile reads an example as strictly as publishing does.
func compile(t *testing.T, definition []byte) *engine.Program {
	t.Helper()
	f, diags := flows.Decode(definition)
	if len(diags) > 0 {
		t.Fatalf("decode: %v", diags)
	}
	p, diags := engine.Compile(f, nodes.Standard())
	// Not only errors: an example that warns teaches a bad habit.
	if len(diags) > 0 {
		t.Fatalf("compile: %v", diags)
	}
	return p
}

func TestExamplesAreCanonical(t *testing.T) {
	t.Parallel()
	for _, e := range examples.All() {
		f, diags := flows.Decode(e.Definition)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", e.Name, diags)
		}
		encoded, err := flows.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(encoded), string(e.Definition)); diff != "" {
			t.Errorf("%s is not canonical; run `sluice fmt examples/*.json`:\n%s", e.Name, diff)
		}
	}
}

func TestEveryScenarioOfEveryExamplePasses(t *testing.T) {
	t.Parallel()
	for _, e := range examples.All() {
		p := compile(t, e.Definition)
		for _, s := range p.Flow().Scenarios {
			t.Run(e.Name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				inputs, problems := p.CheckInputs(s.Inputs)
				if len(problems) > 0 {
					t.Fatalf("inputs: %+v", problems)
				}
				if diags := scenario.CheckWorld(p, s.World); len(diags) > 0 {
					t.Fatalf("world: %v", diags)
				}
				result := scenario.Run(p, inputs, s.World, scenario.Start())
				for _, m := range scenario.Check(result, s.Expect) {
					t.Error(m)
				}
			})
		}
	}
}

// unreachable names the exits that no run can take, and why. Exits of deadlines
// that are not set need no entry.
var unreachable = map[string]string{
	"otp-by-country/country: invalid":             "the phone input refuses what is no phone number",
	"otp-by-country/viber_ph_to_sms: exceeded":    "a run comes here once",
	"otp-by-country/whatsapp_ph_to_sms: exceeded": "a run comes here once",
	"otp-by-country/viber_my_to_sms: exceeded":    "a run comes here once",
	"otp-by-country/whatsapp_my_to_sms: exceeded": "a run comes here once",
	"password-reset/country: invalid":             "the phone input refuses what is no phone number",
}

func TestScenariosTakeEveryExitThatCanBeTaken(t *testing.T) {
	t.Parallel()
	for _, e := range examples.All() {
		p := compile(t, e.Definition)
		taken := map[scenario.Port]bool{}
		for _, s := range p.Flow().Scenarios {
			inputs, _ := p.CheckInputs(s.Inputs)
			for _, port := range scenario.Run(p, inputs, s.World, scenario.Start()).Ports {
				taken[port] = true
			}
		}
		for _, n := range p.Flow().Nodes {
			for _, port := range p.Ports(n.ID) {
				deadline := strings.TrimPrefix(port, "not_") + "_within"
				if strings.HasPrefix(port, "not_") && !strings.Contains(string(n.Config), `"`+deadline+`"`) {
					continue
				}
				name := e.Name + "/" + n.ID + ": " + port
				is, why := taken[scenario.Port{Node: n.ID, Port: port}], unreachable[name]
				if !is && why == "" {
					t.Errorf("no scenario takes %s", name)
				}
				if is && why != "" {
					t.Errorf("a scenario takes %s, which is listed as out of reach: %s", name, why)
				}
			}
		}
	}
}

func TestOTPIsTheFlowThatItsReadersKnow(t *testing.T) {
	t.Parallel()
	p := compile(t, examples.OTP())
	if n := len(p.Flow().Scenarios); n < 15 {
		t.Errorf("%d scenarios, want at least 15", n)
	}
	b := p.Bound()
	if b.DurationText() != "1m30s" || b.Messages != 3 {
		t.Errorf("bound: %+v, want 3 messages in 1m30s", b)
	}
	if !strings.Contains(string(examples.OTP()), "Your one-time password is:{{verificationCode}} The password is valid for 10 minutes.") {
		t.Error("the text of the SMS differs from what was agreed")
	}
	var slugs []string
	for _, r := range p.References() {
		slugs = append(slugs, r.Slug)
	}
	for _, want := range []string{"viber-main", "whatsapp-main", "sms-main", "otp"} {
		if !strings.Contains(strings.Join(slugs, " "), want) {
			t.Errorf("the flow does not refer to %s", want)
		}
	}
}
