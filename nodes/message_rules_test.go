package nodes_test

import (
	"fmt"
	"strings"
	"testing"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// What leaves is looked at as it is sent: what a variable makes too long or empty
// goes to failed, and no vendor is asked.
func TestMessagesThatAVendorWouldRefuseLeaveByFailed(t *testing.T) {
	t.Parallel()
	long := func(n int, s string) string { return strings.Repeat(s, n) }
	for _, tt := range []struct{ name, node, message, v, code, reason string }{
		{"SMS of 1,600", "send_sms", `{"type":"text","text":"{{v}}"}`, long(1600, "a"), "", ""},
		{"SMS of 1,601", "send_sms", `{"type":"text","text":"{{v}}"}`, long(1601, "a"), "too_long", "Text has 1601 characters, an emoji counted as two; SMS takes 1600."},
		{"SMS of emojis", "send_sms", `{"type":"text","text":"{{v}}"}`, long(801, "😀"), "too_long", "Text has 1602 characters, an emoji counted as two; SMS takes 1600."},
		{"WeCom counts bytes", "send_wecom", `{"type":"text","text":"{{v}}"}`, long(682, "好"), "", ""},
		{"WeCom text", "send_wecom", `{"type":"text","text":"{{v}}"}`, long(683, "好"), "too_long", "Text has 2049 bytes; WeCom takes 2048."},
		{"WeCom markdown", "send_wecom", `{"type":"markdown","text":"{{v}}"}`, long(1365, "好"), "", ""},
		{"WeCom markdown too long", "send_wecom", `{"type":"markdown","text":"{{v}}"}`, long(4097, "a"), "too_long", "Markdown has 4097 bytes; WeCom takes 4096."},
		{"WeCom markdown v2", "send_wecom", `{"type":"markdown_v2","text":"{{v}}"}`, long(4097, "a"), "too_long", "Markdown has 4097 bytes; WeCom takes 4096."},
		{"WhatsApp text", "send_whatsapp", `{"type":"text","text":"{{v}}"}`, long(4096, "好"), "", ""},
		{"WhatsApp text too long", "send_whatsapp", `{"type":"text","text":"{{v}}"}`, long(4097, "好"), "too_long", "Text has 4097 characters; WhatsApp takes 4096."},
		{"WhatsApp caption", "send_whatsapp", `{"type":"image","url":"https://x.example/a.png","caption":"{{v}}"}`, long(1025, "a"), "too_long", "Caption has 1025 characters; WhatsApp takes 1024."},
		{"WhatsApp text above buttons", "send_whatsapp", `{"type":"buttons","text":"{{v}}","buttons":[{"title":"A"}]}`, long(1025, "a"), "too_long", "Text has 1025 characters; WhatsApp takes 1024."},
		{"WhatsApp button", "send_whatsapp", `{"type":"buttons","text":"T","buttons":[{"title":"A"},{"title":"{{v}}"}]}`, long(21, "b"), "too_long", "Label of Button 2 has 21 characters; WhatsApp takes 20."},
		{"WhatsApp row", "send_whatsapp", `{"type":"list","text":"T","button":"B","rows":[{"title":"{{v}}"}]}`, long(25, "b"), "too_long", "Title of Row 1 has 25 characters; WhatsApp takes 24."},
		{"WhatsApp description", "send_whatsapp", `{"type":"list","text":"T","button":"B","rows":[{"title":"x","description":"{{v}}"}]}`, long(73, "b"), "too_long", "Description of Row 1 has 73 characters; WhatsApp takes 72."},
		{"WhatsApp list button", "send_whatsapp", `{"type":"list","text":"T","button":"{{v}}","rows":[{"title":"x"}]}`, long(21, "b"), "too_long", "Button has 21 characters; WhatsApp takes 20."},
		{"Messenger text", "send_messenger", `{"type":"text","text":"{{v}}"}`, long(2001, "a"), "too_long", "Text has 2001 characters; Messenger takes 2000."},
		{"Messenger button template", "send_messenger", `{"type":"buttons","text":"{{v}}","buttons":[{"title":"A"}]}`, long(641, "a"), "too_long", "Text has 641 characters; Messenger takes 640."},
		{"Messenger quick replies", "send_messenger", `{"type":"buttons","text":"{{v}}","buttons":[{"title":"A"},{"title":"B"},{"title":"C"},{"title":"D"}]}`, long(641, "a"), "", ""},
		{"Instagram counts bytes", "send_instagram", `{"type":"text","text":"{{v}}"}`, long(334, "好"), "too_long", "Text has 1002 bytes; Instagram takes 1000."},
		{"Viber", "send_viber", `{"type":"text","text":"{{v}}"}`, long(1001, "a"), "too_long", "Text has 1001 characters; Viber takes 1000."},
		{"Viber bot", "send_viber_bot", `{"type":"text","text":"{{v}}"}`, long(7001, "a"), "too_long", "Text has 7001 characters; Viber bot takes 7000."},
		{"empty text", "send_sms", `{"type":"text","text":"{{v}}"}`, "", "empty_message", "Text is empty."},
		{"text that nobody sees", "send_whatsapp", `{"type":"text","text":"{{v}}"}`, " \u200b\ufe0f\n", "empty_message", "Text is empty."},
		{"empty markdown", "send_wecom", `{"type":"markdown","text":"{{v}}"}`, "", "empty_message", "Markdown is empty."},
		{"empty caption", "send_whatsapp", `{"type":"image","url":"https://x.example/a.png","caption":"{{v}}"}`, "", "", ""},
		{"empty button", "send_viber_bot", `{"type":"buttons","text":"T","buttons":[{"title":"{{v}}"}]}`, "", "empty_message", "Label of Button 1 is empty."},
		{"empty link", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"title":"A","url":"{{v}}"}]}`, "", "empty_message", "Link of Button 1 is empty."},
		{"empty row", "send_whatsapp", `{"type":"list","text":"T","button":"B","rows":[{"title":"{{v}}"}]}`, "", "empty_message", "Title of Row 1 is empty."},
		{"empty description", "send_whatsapp", `{"type":"list","text":"T","button":"B","rows":[{"title":"x","description":"{{v}}"}]}`, "", "", ""},
		{"empty parameter", "send_whatsapp", `{"type":"template","template":"t","parameters":["x","{{v}}"]}`, " ", "empty_message", "Parameter 2 is empty."},
		{"empty address", "send_viber", `{"type":"image","url":"{{v}}"}`, "", "empty_message", "Address is empty."},
		{"no web address", "send_viber", `{"type":"image","url":"{{v}}"}`, "ftp://x.example/a.png", "bad_address", "Address is not the address of a page or file."},
		{"no address at all", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"title":"A","url":"{{v}}"}]}`, "javascript:alert(1)", "bad_address", "Link of Button 1 is not the address of a page or file."},
		{"an address with spaces around", "send_viber", `{"type":"image","url":"{{v}}"}`, " https://x.example/a.png\n", "", ""},
		{"empty subject", "send_email", `{"type":"email","subject":"{{v}}","text":"T"}`, "", "empty_message", "Subject is empty."},
		{"empty mail", "send_email", `{"type":"email","subject":"S","text":"{{v}}"}`, "", "empty_message", "Text and HTML are empty."},
		{"empty attachment", "send_email", `{"type":"email","subject":"S","text":"T","attachments":[{"url":"{{v}}"}]}`, "", "empty_message", "Address of Attachment 1 is empty."},
		{"empty article", "send_wecom", `{"type":"news","articles":[{"title":"{{v}}","url":"https://x.example"}]}`, "", "empty_message", "Title of Article 1 is empty."},
		{"empty picture of a card", "send_wecom", `{"type":"template_card","card":"news_notice","title":"T","picture":"{{v}}","url":"https://x.example"}`, "", "empty_message", "Picture is empty."},
		{"equal labels", "send_whatsapp", `{"type":"buttons","text":"T","buttons":[{"title":"A"},{"title":"{{v}}"}]}`, "A", "equal_buttons", "Two buttons have the same label; WhatsApp takes no such message."},
		{"equal labels elsewhere", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"title":"A"},{"title":"{{v}}"}]}`, "A", "", ""},
		{"too many buttons", "send_whatsapp", `{"type":"buttons","text":"T","buttons":[{"title":"A"},{"title":"B"},{"title":"C"},{"title":"D"}]}`, "", "too_many", "Buttons has 4 entries; WhatsApp takes 3."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := `"to":"639171234567",`
			if tt.node == "send_wecom" {
				to = ""
			}
			node := `{"id":"n","type":"` + tt.node + `","config":{"channel":"c",` + to + `"message":` + tt.message + `}}`
			r := begin(t, compile(t, flow(t, `[{"name":"v"}]`, node, "start.next>n")), `{"v":`+mustJSON(t, tt.v)+`}`)
			checkFault(t, r, tt.code, tt.reason)
		})
	}
}

func checkFault(t *testing.T, r *runner, code, reason string) {
	t.Helper()
	if code == "" {
		if len(r.effects) != 1 || r.state.Status != engine.StatusWaiting && r.state.Status != engine.StatusCompleted {
			t.Fatalf("the run is %s, %q; it asks for %d effects", r.state.Status, r.state.Outcome, len(r.effects))
		}
		return
	}
	out := r.state.Outputs["n"]
	if len(r.effects) != 0 || r.state.Outcome != "failed" || out["code"] != code || out["reason"] != reason || out["status"] != "failed" {
		t.Errorf("%d effects; the run is %s, %q; %v", len(r.effects), r.state.Status, r.state.Outcome, out)
	}
}

func TestAMessageToNobodyIsNotSent(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		`"send_sms","config":{"channel":"c","to":"{{v}}","message":{"type":"text","text":"T"}}`,
		`"send_messenger","config":{"channel":"c","to":"{{v}}","message":{"type":"text","text":"T"}}`,
		`"send_email","config":{"channel":"c","to":"{{v}}",` + mail + `}`,
		`"ask","config":{"channel_type":"whatsapp","channel":"c","to":"{{v}}","message":{"type":"text","text":"T"}}`,
	} {
		for _, v := range []string{``, ` `, "\u200e"} {
			r := begin(t, compile(t, flow(t, `[{"name":"v"}]`, `{"id":"n","type":`+kind+`}`, "start.next>n")), `{"v":`+mustJSON(t, v)+`}`)
			checkFault(t, r, nodes.CodeEmptyRecipient, "To is empty, so the message has no recipient.")
		}
	}
}

// A question that cannot be sent waits for nobody, also when it is repeated.
func TestAQuestionThatCannotBeSentLeavesByFailed(t *testing.T) {
	t.Parallel()
	node := `{"id":"n","type":"ask","config":{"channel_type":"whatsapp","channel":"c","to":"639171234567","message":{"type":"text","text":"Yes or no?"},
		"choices":[{"port":"yes"},{"port":"no"}],"retries":1,"retry_text":"{{v}}","output":"answer"}}`
	r := begin(t, compile(t, flow(t, `[{"name":"v"}]`, node, "start.next>n")), `{}`)
	r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "perhaps", From: "639171234567"}})
	r.effects = nil
	if out := r.state.Outputs["n"]; r.state.Outcome != "failed" || out["code"] != "empty_message" || out["reason"] != "Asking again is empty." {
		t.Errorf("the run is %s, %q; %v", r.state.Status, r.state.Outcome, out)
	}
}

func TestReasonsShowNoSecret(t *testing.T) {
	t.Parallel()
	node := `{"id":"n","type":"send_sms","config":{"channel":"c","to":"639171234567","message":{"type":"text","text":"{{code}}"}}}`
	r := begin(t, compile(t, flow(t, `[{"name":"code","secret":true}]`, node, "start.next>n")), `{"code":"`+strings.Repeat("canary", 300)+`"}`)
	if encoded := mustJSON(t, r.state.Outputs) + mustJSON(t, r.trace); strings.Contains(encoded, "canary") || r.state.Outcome != "failed" {
		t.Errorf("the run is %q and shows %s", r.state.Outcome, encoded)
	}
}

func TestParametersAreFlattenedAsWhatsAppWants(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{
		"one\ntwo": "one two", "one\r\ntwo": "one two", "a\tb": "a b", "a    b": "a    b", "a     b": "a    b", "a \n\n\n\n b": "a    b",
		"a\u2028b": "a b", "plain": "plain", "a\u00a0b": "a\u00a0b",
	} {
		for kind, flat := range map[string]bool{"send_whatsapp": true, "send_viber": false} {
			node := `{"id":"n","type":"` + kind + `","config":{"channel":"c","to":"639171234567","message":{"type":"template","template":"t","parameters":["{{v}}"]}}}`
			r := begin(t, compile(t, flow(t, `[{"name":"v","secret":true}]`, node, "start.next>n")), `{"v":`+mustJSON(t, v)+`}`)
			got := r.effects[0].Send.Message.Parameters[0]
			if flat && got != want || !flat && got != v || r.effects[0].Send.Masked.Parameters[0] != engine.Mask {
				t.Errorf("%s: %q became %q", kind, v, got)
			}
		}
	}
}

func TestFindingsOfMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, message, want string }{
		{"a literal line break", "send_whatsapp", `{"type":"template","template":"t","parameters":["x","one\ntwo"]}`, "warning parameter_flattened /message/parameters/1"},
		{"many spaces", "send_whatsapp", `{"type":"template","template":"t","parameters":["a     b"]}`, "warning parameter_flattened /message/parameters/0"},
		{"four spaces", "send_whatsapp", `{"type":"template","template":"t","parameters":["a    {{v}}    b"]}`, ""},
		{"a line break elsewhere", "send_viber", `{"type":"template","template":"t","parameters":["one\ntwo"]}`, ""},
		{"an empty parameter", "send_whatsapp", `{"type":"template","template":"t","parameters":["x",""]}`, "error missing_field /message/parameters/1"},
		{"a blank parameter", "send_viber", `{"type":"template","template":"t","parameters":[" "]}`, "error missing_field /message/parameters/0"},
		{"bytes", "send_wecom", `{"type":"markdown","text":"` + strings.Repeat("好", 1366) + `"}`, "warning text_too_long /message/text"},
		{"a button", "send_whatsapp", `{"type":"buttons","text":"T","buttons":[{"title":"` + strings.Repeat("x", 20) + `{{v}}y"}]}`, "warning text_too_long /message/buttons/0/title"},
		{"too many buttons", "send_whatsapp", `{"type":"buttons","text":"T","buttons":[{"title":"A"},{"title":"B"},{"title":"C"},{"title":"D"}]}`, "warning too_many /message/buttons"},
		{"equal labels", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"title":"Yes"},{"title":"YES "}]}`, "warning equal_buttons /message/buttons/1/title"},
		{"equal ids", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"id":"x","title":"A"},{"id":"x","title":"B"}]}`, "error duplicate_id /message/buttons/1/id"},
		{"equal ids of rows", "send_whatsapp", `{"type":"list","text":"T","button":"B","rows":[{"id":"x","title":"A"},{"id":"x","title":"B"}]}`, "error duplicate_name /message/rows/1/id"},
		{"a link without a label", "send_messenger", `{"type":"buttons","text":"T","buttons":[{"url":"https://x.example"}]}`, "error missing_field /message/buttons/0/title"},
		{"a literal that is no address", "send_viber", `{"type":"image","url":"x.example/a.png"}`, "warning bad_address /message/url"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := `"to":"639171234567",`
			if tt.kind == "send_wecom" {
				to = ""
			}
			node := `{"id":"n","type":"` + tt.kind + `","config":{"channel":"c",` + to + `"message":` + tt.message + `}}`
			document := flow(t, `[{"name":"v"}]`, node, "start.next>n")
			_, diags := tryCompile(t, document)
			var found []string
			for _, d := range diags {
				if d.Code != "session_message" && d.Code != "outside_window" {
					found = append(found, fmt.Sprintf("%s %s %s", d.Severity, d.Code, strings.TrimPrefix(d.Pointer, "/nodes/1/config")))
				}
			}
			if got := strings.Join(found, "\n"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			// What a version was published with goes on running.
			f, _ := flows.Decode([]byte(document))
			if p, diags := engine.CompilePublished(f, nodes.Standard()); p == nil && !strings.Contains(tt.want, "duplicate_name") {
				t.Errorf("a published version does not run: %v", diags)
			}
		})
	}
}

func TestButtonsWithoutAnIDGetOne(t *testing.T) {
	t.Parallel()
	node := `{"id":"n","type":"ask","config":{"channel_type":"whatsapp","channel":"c","to":"639171234567","message":{"type":"buttons","text":"Sure?",
		"buttons":[{"title":"No thanks"},{"title":"{{v}}"},{"id":"no_thanks","title":"Never"}]},"choices":[{"port":"no_thanks_2"},{"port":"fine","title":"Fine"}]}}`
	p := compile(t, flow(t, `[{"name":"v"}]`, node, "start.next>n"))
	r := begin(t, p, `{"v":"Fine"}`)
	var ids []string
	for _, b := range r.effects[0].Send.Message.Buttons {
		ids = append(ids, b.ID)
	}
	if got := strings.Join(ids, " "); got != "no_thanks_2 button_2 no_thanks" {
		t.Errorf("the ids are %q", got)
	}
	for _, tt := range []struct{ id, text, want string }{{"no_thanks_2", "No thanks", "no_thanks_2"}, {"button_2", "Fine", "fine"}, {"", "fine", "fine"}} {
		r := begin(t, p, `{"v":"Fine"}`)
		r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: tt.text, ButtonID: tt.id, From: "639171234567"}})
		if r.state.Outcome != tt.want {
			t.Errorf("%q, %q leaves by %q", tt.id, tt.text, r.state.Outcome)
		}
	}
}
