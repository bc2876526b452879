package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/moment"
	"sluice/engine/scenario"
	"sluice/flows"
)

// newRun is `sluice run FILE --input k=v … [--world FILE] [--json]`.
func newRun() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a flow once in virtual time and tell what happens",
		Long: `Run plays one run of a flow in memory. Nothing is sent, and time is virtual: a
week of waiting is over at once. Without a --world every message is accepted,
delivered after 1 s and read after 2 s, and nobody replies.

A world file says what happens otherwise, node by node: a list of entries as in
a scenario's "world", an object {"world": […]}, or a whole scenario.

Secret inputs are hidden in what is printed. The exit code is 0 however the run
ends; it is 1 when the flow, the inputs or the world have errors.`,
		Example: `  sluice run otp.json --input customerPhoneNumber=+639171234567 --input verificationCode=123456
  sluice run otp.json --input … --world viber-down.json
  sluice run otp.json --input … --json | tail -1   # the result alone`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd, args[0], o) },
	}
	cmd.Flags().StringArrayVarP(&o.inputs, "input", "i", nil, "an input as name=value; may be given several times")
	cmd.Flags().StringVarP(&o.world, "world", "w", "", "a file that says what the world does")
	cmd.Flags().StringVar(&o.start, "start", "", `when the run begins, for flows that look at the clock (RFC 3339; default "2026-01-05T09:00:00Z")`)
	addTimezone(cmd, &o.timezone)
	cmd.Flags().BoolVar(&o.json, "json", false, "print one JSON object per line; the last one is the result")
	return cmd
}

type runOptions struct {
	inputs       []string
	world, start string
	timezone     string
	json         bool
}

func run(cmd *cobra.Command, name string, o runOptions) error {
	text, err := splitInputs(cmd, o.inputs)
	if err != nil {
		return err
	}
	zone, err := zoneNamed(cmd, o.timezone)
	if err != nil {
		return err
	}
	start := scenario.Start()
	if o.start != "" {
		if start, err = time.Parse(time.RFC3339, o.start); err != nil {
			return wrongUsage(cmd, "--start %q is not a time; write it as 2026-01-31T15:04:05Z", o.start)
		}
	}
	if name == stdin && o.world == stdin {
		return wrongUsage(cmd, "the flow and the world cannot both come from standard input")
	}
	data, err := readFile(cmd, name)
	if err != nil {
		return err
	}
	_, program, diags := compile(data)
	if program == nil {
		printDiagnostics(cmd.ErrOrStderr(), name, data, diags)
		return errFindings
	}
	world, err := readWorld(cmd, o.world, program)
	if err != nil {
		return err
	}
	inputs, problems := program.ParseInputs(text)
	if len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(cmd.ErrOrStderr(), describeInputProblem(p))
		}
		return errFindings
	}
	result := scenario.Run(program, inputs, world, start.In(zone))
	if o.json {
		return writeRunLines(cmd.OutOrStdout(), result)
	}
	return printRun(cmd.OutOrStdout(), program, result)
}

// addTimezone adds the flag that stands for the workspace's time zone.
func addTimezone(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "timezone", "UTC", "where local times are meant when a node names no zone, such as Asia/Manila")
}

func zoneNamed(cmd *cobra.Command, name string) (*time.Location, error) {
	zone, err := moment.Zone(name)
	if err != nil {
		return nil, wrongUsage(cmd, "--timezone %q is not a time zone; write it as Asia/Manila, Europe/Berlin or UTC", name)
	}
	return zone, nil
}

// splitInputs reads name=value pairs.
func splitInputs(cmd *cobra.Command, pairs []string) (map[string]string, error) {
	text := map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, wrongUsage(cmd, "--input %q has no name and value; write --input name=value", name)
		}
		if _, again := text[name]; again {
			return nil, wrongUsage(cmd, "the input %q is given twice", name)
		}
		text[name] = value
	}
	return text, nil
}

func readWorld(cmd *cobra.Command, name string, p *engine.Program) ([]flows.WorldEntry, error) {
	if name == "" {
		return nil, nil
	}
	data, err := readFile(cmd, name)
	if err != nil {
		return nil, err
	}
	world, diags := scenario.DecodeWorld(data)
	if !diags.HasErrors() {
		for _, d := range scenario.CheckWorld(p, world) {
			d.Pointer = worldBase(data) + d.Pointer
			diags = append(diags, d)
		}
	}
	if diags.HasErrors() {
		printDiagnostics(cmd.ErrOrStderr(), name, data, diags)
		return nil, errFindings
	}
	return world, nil
}

// worldBase is where in a world file the list of entries stands.
func worldBase(data []byte) string {
	if strings.HasPrefix(strings.TrimSpace(string(data)), "{") {
		return "/world"
	}
	return ""
}

func describeInputProblem(p engine.InputProblem) string {
	text := fmt.Sprintf("input %s: %s", p.Name, p.Message)
	if p.Hint != "" {
		text += " " + p.Hint
	}
	return text
}

// runResult is the last line of `run --json`. Its shape is a contract.
type runResult struct {
	Type      string           `json:"type"`
	Path      []string         `json:"path"`
	Status    engine.Status    `json:"status"`
	Outcome   string           `json:"outcome"`
	Error     *engine.RunError `json:"error,omitempty"`
	Elapsed   flows.Duration   `json:"elapsed"`
	Variables map[string]any   `json:"variables"`
	Messages  []runMessage     `json:"messages"`
}

// runMessage is one message of a runResult, secrets masked.
type runMessage struct {
	Node        string `json:"node"`
	ChannelType string `json:"channel_type"`
	Channel     string `json:"channel"`
	To          string `json:"to"`
	Text        string `json:"text"`
	Template    string `json:"template,omitempty"`
	Status      string `json:"status"`
	Code        string `json:"code,omitempty"`
}

func newRunResult(r scenario.Result) runResult {
	out := runResult{
		Type: "result", Path: r.Path, Status: r.Status, Outcome: r.Outcome, Error: r.Error,
		Elapsed: r.Elapsed, Variables: r.Masked, Messages: []runMessage{},
	}
	for _, m := range r.Messages {
		out.Messages = append(out.Messages, runMessage{
			Node: m.Node, ChannelType: m.ChannelType, Channel: m.Channel, To: m.MaskedTo,
			Text: m.Masked, Template: m.Template, Status: m.Status, Code: m.Code,
		})
	}
	return out
}

func writeRunLines(w io.Writer, r scenario.Result) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, line := range r.Lines {
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return enc.Encode(newRunResult(r))
}

// printRun tells a run to a person: the transcript, then the result.
func printRun(w io.Writer, p *engine.Program, r scenario.Result) error {
	s := styleFor(w)
	var b strings.Builder
	width := 5
	for _, line := range r.Lines {
		width = max(width, len(scenario.Clock(line.At)))
	}
	for _, line := range r.Lines {
		if !line.Detail {
			fmt.Fprintf(&b, "%s  %s\n", s.faint(fmt.Sprintf("%*s", width, scenario.Clock(line.At))), line.Text)
		}
	}
	status := string(r.Status)
	switch r.Status {
	case engine.StatusCompleted:
		status = s.green(status)
	case engine.StatusFailed:
		status = s.red(status)
	}
	fmt.Fprintf(&b, "\n%s    %s", s.bold("status"), status)
	if r.Outcome != "" {
		fmt.Fprintf(&b, ", outcome %s", r.Outcome)
	}
	fmt.Fprintf(&b, ", after %s\n%s      %s\n", r.Elapsed, s.bold("path"), strings.Join(r.Path, " → "))
	for i, m := range r.Messages {
		label := "          "
		if i == 0 {
			label = s.bold("messages") + "  "
		}
		fmt.Fprintf(&b, "%s%s to %s by %s: %s\n", label, p.Title(m.Node), m.MaskedTo, m.Channel, m.Status)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
