package phone_test

import (
	"fmt"
	"sync"
	"testing"

	"sluice/engine/phone"
)

func TestAMemoryReadsAsParseDoes(t *testing.T) {
	t.Parallel()
	texts := []string{
		"+639171234567", "639171234567", " +63 917 123 4567 ", "+12125550123", "+442070313000", "+390236618300", "+800 1234 5678", "+881612345678",
		"", "0", "+", "hello", "+1", "+999123456", "+6391712345678901234", "+49 30 123456 ext. 5",
	}
	for _, m := range []*phone.Memory{phone.NewMemory(), nil} {
		for range 2 {
			for _, text := range texts {
				want, wantOK := phone.Parse(text)
				if got, ok := m.Parse(text); got != want || ok != wantOK {
					t.Errorf("Parse(%q) is %+v, %t, not %+v, %t", text, got, ok, want, wantOK)
				}
			}
		}
	}
}

// Many more numbers than a Memory holds change no answer.
func TestAMemoryThatOverflowsStaysRight(t *testing.T) {
	t.Parallel()
	m := phone.NewMemory()
	var readers sync.WaitGroup
	for part := range 4 {
		readers.Go(func() {
			for i := range 6_000 {
				text := fmt.Sprintf("63917%07d", part*5_000+i)
				n, ok := m.Parse(text)
				if again, okAgain := m.Parse(text); !ok || !okAgain || n.E164 != "+"+text || again != n {
					t.Errorf("Parse(%q) is %+v, %t, then %+v, %t", text, n, ok, again, okAgain)
					return
				}
			}
		})
	}
	readers.Wait()
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		phone.Parse("+639171234567")
	}
}

func BenchmarkMemory(b *testing.B) {
	m := phone.NewMemory()
	for b.Loop() {
		m.Parse("+639171234567")
	}
}
