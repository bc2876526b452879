package api

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"sluice/flows"
	"sluice/server/channels"
)

// sampleText has what templates have to escape: quotes, a line break, an
// ampersand, and letters beyond ASCII.
const sampleText = "Your \"code\" is 123456 & ünïcode.\nThank you."

// previewer is a provider whose requests can be looked at.
func (a *API) previewer(name string) (channels.Previewer, bool) {
	provider, ok := a.channels.Provider(name)
	if !ok {
		return nil, false
	}
	p, ok := provider.(channels.Previewer)
	return p, ok
}

// PreviewProvider shows what a channel with these settings would ask for, and
// what it reads from a callback. Nothing is sent.
func (a *API) PreviewProvider(c *gin.Context, providerName ProviderName) {
	body, err := bodyOf[ProviderPreviewRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	p, ok := a.previewer(providerName)
	if !ok {
		a.fail(c, refuse(http.StatusNotFound, "not_found", "There is no provider of that name whose requests can be looked at."))
		return
	}
	account := channels.Account{
		Kind: providerName, Type: channels.ChannelType(body.Type), BaseURL: textOf(body.BaseUrl), Settings: body.Settings,
		HookURL: a.hookURL(c.Request, "your-channel"),
	}
	to := "customer-1"
	if account.Type.ByPhone() {
		to = "+639171234567"
	}
	out := ProviderPreview{}
	request, err := p.Preview(account, channels.Outbound{
		MessageID: "0198f5e2-7c1d-7000-8000-3b2a1c0d9e8f-2", To: cmp.Or(textOf(body.To), to), Category: "transactional",
		Message: flows.Message{Type: flows.MessageText, Text: cmp.Or(textOf(body.Text), sampleText)},
	})
	switch problem, isProblem := errors.AsType[*channels.FieldError](err); {
	case err == nil:
		out.Request = requestOf(request)
	case isProblem:
		out.Problem = &PreviewProblem{Field: problem.Field, Message: problem.Message}
	default:
		out.Problem = &PreviewProblem{Message: channels.AsSendError(err).Message}
	}
	if callback := textOf(body.Callback); strings.TrimSpace(callback) != "" {
		out.Callback = callbackOf(p.Read(account, textOf(body.CallbackType), []byte(callback)))
	}
	c.JSON(http.StatusOK, out)
}

func requestOf(r channels.PreviewedRequest) *PreviewedRequest {
	out := &PreviewedRequest{Method: r.Method, Url: r.URL, Body: r.Body, Headers: []PreviewedHeader{}}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		out.Headers = append(out.Headers, PreviewedHeader{Name: name, Value: r.Header.Get(name)})
	}
	return out
}

func callbackOf(in channels.Inbound, err error) *PreviewedCallback {
	switch {
	case err != nil:
		return &PreviewedCallback{Kind: PreviewedCallbackKindNothing, Problem: sentence(err)}
	case in.Receipt != nil:
		return &PreviewedCallback{Kind: PreviewedCallbackKindReceipt, MessageId: in.Receipt.ProviderMessageID, Status: string(in.Receipt.Status), Raw: in.Receipt.Raw, Code: in.Receipt.Code}
	}
	return &PreviewedCallback{Kind: PreviewedCallbackKindMessage, MessageId: in.Message.ProviderMessageID, From: in.Message.From, Text: in.Message.Text}
}

// sentence is the reason of an error as a sentence.
func sentence(err error) string {
	text := strings.TrimPrefix(err.Error(), channels.ErrMalformed.Error()+": ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
