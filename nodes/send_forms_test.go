package nodes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

const mail = `"message":{"type":"email","subject":"Hi","text":"Hello"}`

func TestFormsOfOneChannelTypeRender(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, node, message, want string }{
		{
			"mail", "send_email",
			`{"type":"email","subject":"S {{v}}","text":"T {{v}}","html":"<p title=\"{{v}}\">{{v}} {{\"<br>\"}}</p>","from_name":"F {{v}}","reply_to":"r@{{w}}","attachments":[{"url":"https://x/{{w}}.pdf","filename":"{{w}}.pdf"}]}`,
			`{"type":"email","text":"T <b>\"1\"</b>","subject":"S <b>\"1\"</b>","html":"<p title=\"&lt;b&gt;&#34;1&#34;&lt;/b&gt;\">&lt;b&gt;&#34;1&#34;&lt;/b&gt; &lt;br&gt;</p>","from_name":"F <b>\"1\"</b>","reply_to":"r@2","attachments":[{"url":"https://x/2.pdf","filename":"2.pdf"}]}`,
		},
		{"text", "send_wecom", `{"type":"text","text":"{{w}}","mentioned":["{{w}}","@all"],"mentioned_mobiles":["{{w}}"]}`, `{"type":"text","text":"2","mentioned":["2","@all"],"mentioned_mobiles":["2"]}`},
		{"markdown", "send_wecom", `{"type":"markdown","text":"**{{w}}**"}`, `{"type":"markdown","text":"**2**"}`},
		{"markdown v2", "send_wecom", `{"type":"markdown_v2","text":"# {{w}}"}`, `{"type":"markdown_v2","text":"# 2"}`},
		{"image", "send_wecom", `{"type":"image","url":"https://x/{{w}}"}`, `{"type":"image","url":"https://x/2"}`},
		{"news", "send_wecom", `{"type":"news","articles":[{"title":"{{w}}","description":"d{{w}}","url":"https://x/{{w}}","picture":"https://p/{{w}}"}]}`, `{"type":"news","articles":[{"title":"2","description":"d2","url":"https://x/2","picture":"https://p/2"}]}`},
		{"file", "send_wecom", `{"type":"file","url":"https://x/{{w}}","filename":"{{w}}"}`, `{"type":"file","url":"https://x/2","filename":"2"}`},
		{
			"card", "send_wecom",
			`{"type":"template_card","card":"text_notice","title":"t{{w}}","description":"d{{w}}","emphasis":"e{{w}}","emphasis_title":"f{{w}}","text":"x{{w}}","picture":"https://p/{{w}}","facts":[{"name":"n{{w}}","value":"v{{w}}","url":"https://u/{{w}}"}],"buttons":[{"title":"b{{w}}","url":"https://l/{{w}}"}],"url":"https://o/{{w}}"}`,
			`{"type":"template_card","text":"x2","url":"https://o/2","buttons":[{"title":"b2","url":"https://l/2"}],"card":"text_notice","title":"t2","description":"d2","emphasis":"e2","emphasis_title":"f2","picture":"https://p/2","facts":[{"name":"n2","value":"v2","url":"https://u/2"}]}`,
		},
		{"custom", "send_custom", `{"type":"text","text":"{{w}}"}`, `{"type":"text","text":"2"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := `"to":" 639171234567 ",`
			if tt.node == "send_wecom" {
				to = ""
			}
			node := `{"id":"n","type":"` + tt.node + `","config":{"channel":"c",` + to + `"message":` + tt.message + `}}`
			p := compile(t, flow(t, `[{"name":"v"},{"name":"w"}]`, node, "start.next>n"))
			for range 2 {
				r := begin(t, p, `{"v":"<b>\"1\"</b>","w":"2"}`)
				send := r.effects[0].Send
				if diff := cmp.Diff(tt.want, unescaped(mustJSON(t, send.Message))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				// Only where people are addressed by phone is it one.
				if want := strings.TrimSpace(strings.NewReplacer(`"to":"`, "", `",`, "").Replace(to)); send.To != want {
					t.Errorf("addressed to %q, want %q", send.To, want)
				}
				if send.ChannelType != strings.TrimPrefix(tt.node, "send_") {
					t.Errorf("the channel type is %q", send.ChannelType)
				}
			}
		})
	}
}

// unescaped undoes what encoding/json writes for HTML.
func unescaped(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(s)
}

func TestSecretsInHTMLAreMasked(t *testing.T) {
	t.Parallel()
	node := `{"id":"n","type":"send_email","config":{"channel":"c","to":"a@example.com","message":{"type":"email","subject":"S","html":"<p>{{code}} {{open}}</p>"}}}`
	r := begin(t, compile(t, flow(t, `[{"name":"code","secret":true},{"name":"open"}]`, node, "start.next>n")), `{"code":"<1>","open":"<2>"}`)
	s := r.effects[0].Send
	if s.Message.HTML != "<p>&lt;1&gt; &lt;2&gt;</p>" || s.Masked.HTML != "<p>"+engine.Mask+" &lt;2&gt;</p>" {
		t.Errorf("got %q, masked %q", s.Message.HTML, s.Masked.HTML)
	}
}

// A deadline that nothing can meet is a mistake of the flow, found before it
// runs.
func TestDeadlinesWithoutReceiptsAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, node, config, pointer string }{
		{"email read", "send_email", `"channel":"c","to":"a@example.com",` + mail + `,"read_within":"60s"`, "/nodes/1/config/read_within"},
		{"email delivered", "send_email", `"channel":"c","to":"a@example.com",` + mail + `,"delivered_within":"60s"`, "/nodes/1/config/delivered_within"},
		{"WeCom read", "send_wecom", `"channel":"c","message":{"type":"text","text":"x"},"read_within":"60s"`, "/nodes/1/config/read_within"},
		{"Instagram delivered", "send_instagram", `"channel":"c","to":"1","message":{"type":"text","text":"x"},"delivered_within":"30s"`, "/nodes/1/config/delivered_within"},
		{"WeCom delivered", "send_wecom", `"channel":"c","message":{"type":"text","text":"x"},"delivered_within":"soon"`, "/nodes/1/config/delivered_within"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, diags := tryCompile(t, flow(t, `[]`, `{"id":"n","type":"`+tt.node+`","config":{`+tt.config+`}}`, "start.next>n"))
			found := 0
			for _, d := range diags {
				if d.Severity == "error" {
					found++
					if d.Code != "receipt_unavailable" || d.Pointer != tt.pointer || d.Message == "" || d.Hint == "" {
						t.Errorf("got %+v", d)
					}
				}
			}
			if found != 1 {
				t.Errorf("got %v", diags)
			}
		})
	}
}

func TestSendsWithoutReceiptsGoOnWhenTheVendorTookThem(t *testing.T) {
	t.Parallel()
	node := `{"id":"n","type":"send_email","config":{"channel":"c","to":"a@example.com",` + mail + `}},` + sms
	edges := []string{"start.next>n", "n.failed>sms"}
	taken := begin(t, compile(t, flow(t, phoneAndCode, node, edges...)), `{"phone":"639171234567"}`)
	taken.accepted()
	if taken.state.Status != engine.StatusCompleted || taken.state.Outcome != "next" {
		t.Errorf("the run is %s, %q", taken.state.Status, taken.state.Outcome)
	}
	refused := begin(t, compile(t, flow(t, phoneAndCode, node, edges...)), `{"phone":"639171234567"}`)
	refused.refused("permanent", "550")
	if refused.state.Node != "sms" {
		t.Errorf("the run is in %q, %s", refused.state.Node, refused.state.Status)
	}
}

func TestAMailNeedsABody(t *testing.T) {
	t.Parallel()
	_, diags := tryCompile(t, flow(t, `[]`, `{"id":"n","type":"send_email","config":{"channel":"c","to":"a@example.com","message":{"type":"email","subject":"Hi","text":" "}}}`, "start.next>n"))
	if len(diags) == 0 || diags[0].Code != "missing_field" || !strings.HasSuffix(diags[0].Pointer, "/message/text") {
		t.Errorf("got %v", diags)
	}
}
