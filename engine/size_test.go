package engine_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// large are documents that grow in one direction. Each is the worst of its kind:
// what was once compared, parsed or copied for every other part of it.
var large = []struct {
	name string
	make func(n int) string
}{
	{"chain of nodes", func(n int) string {
		var list, edges []string
		from := "start"
		for i := range n {
			id := fmt.Sprintf("n%d", i)
			list = append(list, setNode(id, fmt.Sprintf(`{"name":"v%d","value":"{{v%d}}"}`, i, max(i-1, 0))))
			edges = append(edges, from+".next>"+id)
			from = id
		}
		return document(strings.Join(list, ","), edges...)
	}},
	{"known variables", func(n int) string {
		var items, uses []string
		for i := range n {
			items = append(items, fmt.Sprintf(`{"name":"v%d","value":"{{v%d}}"}`, i, max(i-1, 0)))
			uses = append(uses, fmt.Sprintf("{{v%d}}", i))
		}
		return document(setNode("a", items...)+","+setNode("b", fmt.Sprintf(`{"name":"w","value":{"all":[%s]}}`, quotedList(uses))), "start.next>a", "a.next>b")
	}},
	{"unknown names", func(n int) string {
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf(`{"name":"known%d","value":"{{unknwon%d}} {{steps.gnoe%d.x}}"}`, i, i, i))
		}
		return document(setNode("a", items...), "start.next>a", "a.next>b")
	}},
	{"unknown fields", func(n int) string {
		var fields []string
		for i := range n {
			fields = append(fields, fmt.Sprintf(`"field%d":1`, i))
		}
		return document(`{"id":"a","type":"wait","config":{"for":"1s",`+strings.Join(fields, ",")+`}}`, "start.next>a")
	}},
	{"edges of one node", func(n int) string {
		var branches []string
		edges := []string{"start.next>a"}
		for i := range n {
			branches = append(branches, fmt.Sprintf(`{"port":"p%d","codes":["%d"]}`, i, i))
			edges = append(edges, fmt.Sprintf("a.p%d>e", i))
		}
		return document(`{"id":"a","type":"identify_phone","config":{"phone":"1","by":"calling_code","output":"c","branches":[`+strings.Join(branches, ",")+`]}},{"id":"e","type":"end"}`, edges...)
	}},
	{"circles", func(n int) string {
		var list, edges []string
		from := "start"
		for i := range n {
			id := fmt.Sprintf("n%d", i)
			list = append(list, `{"id":"`+id+`","type":"condition","config":{"branches":[{"port":"back","when":{"type":"expression","expression":"true"}}]}}`)
			edges = append(edges, from+map[bool]string{true: ".next>", false: ".else>"}[i == 0]+id, id+".back>n0")
			from = id
		}
		return document(strings.Join(list, ","), edges...)
	}},
	{"jumps", func(n int) string {
		var list, edges []string
		from := "start.next>"
		for i := range n {
			set, jump := fmt.Sprintf("n%d", i), fmt.Sprintf("j%d", i)
			list = append(list, setNode(set, fmt.Sprintf(`{"name":"v%d","value":1}`, i)), fmt.Sprintf(`{"id":%q,"type":"jump","config":{"target":"n%d","max_jumps":3}}`, jump, i/2))
			edges = append(edges, from+set, set+".next>"+jump)
			from = jump + ".exceeded>"
		}
		return document(strings.Join(list, ","), edges...)
	}},
	{"secrets that spread backwards", func(n int) string {
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf(`{"name":"v%d","value":"{{v%d}}"}`, i, i+1))
		}
		return document(setNode("a", items...), "start.next>a")
	}},
	{"a long name above many values", func(n int) string {
		return document(`{"id":"a","type":"set_variables","config":{"variables":[{"name":"v","value":{"`+strings.Repeat("k", min(n, 1000))+`":[`+strings.TrimSuffix(strings.Repeat(`"{{run.id}}",`, n), ",")+`]}}]}}`, "start.next>a")
	}},
	{"scenarios", func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"name":"s%d","inputs":{},"world":[{"node":"gone%d","receipts":[]}],"expect":{}}`, i, i))
		}
		return strings.TrimSuffix(document(`{"id":"e","type":"end"}`, "start.next>e"), "}") + `,"scenarios":[` + strings.Join(list, ",") + `]}`
	}},
}

func setNode(id string, items ...string) string {
	return `{"id":"` + id + `","type":"set_variables","config":{"variables":[` + strings.Join(items, ",") + `]}}`
}

func quotedList(texts []string) string {
	for i, text := range texts {
		texts[i] = fmt.Sprintf("%q", text)
	}
	return strings.Join(texts, ",")
}

// validate does what validating a document does, and returns what was found.
func validate(document []byte) flows.Diagnostics {
	f, diags := flows.Decode(document)
	if f == nil {
		return diags
	}
	p, found := engine.Compile(f, nodes.Standard())
	if p != nil {
		p.WorstPath()
	}
	return append(diags, found...).Bounded()
}

// INVARIANT 29: what validating a document costs grows with the document, and not
// with its square. Allocations are counted, not time.
func TestValidatingGrowsWithTheDocument(t *testing.T) {
	for _, tt := range large {
		t.Run(tt.name, func(t *testing.T) {
			const small, factor = 100, 8 // 800 jumps are 1,600 nodes
			count := func(n int) float64 {
				data := []byte(tt.make(n))
				return testing.AllocsPerRun(1, func() { validate(data) })
			}
			few, many := count(small), count(factor*small)
			if grown := many / few; grown > 1.5*factor {
				t.Errorf("%d times the document takes %.0f times the allocations (%.0f, then %.0f)", factor, grown, few, many)
			}
		})
	}
}

func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range large {
		if n := len(validate([]byte(tt.make(1000)))); n > flows.MaxDiagnostics+1 {
			t.Errorf("%s: %d findings", tt.name, n)
		}
	}
	found := validate([]byte(large[2].make(1000)))
	if last := found[len(found)-1]; last.Code != flows.CodeMore || last.Severity != flows.SeverityError || !strings.Contains(last.Message, "more") {
		t.Errorf("the last finding is %v", last)
	}
}

// BenchmarkSizeValidate shows what validating costs by the size of the document:
// "relative" is nanoseconds for each n log n, which stays flat.
func BenchmarkSizeValidate(b *testing.B) {
	for _, shape := range large {
		for _, n := range []int{100, 200, 500, 1000, 2000} {
			if shape.name == "jumps" {
				n /= 2 // Two nodes each, of which a flow has 2,000.
			}
			data := []byte(shape.make(n))
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				for b.Loop() {
					validate(data)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(float64(n)*math.Log2(float64(n))), "relative")
			})
		}
	}
}
