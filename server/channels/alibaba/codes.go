package alibaba

import (
	"encoding/json"
	"net/http"
	"strings"

	"sluice/server/channels"
	"sluice/server/egress"
)

const okCode = "OK"

// knownCodes is the table of the codes that come up in answers and receipts:
// those of the gateway that all of Alibaba Cloud's APIs share, those of the two
// services, and those of WhatsApp and Viber, which CAMS passes on. Codes that
// are not here are classified by the HTTP status alone.
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth

		checkKey = "Check the AccessKey ID and secret, and bind the channel again."
	)
	code := func(class channels.Class, fallback bool, message, hint string) channels.KnownCode {
		return channels.KnownCode{Class: class, Fallback: fallback, Message: message, Hint: hint}
	}
	return map[string]channels.KnownCode{
		// The gateway.
		"InvalidAccessKeyId.NotFound":     code(auth, false, "Alibaba Cloud does not know the AccessKey ID.", checkKey),
		"InvalidAccessKeyId.Inactive":     code(auth, false, "The AccessKey is disabled.", "Enable it in the RAM console, or enter another one, and bind the channel again."),
		"InvalidAccessKeyId":              code(auth, false, "Alibaba Cloud does not know the AccessKey ID.", checkKey),
		"SignatureDoesNotMatch":           code(auth, false, "The AccessKey secret does not belong to the AccessKey ID.", checkKey),
		"IncompleteSignature":             code(auth, false, "The AccessKey secret does not belong to the AccessKey ID.", checkKey),
		"InvalidTimeStamp.Expired":        code(retry, false, "This server's clock is more than 15 minutes off.", "Set the clock of the server right."),
		"SignatureNonceUsed":              code(retry, false, "Alibaba Cloud saw this request already.", ""),
		"Forbidden.RAM":                   code(auth, false, "The RAM user may not do this.", "Give it the permission AliyunCAMSFullAccess or AliyunDysmsFullAccess."),
		"NoPermission":                    code(auth, false, "The RAM user may not do this.", "Give it the permission AliyunCAMSFullAccess or AliyunDysmsFullAccess."),
		"Forbidden":                       code(auth, false, "Alibaba Cloud does not allow this account to call the service.", "Activate the service in the console, and check the RAM user's permissions."),
		"Throttling":                      code(retry, false, "Alibaba Cloud gets too many requests.", ""),
		"Throttling.User":                 code(retry, false, "Alibaba Cloud gets too many requests of this account.", ""),
		"Throttling.Api":                  code(retry, false, "Alibaba Cloud gets too many requests.", ""),
		"ServiceUnavailable":              code(retry, false, "Alibaba Cloud's service is not available now.", ""),
		"ServiceUnavailableTemporary":     code(retry, false, "Alibaba Cloud's service is not available now.", ""),
		"Product.Unsubscript":             code(auth, false, "The account has not activated Chat App Message Service.", "Activate it in the console."),
		"isv.OUT_OF_SERVICE":              code(auth, false, "The account is in arrears.", "Top up the account, then bind the channel again."),
		"isv.PRODUCT_UN_SUBSCRIPT":        code(auth, false, "The account has not activated the service.", "Activate it in the console."),
		"isv.ACCOUNT_NOT_EXISTS":          code(auth, false, "The account does not exist.", checkKey),
		"isv.ACCOUNT_ABNORMAL":            code(auth, false, "The account is not in order.", "Look at the account in the console."),
		"isp.SYSTEM_ERROR":                code(retry, false, "Alibaba Cloud has an internal error.", ""),
		"isp.RAM_PERMISSION_DENY":         code(auth, false, "The RAM user may not do this.", "Give it the permission AliyunDysmsFullAccess."),
		"RAM_PERMISSION_DENY":             code(auth, false, "The RAM user may not do this.", "Give it the permission AliyunDysmsFullAccess."),
		"AMOUNT_NOT_ENOUGH":               code(auth, false, "The account has no credit left.", "Top up the account, then bind the channel again."),
		"isv.AMOUNT_NOT_ENOUGH":           code(auth, false, "The account has no credit left.", "Top up the account, then bind the channel again."),
		"MOBILE_NUMBER_ILLEGAL":           code(permanent, true, "The phone number is not valid for SMS.", "Check the number and its country code."),
		"isv.MOBILE_NUMBER_ILLEGAL":       code(permanent, true, "The phone number is not valid for SMS.", "Check the number and its country code."),
		"MOBILE_IN_BLACK":                 code(permanent, true, "The phone number is on Alibaba Cloud's block list.", ""),
		"isv.BUSINESS_LIMIT_CONTROL":      code(permanent, true, "Too many messages went to this number in a short time.", "Wait, or have the limit raised in the console."),
		"BUSINESS_LIMIT_CONTROL":          code(permanent, true, "Too many messages went to this number in a short time.", "Wait, or have the limit raised in the console."),
		"CONTENT_KEYWORD":                 code(permanent, false, "The text holds words that Alibaba Cloud does not let through.", "Change the text."),
		"SIGNATURE_BLACKLIST":             code(permanent, false, "The sender is not allowed.", "Check the channel's sender."),
		"isv.TEMPLATE_MISSING_PARAMETERS": code(permanent, false, "The template wants more parameters than the message has.", "Fill in all of the template's parameters."),

		// WhatsApp's own.
		"131026": code(permanent, true, "The number is not on WhatsApp, or its WhatsApp cannot show the message.", ""),
		"131047": code(permanent, true, "More than 24 hours have passed since the person last wrote.", "Send an approved template."),
		"131048": code(permanent, true, "WhatsApp limits this sender, because people reported its messages as spam.", "Look at the number's quality in the console."),
		"131049": code(permanent, true, "WhatsApp did not deliver the message, so that people do not get too many.", "Do not repeat it for a day."),
		"130472": code(permanent, true, "WhatsApp keeps marketing messages from this person as part of an experiment.", ""),
		"131056": code(retry, false, "Too many messages went to this person in a short time.", ""),
		"130429": code(retry, false, "WhatsApp gets too many messages of this sender.", ""),
		"131042": code(auth, false, "The WhatsApp account has an unpaid bill.", "Settle the payment, then bind the channel again."),
		"131031": code(auth, false, "The WhatsApp account is locked.", "Look at the account in the console."),
		"132001": code(permanent, false, "The template does not exist in this language.", "Check the template's code and language."),
		"132000": code(permanent, false, "The number of parameters is not the template's.", "Fill in all of the template's parameters."),
		"132015": code(permanent, true, "The template is paused for its low quality.", "Use another template."),

		// Viber's own.
		"SRVC_NOT_VIBER_USER":         code(permanent, true, "The number is not on Viber.", ""),
		"SRVC_USER_BLOCKED":           code(permanent, true, "The person blocked the sender on Viber.", ""),
		"SRVC_NO_SUITABLE_DEVICE":     code(permanent, true, "The person's Viber cannot show business messages.", ""),
		"SRVC_WAIT_FOR_USER_RESPONSE": code(permanent, true, "The person has not yet agreed to get messages from this sender.", ""),
		"SRVC_TIMEOUT":                code(retry, false, "Viber did not answer Alibaba Cloud in time.", ""),
		"SRVC_INTERNAL_FAILURE":       code(retry, false, "Viber has an internal error.", ""),
	}
}

// answer reads an answer: the gateway and CAMS call the code Code, the SMS
// service ResponseCode. It returns the body when the code is OK.
func (p *Provider) answer(a channels.Account, resp *egress.Response) ([]byte, error) {
	var said struct {
		Code                string `json:"Code"`
		Message             string `json:"Message"`
		ResponseCode        string `json:"ResponseCode"`
		ResponseDescription string `json:"ResponseDescription"`
	}
	err := json.Unmarshal(resp.Body, &said)
	code, text := said.Code, said.Message
	if code == "" {
		code, text = said.ResponseCode, said.ResponseDescription
	}
	if resp.Status >= 200 && resp.Status <= 299 {
		switch {
		case err != nil || code == "":
			return nil, channels.NoAnswer(title, err)
		case code == okCode:
			return resp.Body, nil
		}
	}
	if k, ok := p.lookUp(code); ok {
		se := k.Error(code)
		se.RetryAfter = channels.RetryAfter(resp.Header)
		return nil, se
	}
	status := resp.Status
	if code != "" && status == http.StatusOK {
		// The services refuse with a code and without a status of their own.
		status = http.StatusBadRequest
	}
	return nil, channels.AnswerError(title, code, p.kind.Redact(a, text), status, resp.Header)
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

// lookUp finds a code, or the nearest one that it is a part of: the gateway adds
// details after a dot, as in Throttling.User.Minute.
func (p *Provider) lookUp(code string) (channels.KnownCode, bool) {
	for {
		if k, ok := p.codes[code]; ok {
			return k, true
		}
		i := strings.LastIndexByte(code, '.')
		if i <= 0 {
			return channels.KnownCode{}, false
		}
		code = code[:i]
	}
}
