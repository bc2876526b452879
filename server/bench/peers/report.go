package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// report is what is printed.
type report struct {
	Machine string `json:"machine"`
	Lines   []line `json:"contestants"`
}

// line is a contestant with the best of its turns.
type line struct {
	contestant
	Best  result   `json:"best"`
	Turns []result `json:"turns"`
	// Faster is how many runs per second Sluice completes on the same database for
	// each of this contestant's, and Cheaper how much CPU time this contestant
	// takes for each of Sluice's, that of PostgreSQL included.
	Faster  float64 `json:"sluice_is_faster_by,omitempty"`
	Cheaper float64 `json:"sluice_is_cheaper_by,omitempty"`
}

func (r *report) add(c contestant, turn result) {
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Name != c.Name {
			continue
		}
		l.Turns = append(l.Turns, turn)
		if turn.RunsPerSecond > l.Best.RunsPerSecond {
			l.Best = turn
		}
		return
	}
	r.Lines = append(r.Lines, line{contestant: c, Best: turn, Turns: []result{turn}})
}

// compare sets the ratios to Sluice on the same database.
func (r *report) compare() {
	for i := range r.Lines {
		l := &r.Lines[i]
		for _, ours := range r.Lines {
			if ours.measure != nil || l.measure == nil || ours.Database != l.Database {
				continue
			}
			l.Faster = ours.Best.RunsPerSecond / l.Best.RunsPerSecond
			l.Cheaper = (l.Best.CPU + l.Best.DatabaseCPU) / (ours.Best.CPU + ours.Best.DatabaseCPU)
		}
	}
}

func (r *report) table(out io.Writer) error {
	fmt.Fprintf(out, "%s\n\n", r.Machine)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "contestant\truns\truns/s\tstart p50\tp99 ms\ttimer late p50\tp99 ms\tCPU/run ms\tdatabase\tSluice is faster\tcheaper\t")
	for _, l := range r.Lines {
		b := l.Best
		ratio := func(n float64) string {
			if n == 0 {
				return ""
			}
			return fmt.Sprintf("%.1f x", n)
		}
		database := ""
		if b.DatabaseCPU > 0 {
			database = fmt.Sprintf("%.2f", b.DatabaseCPU)
		}
		fmt.Fprintf(t, "%s\t%d\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%s\t%s\t%s\t\n",
			l.Name, b.Runs, b.RunsPerSecond, b.StartP50, b.StartP99, b.TimerP50, b.TimerP99, b.CPU, database, ratio(l.Faster), ratio(l.Cheaper))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, l := range r.Lines {
		fmt.Fprintf(out, "%s: %s\n", l.Name, l.Settings)
	}
	return nil
}
