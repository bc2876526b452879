package wecom

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// quietFor is how long a robot has to be quiet after its 20 messages.
const quietFor = time.Minute

// knownCodes is the table of WeCom's errcodes that a robot meets. They come with
// HTTP 200.
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	robot := "Look at the group's robots in WeCom, enter the key again, and bind the channel."
	codes := map[string]channels.KnownCode{
		"-1":    {Class: retry, Message: "WeCom is busy."},
		"40001": {Class: auth, Message: "WeCom does not accept the key.", Hint: robot},
		"40004": {Class: permanent, Message: "WeCom does not take files of this type."},
		"40005": {Class: permanent, Message: "WeCom does not take files of this type."},
		"40006": {Class: permanent, Message: "The file is too small or too large.", Hint: "Files have 5 bytes to 20 MB, images up to 2 MB."},
		"40007": {Class: permanent, Message: "WeCom does not know the uploaded file any more."},
		"40008": {Class: permanent, Message: "WeCom does not know this form of message."},
		"40009": {Class: permanent, Message: "The image is too large.", Hint: "Images have up to 2 MB."},
		"40035": {Class: permanent, Message: "WeCom does not accept a value of the message."},
		"40039": {Class: permanent, Message: "An address in the message is too long."},
		"40058": {Class: permanent, Message: "WeCom does not accept a value of the message.", Hint: "Compare the form's fields with WeCom's limits."},
		"42045": {Class: permanent, Message: "A value of the card is missing."},
		"42046": {Class: permanent, Message: "A value of the card is not accepted."},
		"44001": {Class: permanent, Message: "The file is empty."},
		"44003": {Class: permanent, Message: "The news have no article."},
		"44004": {Class: permanent, Message: "The text is empty."},
		"45001": {Class: permanent, Message: "The file is too large."},
		"45002": {Class: permanent, Message: "The text is too long.", Hint: "Text has up to 2,048 bytes, markdown 4,096."},
		"45008": {Class: permanent, Message: "There are too many articles.", Hint: "News have up to eight."},
		"45009": {Class: retry, Message: "The robot's 20 messages of this minute are used up."},
		"45033": {Class: retry, Message: "Too many calls of the robot at once."},
		"48002": {Class: auth, Message: "The robot may not do this.", Hint: robot},
		"93000": {Class: auth, Message: "WeCom knows no such robot: its key is wrong, or it was removed from the group.", Hint: robot},
		"93004": {Class: auth, Message: "The robot is disabled.", Hint: robot},
		"93008": {Class: auth, Message: "The robot is not in the group.", Hint: robot},

		codeTooLong:   {Class: permanent, Message: "The text is too long for WeCom.", Hint: "Text has up to 2,048 bytes, markdown 4,096; a Chinese character has three."},
		codeNoPicture: {Class: permanent, Message: "WeCom shows JPG and PNG pictures only."},
	}
	maps.Copy(codes, attachment.Codes())
	return codes
}

// Codes of our own.
const (
	codeTooLong   = "text_too_long"
	codeNoPicture = "not_a_picture"
)

// refused makes an error of an errcode.
func (p *Provider) refused(a channels.Account, code int, text string, header http.Header) *channels.SendError {
	name := strconv.Itoa(code)
	known, ok := p.codes[name]
	if !ok {
		// The rest of an errmsg is "hint" and "from ip", of use to WeCom only.
		text, _, _ = strings.Cut(text, ", hint:")
		return &channels.SendError{
			Class: channels.ClassPermanent, Code: name, Message: "WeCom refused the message: " + p.kind.Redact(a, text),
			Hint: "Look the code up among WeCom's global error codes.",
		}
	}
	se := known.Error(name)
	if se.RetryAfter = channels.RetryAfter(header); se.RetryAfter == 0 && code == 45009 {
		se.RetryAfter = quietFor
	}
	return se
}
