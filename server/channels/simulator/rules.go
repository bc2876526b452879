package simulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

const (
	// DefaultDeliveredAfter and DefaultReadAfter are how a scenario's world
	// answers when nothing is said about a node.
	DefaultDeliveredAfter = time.Second
	DefaultReadAfter      = 2 * time.Second

	// maxRules keeps the search for a message's rule short.
	maxRules = 100
	// maxDelay is the longest life of a run; nobody waits longer.
	maxDelay = 30 * 24 * time.Hour
	// maxRuleText bounds texts in rules; it is the limit of rendered texts.
	maxRuleText = 16 << 10
)

// Rule says how the phones that it is for behave. Of the rules that fit a
// message the most specific one is used: an exact number before a prefix, a
// longer prefix before a shorter one, and a rule for one channel type before a
// rule for all.
type Rule struct {
	// To is a number ("+639171234567"), a prefix ("+63*"), or "*".
	To string `json:"to"`
	// ChannelType limits the rule to one type; empty means all.
	ChannelType channels.ChannelType `json:"channel_type,omitempty"`
	// Manual phones do nothing by themselves: the phone screen decides.
	Manual bool `json:"manual,omitempty"`
	// DeliveredAfter and ReadAfter count from the sending. Nil means the
	// default. A message that is never delivered is not read by default, and
	// reading by default comes no sooner than a second after delivery.
	DeliveredAfter *Delay `json:"delivered_after,omitempty"`
	ReadAfter      *Delay `json:"read_after,omitempty"`
	Fail           *Fail  `json:"fail,omitempty"`
	Reply          *Reply `json:"reply,omitempty"`
}

// The moments at which a message can fail.
const (
	FailAtSend    = "send"
	FailAtReceipt = "receipt"
)

// Fail makes messages fail.
type Fail struct {
	// When is FailAtSend (the vendor refuses) or FailAtReceipt (the vendor
	// takes the message and later reports a failure, in place of its other
	// receipts).
	When string `json:"when"`
	// Class is of a refusal; empty means permanent. With "unknown" the phone
	// gets the message, and the vendor's answer is lost.
	Class channels.Class `json:"class,omitempty"`
	Code  string         `json:"code,omitempty"`
	// After is when the failure is reported, counted from the sending.
	After flows.Duration `json:"after,omitzero"`
	// RetryAfter is what a retryable refusal asks for.
	RetryAfter flows.Duration `json:"retry_after,omitzero"`
	// Times limits refusals to the first attempts of each message; zero
	// refuses every attempt.
	Times int `json:"times,omitempty"`
}

// Reply makes the person answer every message.
type Reply struct {
	After flows.Duration `json:"after,omitzero"`
	Text  string         `json:"text"`
}

// Delay is a duration or never. In JSON it is "5s" or "never".
type Delay struct {
	Never bool
	After time.Duration
}

// After makes a delay.
func After(d time.Duration) *Delay { return &Delay{After: d} }

// Never is the delay that does not end.
func Never() *Delay { return &Delay{Never: true} }

// MarshalJSON writes "never" or the duration.
func (d Delay) MarshalJSON() ([]byte, error) {
	if d.Never {
		return []byte(`"never"`), nil
	}
	return flows.Duration(d.After).MarshalJSON()
}

// UnmarshalJSON reads "never" or a duration.
func (d *Delay) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err == nil && s == "never" {
		*d = Delay{Never: true}
		return nil
	}
	var after flows.Duration
	if err := after.UnmarshalJSON(data); err != nil {
		return fmt.Errorf("%w, or \"never\"", err)
	}
	*d = Delay{After: time.Duration(after)}
	return nil
}

// RuleError says what is wrong with a rule. Index counts from zero.
type RuleError struct {
	Index   int
	Field   string
	Message string
}

// Error names the rule as people count.
func (e *RuleError) Error() string {
	return fmt.Sprintf("rule %d, %s: %s", e.Index+1, e.Field, e.Message)
}

var recipientPattern = regexp.MustCompile(`^(?:\*|[^\s*]{1,128}\*?)$`)

// checkRules returns the first problem of the rules.
func checkRules(rules []Rule, types []channels.ChannelType) error {
	if len(rules) > maxRules {
		return &RuleError{maxRules, "rules", fmt.Sprintf("There are more than %d rules. Use prefixes.", maxRules)}
	}
	type key struct {
		to  string
		typ channels.ChannelType
	}
	seen := map[key]int{}
	for i, r := range rules {
		if field, message := r.problem(types); field != "" {
			return &RuleError{i, field, message}
		}
		k := key{r.To, r.ChannelType}
		if first, ok := seen[k]; ok {
			return &RuleError{i, "to", fmt.Sprintf("Rule %d is for the same recipients. Keep one of them.", first+1)}
		}
		seen[k] = i
	}
	return nil
}

func (r Rule) problem(types []channels.ChannelType) (field, message string) {
	known := r.ChannelType == ""
	for _, t := range types {
		known = known || t == r.ChannelType
	}
	switch {
	case !recipientPattern.MatchString(r.To):
		return "to", `Write a number ("+639171234567"), a prefix ("+63*") or "*".`
	case !known:
		return "channel_type", "There is no such channel type."
	case badDelay(r.DeliveredAfter):
		return "delivered_after", `Write a duration of at most 30d, or "never".`
	case badDelay(r.ReadAfter):
		return "read_after", `Write a duration of at most 30d, or "never".`
	case r.Reply != nil && (r.Reply.Text == "" || len(r.Reply.Text) > maxRuleText):
		return "reply.text", "Write what the person answers, at most 16 KiB."
	case r.Reply != nil && badDuration(r.Reply.After):
		return "reply.after", "Write a duration of at most 30d."
	case r.Fail != nil:
		return r.Fail.problem()
	}
	return "", ""
}

func (f Fail) problem() (field, message string) {
	switch f.Class {
	case "", channels.ClassRetryable, channels.ClassPermanent, channels.ClassAuth, channels.ClassUnknown:
	default:
		return "fail.class", "Choose retryable, permanent, auth or unknown."
	}
	switch {
	case f.When != FailAtSend && f.When != FailAtReceipt:
		return "fail.when", "Choose send or receipt."
	case len(f.Code) > 64:
		return "fail.code", "Use at most 64 characters."
	case badDuration(f.After):
		return "fail.after", "Write a duration of at most 30d."
	case badDuration(f.RetryAfter):
		return "fail.retry_after", "Write a duration of at most 30d."
	case f.Times < 0:
		return "fail.times", "Use zero (always) or a count."
	}
	return "", ""
}

func badDelay(d *Delay) bool { return d != nil && !d.Never && badDuration(flows.Duration(d.After)) }

func badDuration(d flows.Duration) bool { return d < 0 || time.Duration(d) > maxDelay }

// match returns the most specific rule for a message; the zero Rule when none
// fits, which behaves as a scenario's world does.
func match(rules []Rule, t channels.ChannelType, to string) Rule {
	best, bestScore := Rule{}, -1
	for _, r := range rules {
		if score := r.score(t, to); score > bestScore {
			best, bestScore = r, score
		}
	}
	return best
}

// score is -1 for a rule that does not fit; else the higher the more specific.
func (r Rule) score(t channels.ChannelType, to string) int {
	if r.ChannelType != "" && r.ChannelType != t {
		return -1
	}
	score := 0
	if prefix, ok := strings.CutSuffix(r.To, "*"); !ok {
		if r.To != to {
			return -1
		}
		score = 1 << 16
	} else {
		if !strings.HasPrefix(to, prefix) {
			return -1
		}
		score = len(prefix)
	}
	score *= 2
	if r.ChannelType != "" {
		score++
	}
	return score
}

// plan lists what the phone will do with a message that was taken at now.
func (r Rule) plan(now time.Time, gives channels.Receipts) []Pending {
	var list []Pending
	if r.Manual {
		return nil
	}
	switch {
	case r.Fail != nil && r.Fail.When == FailAtReceipt:
		list = append(list, Pending{Kind: PendingReceipt, Due: now.Add(time.Duration(r.Fail.After)), Status: channels.StatusFailed, Code: r.Fail.code()})
	default:
		delivered := Delay{After: DefaultDeliveredAfter}
		if r.DeliveredAfter != nil {
			delivered = *r.DeliveredAfter
		}
		read := Delay{Never: delivered.Never, After: max(DefaultReadAfter, delivered.After+time.Second)}
		if r.ReadAfter != nil {
			read = *r.ReadAfter
		}
		if !delivered.Never && gives.Delivered {
			list = append(list, Pending{Kind: PendingReceipt, Due: now.Add(delivered.After), Status: channels.StatusDelivered})
		}
		if !read.Never && gives.Read {
			list = append(list, Pending{Kind: PendingReceipt, Due: now.Add(read.After), Status: channels.StatusRead})
		}
	}
	if r.Reply != nil {
		list = append(list, Pending{Kind: PendingReply, Due: now.Add(time.Duration(r.Reply.After)), Text: r.Reply.Text})
	}
	for i := range list {
		list[i].ID = i + 1
	}
	return list
}

func (f Fail) code() string {
	if f.Code == "" {
		return "simulated"
	}
	return f.Code
}

// refusal is the error of a send that the rule refuses; nil when it does not
// refuse this attempt.
func (r Rule) refusal(attempt int) *channels.SendError {
	f := r.Fail
	if f == nil || f.When != FailAtSend || f.Times > 0 && attempt > f.Times {
		return nil
	}
	class := f.Class
	if class == "" {
		class = channels.ClassPermanent
	}
	se := &channels.SendError{
		Class: class, Code: f.code(), RetryAfter: time.Duration(f.RetryAfter),
		Message: "A rule of the simulator refuses the message.",
		Hint:    "Change the rule for " + r.To + " on the phone screen.",
	}
	if class == channels.ClassUnknown {
		se.Message = "A rule of the simulator loses the answer to this message."
	}
	return se
}
