package viberbot

import (
	"maps"
	"net/http"

	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// Codes of our own beside Viber's numbers.
const (
	codeTooLong   = "too_long"
	codeButtons   = "buttons"
	codeFailed    = "failed"
	codeNoWebhook = "no_webhook"
)

// knownCodes is the table of the statuses that the Bot API answers with, always
// under HTTP 200 (https://creators.viber.com/docs/bots-api/errors).
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
		unknown   = channels.ClassUnknown
	)
	account := "Look at the bot's account in Viber's admin panel, or ask Viber's support, and bind the channel again."
	token := "Copy the app key from the bot's Edit info in Viber, and bind the channel again."
	id := "Use the id that the person's own message to this bot brought."
	codes := map[string]channels.KnownCode{
		"1":  {Class: permanent, Message: "Viber cannot use the address to call.", Hint: "The server's public address needs https with a certificate of a public authority, and has to answer Viber at once. See SLUICE_PUBLIC_URL."},
		"2":  {Class: auth, Message: "Viber does not accept the authentication token.", Hint: token},
		"3":  {Class: permanent, Message: "Viber does not understand the request."},
		"4":  {Class: permanent, Message: "Viber misses a value in the request.", Hint: "Check the texts and addresses of the message."},
		"5":  {Class: permanent, Fallback: true, Message: "The person is not on Viber.", Hint: id},
		"6":  {Class: permanent, Fallback: true, Message: "The person has not subscribed to the bot, or left it.", Hint: "People can be written to once they wrote to the bot. Use another channel until then."},
		"7":  {Class: auth, Message: "Viber blocked the bot.", Hint: account},
		"8":  {Class: auth, Message: "The token belongs to no bot.", Hint: token},
		"9":  {Class: auth, Message: "Viber suspended the bot.", Hint: account},
		"10": {Class: auth, Message: "The bot has no address to call, so Viber sends nothing for it.", Hint: "Give the server its public address (SLUICE_PUBLIC_URL), and bind the channel again."},
		"11": {Class: permanent, Fallback: true, Message: "The person's devices are too old for bots."},
		"12": {Class: retry, Message: "The bot sent too many messages; one person gets up to 100 in an hour without an answer."},
		"13": {Class: permanent, Fallback: true, Message: "The person's Viber is too old for the message."},
		"14": {Class: permanent, Message: "The message does not fit the version of the API."},
		"15": {Class: auth, Message: "The bot may not use the API.", Hint: account},
		"16": {Class: permanent, Message: "Viber does not allow an inline message here."},
		"17": {Class: permanent, Message: "The bot is not an inline bot."},
		"18": {Class: permanent, Message: "The bot has no public chat."},
		"19": {Class: permanent, Message: "Viber does not send the message to many people."},
		"20": {Class: permanent, Message: "Viber does not send the message to many people."},
		"21": {Class: permanent, Fallback: true, Message: "Viber does not carry the message in the person's country."},
		"22": {Class: permanent, Message: "The bot may not ask for payments."},
		"23": {Class: permanent, Fallback: true, Message: "The bot has used up this month's free messages that begin a conversation.", Hint: "Wait for the next month, or agree with Viber on paid messages."},
		"24": {Class: permanent, Fallback: true, Message: "The bot has no credit for messages that begin a conversation.", Hint: "Add credit at Viber."},
		// The documents say only "general error", whatever the number.
		"other": {Class: unknown, Message: "Viber had an error of its own."},

		codeTooLong:   {Class: permanent, Message: "The message is longer than Viber takes: 7,000 characters of text, 512 beside an image, 30 kB in all.", Hint: "Shorten it."},
		codeButtons:   {Class: permanent, Message: "Two buttons have the same label, or one has none, so that the answer could not be told.", Hint: "Give each button a label of its own, of up to 250 characters."},
		codeFailed:    {Class: permanent, Fallback: true, Message: "The person's Viber did not take the message."},
		codeNoWebhook: {Class: permanent, Message: "The bot has no address to call, so Viber would send nothing for it.", Hint: "Give the server its public address (SLUICE_PUBLIC_URL), and bind the channel again."},
	}
	maps.Copy(codes, attachment.Codes())
	return codes
}

// refused makes an error of a status that is not 0.
func (p *Provider) refused(a channels.Account, status, text string, header http.Header) *channels.SendError {
	k, ok := p.codes[status]
	if !ok {
		k = p.codes["other"]
		if text = p.kind.Redact(a, text); text != "" {
			k.Message = "Viber had an error of its own: " + text
		}
	}
	se := k.Error(status)
	if se.Class == channels.ClassRetryable {
		se.RetryAfter = channels.RetryAfter(header)
	}
	return se
}
