package command

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"sluice/flows"
)

// The elements of a JUnit XML report, as CI systems read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Failure   *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junitTime writes seconds. Times are virtual: what the run would have taken.
func junitTime(d flows.Duration) string { return fmt.Sprintf("%.3f", time.Duration(d).Seconds()) }

func writeJUnit(name string, suites []suite) error {
	report := junitSuites{Name: "sluice"}
	for _, s := range suites {
		if len(s.cases) == 0 {
			continue
		}
		out := junitSuite{Name: displayName(s.file), Tests: len(s.cases)}
		var total flows.Duration
		for _, c := range s.cases {
			total += c.elapsed
			jc := junitCase{Name: c.scenario.Name, ClassName: displayName(s.file), Time: junitTime(c.elapsed)}
			if len(c.reasons) > 0 {
				out.Failures++
				first, _, _ := strings.Cut(c.reasons[0], "\n")
				jc.Failure = &junitFailure{Message: first, Text: strings.Join(c.reasons, "\n")}
			}
			out.Cases = append(out.Cases, jc)
		}
		out.Time = junitTime(total)
		report.Tests += out.Tests
		report.Failures += out.Failures
		report.Suites = append(report.Suites, out)
	}
	data, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return replaceFile(name, append([]byte(xml.Header), append(data, '\n')...))
}
