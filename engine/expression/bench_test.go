package expression

import "testing"

func BenchmarkEval(b *testing.B) {
	env := testVariables()
	for name, source := range map[string]string{
		"variable":   `phone`,
		"member":     `steps.viber_ph.status`,
		"comparison": `steps.viber_ph.status == "delivered"`,
		"condition":  `vip and amount > 10 and phone startsWith "+63"`,
		"text":       `"Hello " + name + ", " + code`,
		"loop":       `any(tags, # == "vip")`,
		"pattern":    `phone matches "\\+63\\d{10}"`,
	} {
		b.Run(name, func(b *testing.B) {
			e, err := Compile(source)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Eval(env, testNow); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTemplateText(b *testing.B) {
	env := testVariables()
	for name, source := range map[string]string{
		"literal":  "Your code is on its way.",
		"variable": "{{phone}}",
		"message":  "Your one-time password is:{{code}} The password is valid for 10 minutes.",
	} {
		b.Run(name, func(b *testing.B) {
			t, err := ParseTemplate(source)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := t.Text(env, testNow); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(`steps.viber_ph.status == "delivered" and amount > 10`); err != nil {
			b.Fatal(err)
		}
	}
}
