package generichttp

import (
	"sluice/flows"
	"sluice/server/channels"
)

// Patterns of values.
const (
	headerPattern = `[A-Za-z0-9-]{1,64}`
	pathPattern   = `[A-Za-z0-9_.-]{1,200}`
	wordsPattern  = `[^\r\n]{1,500}`
)

func kind() channels.Kind {
	receipts := channels.Receipts{Delivered: true, Read: true}
	return channels.Kind{
		Name: Name, Title: title,
		Help:         "For a service that Sluice has no form for: you describe its request, its answer and its receipts.",
		ChannelTypes: []channels.ChannelType{channels.Custom, channels.SMS},
		Address:      &channels.Field{Name: channels.AddressField, Title: "Address of the service", Required: true, Example: exampleURL, Help: "The part that all its calls have in common."},
		Credentials: []channels.Field{
			{Name: credUser, Title: "User name", Pattern: `[^\r\n:]{1,200}`, Required: true, When: &channels.When{Setting: "auth", Values: []string{"basic"}}},
			{Name: credSecret, Title: "Password, token or key", Secret: true, Required: true, Pattern: `[!-~]+`, When: &channels.When{Setting: "auth", Values: []string{"basic", "bearer", "header", "hmac"}}, Help: "What the service gave you to sign in, or to sign requests, with."},
			{Name: credHook, Title: "Secret of its callbacks", Secret: true, Pattern: `[!-~]{8,256}`, Help: "What the service proves its receipts and messages with. Without it none are taken."},
		},
		Settings: settings(),
		Identity: []string{channels.AddressField, "path", "body", "headers", credUser, credSecret, "sender"},
		Sections: sections(),
		Receipts: map[channels.ChannelType]channels.Receipts{channels.Custom: receipts, channels.SMS: {Delivered: true}},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.Custom: {flows.MessageText}, channels.SMS: {flows.MessageText},
		},
		Inbound:  true,
		HookHelp: "Enter it where the service asks for a webhook, or put {{callback_url}} into the request.",
	}
}

func settings() []channels.Field {
	signed := &channels.When{Setting: "auth", Values: []string{"hmac"}}
	hookSigned := &channels.When{Setting: "hook_auth", Values: []string{"hmac"}}
	algorithms := choices("sha256", "HMAC-SHA256", "sha1", "HMAC-SHA1", "sha512", "HMAC-SHA512")
	encodings := choices("hex", "Hexadecimal", "base64", "Base64")
	return []channels.Field{
		{Name: "sender", Title: "Sender", Pattern: `[^\r\n]{1,100}`, Example: "MyShop", Help: "What {{from}} stands for."},
		{Name: "method", Title: "Method", Default: "POST", Short: true, Choices: choices("POST", "POST", "PUT", "PUT", "GET", "GET")},
		{Name: "content_type", Title: "Content", Default: "json", Short: true, Choices: choices("json", "JSON", "form", "Form", "text", "Text")},
		{Name: "path", Title: "Path and query", Pattern: `/[^\s]{0,1000}`, Example: "/v1/messages", Help: "May hold {{to}}, {{from}}, {{text}}, {{message_id}}, {{category}} and {{callback_url}}; they are escaped as addresses need."},
		{Name: "body", Title: "Body", Multiline: true, Pattern: `(?s).+`, Example: `{"to": "{{to}}", "text": "{{text}}"}`, Help: "With the same placeholders, escaped as the content needs: within JSON they stand between quotes."},
		{Name: "headers", Title: "Headers", Multiline: true, Pattern: `(?s).+`, Example: "X-Sender: {{from}}", Help: "One per line."},
		{Name: "auth", Title: "Sign in", Default: "none", Choices: choices("none", "Without", "basic", "User name and password", "bearer", "Bearer token", "header", "Key in a header", "hmac", "Signature of the body")},
		{Name: "auth_header", Title: "Header of the key or signature", Pattern: headerPattern, Default: "X-API-Key", When: &channels.When{Setting: "auth", Values: []string{"header", "hmac"}}},
		{Name: "auth_algorithm", Title: "Signature", Default: "sha256", Short: true, Choices: algorithms, When: signed},
		{Name: "auth_encoding", Title: "Written as", Default: "hex", Short: true, Choices: encodings, When: signed},
		{Name: "verify_path", Title: "Path to try the credentials", Pattern: `/[^\s]{0,500}`, Example: "/v1/balance", Help: "Called with GET when the channel is bound; it has to answer 200. Empty: only that the service answers is tried."},
		{Name: "id_path", Title: "Message id", Pattern: pathPattern, Short: true, Example: "messages.0.id", Help: "Where the JSON answer has the service's id. Empty: our own id is used."},
		{Name: "error_path", Title: "Error code", Pattern: pathPattern, Short: true, Example: "error.code", Help: "Where the answer has its code, also when it is 200."},
		{Name: "ok_values", Title: "Codes that mean taken", Pattern: wordsPattern, Example: "0, OK", Help: "With commas between them. Empty: every answer of 200 to 299."},
		{Name: "retry_values", Title: "Codes to try again", Pattern: wordsPattern, Example: "busy, 429, 503", Help: "Codes, or HTTP statuses. 429 and 503 always are."},
		{Name: "auth_values", Title: "Codes of refused credentials", Pattern: wordsPattern, Example: "invalid_key", Help: "They suspend the channel: codes, or HTTP statuses. 401 always does; add 403 if the service answers it for nothing but refused credentials."},
		{Name: "hook_auth", Title: "Callbacks prove themselves by", Default: "header", Choices: choices("header", "The secret in a header", "basic", "The secret as password", "hmac", "A signature of the body")},
		{Name: "hook_header", Title: "Header of callbacks", Pattern: headerPattern, Default: "X-Webhook-Secret", When: &channels.When{Setting: "hook_auth", Values: []string{"header", "hmac"}}},
		{Name: "hook_algorithm", Title: "Signature of callbacks", Default: "sha256", Short: true, Choices: algorithms, When: hookSigned},
		{Name: "hook_encoding", Title: "It is written as", Default: "hex", Short: true, Choices: encodings, When: hookSigned},
		{Name: "hook_prefix", Title: "With this before it", Pattern: `[!-~]{1,20}`, Example: "sha256=", When: hookSigned},
		{Name: "receipt_id", Title: "Message id", Pattern: pathPattern, Example: "id", Help: "Where a receipt, as JSON, form or query, names the message. Empty: no receipts are read."},
		{Name: "receipt_status", Title: "Status", Pattern: pathPattern, Short: true, Example: "status", Help: "Where it has the word for what happened."},
		{Name: "receipt_code", Title: "Error code", Pattern: pathPattern, Short: true, Example: "error.code", Help: "Where it has the code of a failure."},
		{Name: "sent_words", Title: "Words for sent", Pattern: wordsPattern, Short: true, Example: "sent, accepted"},
		{Name: "delivered_words", Title: "Words for delivered", Pattern: wordsPattern, Short: true, Example: "delivered"},
		{Name: "read_words", Title: "Words for read", Pattern: wordsPattern, Short: true, Example: "read, seen"},
		{Name: "failed_words", Title: "Words for failed", Pattern: wordsPattern, Short: true, Example: "failed, expired"},
		{Name: "inbound_from", Title: "From", Pattern: pathPattern, Example: "from", Help: "Where a person's message says who wrote it. Empty: none are read."},
		{Name: "inbound_text", Title: "Text", Pattern: pathPattern, Short: true, Example: "text"},
		{Name: "inbound_id", Title: "Message id", Pattern: pathPattern, Short: true, Example: "message.id"},
	}
}

func sections() []channels.Section {
	return []channels.Section{
		{
			Name: "request", Title: "Request", Help: "What the service is asked for each message.",
			Fields: []string{channels.AddressField, "method", "content_type", "path", "body", "headers", "sender"}, Trial: channels.TrialRequest,
		},
		{
			Name: "security", Title: "Signing in", Help: "How requests prove that they are yours.",
			Fields: []string{"auth", credUser, credSecret, "auth_header", "auth_algorithm", "auth_encoding", "verify_path"},
		},
		{
			Name: "answer", Title: "Answer", Folded: true, Help: "What the service's answer means. Without it, 200 to 299 means that the message was taken.",
			Fields: []string{"id_path", "error_path", "ok_values", "retry_values", "auth_values"},
		},
		{
			Name: "receipts", Title: "Receipts", Folded: true, Help: "What the service says later: sent, delivered, read or failed.",
			Fields: []string{"receipt_id", "receipt_status", "receipt_code", "sent_words", "delivered_words", "read_words", "failed_words"},
		},
		{
			Name: "replies", Title: "Replies", Folded: true, Help: "What the service says when a person writes.",
			Fields: []string{"inbound_from", "inbound_text", "inbound_id"},
		},
		{
			Name: "callbacks", Title: "Proof of callbacks", Folded: true, Help: "How receipts and replies prove that they come from the service. Without a secret none are taken.",
			Fields: []string{"hook_auth", credHook, "hook_header", "hook_algorithm", "hook_encoding", "hook_prefix"},
		},
		{Name: "trial", Title: "Try a callback", Folded: true, Help: "See what would be read from something that the service posts.", Fields: []string{}, Trial: channels.TrialCallback},
	}
}

// choices are pairs of a value and its title.
func choices(pairs ...string) []channels.Choice {
	var list []channels.Choice
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, channels.Choice{Value: pairs[i], Title: pairs[i+1]})
	}
	return list
}
