package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine/address"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/store"
)

// defaultPhoneMessages is how many messages of phones are shown at once.
const defaultPhoneMessages = 200

// phoneMessageOf is a message as its recipient sees it: nothing is masked.
func phoneMessageOf(m simulator.Message) (PhoneMessage, error) {
	data, err := json.Marshal(m.Form)
	if err != nil {
		return PhoneMessage{}, fmt.Errorf("write a message of a simulated phone: %w", err)
	}
	content := map[string]any{}
	if m.Direction == simulator.Outbound {
		if err := json.Unmarshal(data, &content); err != nil {
			return PhoneMessage{}, fmt.Errorf("write a message of a simulated phone: %w", err)
		}
	} else {
		content = inboundContent(m)
	}
	status := PhoneMessageStatus(m.Status)
	if m.Direction == simulator.Inbound {
		status = PhoneMessageStatusReceived
	}
	reason := ""
	if m.Refused {
		reason = "It never reached the phone: a rule refused it."
	}
	return PhoneMessage{
		Id: m.ID, Recipient: m.Address, ChannelId: m.AccountID, Channel: m.Channel, ChannelType: string(m.ChannelType),
		Direction: PhoneMessageDirection(m.Direction), Text: m.Text, Content: content, File: phoneFileOf(m), Status: status, Code: m.Code, Reason: reason,
		RunId: m.RunID, Visit: visitOf(m.MessageID), At: m.At.UTC(),
		DeliveredAt: optionalTime(m.DeliveredAt), ReadAt: optionalTime(m.ReadAt), FailedAt: optionalTime(m.FailedAt),
	}, nil
}

// visitOf reads the visit from a message id, "<run id>-<visit>"; zero for a
// message outside of runs.
func visitOf(messageID string) int {
	for i := len(messageID) - 1; i >= 0; i-- {
		if messageID[i] == '-' {
			n, err := strconv.Atoi(messageID[i+1:])
			// The last part of a UUID has twelve digits; a visit never has.
			if err != nil || len(messageID)-i > 10 {
				return 0
			}
			return n
		}
	}
	return 0
}

// ListPhones answers with the phones that got or sent messages.
func (a *API) ListPhones(c *gin.Context) {
	list := PhoneList{Items: []Phone{}}
	at := map[string]int{}
	for _, talk := range a.simulator.Conversations(workspaceOf(c)) {
		i, known := at[talk.Address]
		if !known {
			// The latest conversation comes first, and with it the last message.
			i = len(list.Items)
			at[talk.Address] = i
			list.Items = append(list.Items, Phone{Recipient: talk.Address, ChannelTypes: []string{}, LastText: lastText(talk.Last), LastAt: talk.Last.At.UTC()})
		}
		p := &list.Items[i]
		p.Messages += talk.Messages
		if t := string(talk.ChannelType); !slices.Contains(p.ChannelTypes, t) {
			p.ChannelTypes = append(p.ChannelTypes, t)
		}
	}
	c.JSON(http.StatusOK, list)
}

// ListPhoneMessages answers with what is on the phones.
func (a *API) ListPhoneMessages(c *gin.Context, params ListPhoneMessagesParams) {
	found := a.simulator.Messages(workspaceOf(c), simulator.Filter{
		ChannelType: channels.ChannelType(textOf(params.ChannelType)), Address: textOf(params.Recipient), RunID: textOf(params.Run),
	})
	limit := defaultPhoneMessages
	if params.Limit != nil {
		limit = *params.Limit
	}
	found = found[max(0, len(found)-limit):]
	list := PhoneMessageList{Items: make([]PhoneMessage, 0, len(found))}
	for _, m := range found {
		item, err := phoneMessageOf(m)
		if err != nil {
			a.fail(c, err)
			return
		}
		list.Items = append(list.Items, item)
	}
	c.JSON(http.StatusOK, list)
}

// ClearPhones forgets what is on the phones.
func (a *API) ClearPhones(c *gin.Context) {
	a.simulator.Clear(workspaceOf(c), simulator.Filter{})
	c.Status(http.StatusNoContent)
}

// MarkDelivered lets the phone report a delivery.
func (a *API) MarkDelivered(c *gin.Context, messageID PhoneMessageID) {
	a.answerMark(c, messageID, a.simulator.MarkDelivered(c.Request.Context(), workspaceOf(c), messageID))
}

// MarkRead lets the phone report that the person read the message.
func (a *API) MarkRead(c *gin.Context, messageID PhoneMessageID) {
	a.answerMark(c, messageID, a.simulator.MarkRead(c.Request.Context(), workspaceOf(c), messageID))
}

// MarkFailed lets the provider report a failure.
func (a *API) MarkFailed(c *gin.Context, messageID PhoneMessageID) {
	body, err := bodyOf[PhoneFailure](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	a.answerMark(c, messageID, a.simulator.MarkFailed(c.Request.Context(), workspaceOf(c), messageID, textOf(body.Code)))
}

func (a *API) answerMark(c *gin.Context, messageID string, err error) {
	switch {
	case errors.Is(err, simulator.ErrNotFound):
		a.fail(c, notFound("message on a simulated phone"))
		return
	case errors.Is(err, simulator.ErrNotAdvancing):
		a.fail(c, refuse(http.StatusConflict, "status_backwards", "The message is already as far as that.").
			withDetail("A message's status never moves backwards."))
		return
	case errors.Is(err, simulator.ErrNotRunning):
		a.fail(c, refuse(http.StatusServiceUnavailable, "stopping", "The server is stopping.").withRetryAfter(time.Second))
		return
	case err != nil:
		a.fail(c, err)
		return
	}
	for _, m := range a.simulator.Messages(workspaceOf(c), simulator.Filter{}) {
		if m.ID != messageID {
			continue
		}
		answer, err := phoneMessageOf(m)
		if err != nil {
			a.fail(c, err)
			return
		}
		c.JSON(http.StatusOK, answer)
		return
	}
	// Newer messages pushed it off the phone meanwhile.
	a.fail(c, notFound("message on a simulated phone"))
}

// ReplyFromPhone writes a message from a phone to a channel.
func (a *API) ReplyFromPhone(c *gin.Context) {
	body, err := bodyOf[PhoneReply](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	body.Recipient = address.Normal(body.ChannelType, body.Recipient)
	if body.Recipient == "" && channels.ChannelType(body.ChannelType).ByRecipient() {
		a.fail(c, refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
			withErrors([]FieldProblem{{Field: "recipient", Pointer: "/recipient", Code: "missing", Message: "Recipient is required: whose phone is it?"}}))
		return
	}
	options := simulator.ReplyOptions{ReplyTo: textOf(body.ReplyTo), ButtonID: textOf(body.ButtonId)}
	slug, err := a.quotedChannel(workspaceOf(c), body)
	if err != nil {
		a.fail(c, err)
		return
	}
	ch, ok := a.repliedChannel(c, body.Recipient, body.ChannelType, slug)
	if !ok {
		return
	}
	a.answerReply(c, ch, body.Recipient, body.Text, options)
}

// quotedChannel is the slug of the channel that a reply goes to: that of the
// message which it answers, or the one that is named.
func (a *API) quotedChannel(workspace string, body PhoneReply) (string, error) {
	id, slug := textOf(body.ReplyTo), textOf(body.Channel)
	if id == "" {
		return slug, nil
	}
	m, err := a.simulator.Find(workspace, id)
	if err != nil && !errors.Is(err, simulator.ErrNotFound) {
		return "", err
	}
	fits := err == nil && m.Direction == simulator.Outbound && string(m.ChannelType) == body.ChannelType && m.Address == body.Recipient && (slug == "" || slug == m.Channel)
	if !fits {
		return "", refuse(http.StatusUnprocessableEntity, "no_message", "There is no such message to answer.").
			withErrors([]FieldProblem{{Field: "reply_to", Pointer: "/reply_to", Code: "unknown", Message: "The phone has no message with this id from that channel."}})
	}
	return m.Channel, nil
}

// answerReply writes to the channel and answers with the message. It reports
// whether there is one.
func (a *API) answerReply(c *gin.Context, ch store.Channel, recipient, text string, o simulator.ReplyOptions) (written bool) {
	_, account, err := a.accountOf(c.Request, ch)
	if err != nil {
		a.fail(c, err)
		return false
	}
	m, err := a.simulator.Reply(c.Request.Context(), account, recipient, text, o)
	if errors.Is(err, simulator.ErrNotRunning) {
		a.fail(c, refuse(http.StatusServiceUnavailable, "stopping", "The server is stopping.").withRetryAfter(time.Second))
		return false
	}
	if err != nil {
		a.fail(c, err)
		return false
	}
	answer, err := phoneMessageOf(m)
	if err != nil {
		a.fail(c, err)
		return true
	}
	c.JSON(http.StatusCreated, answer)
	return true
}

// repliedChannel is the simulated channel that a reply goes to: the one that
// is named, or the one that talked to the phone last.
func (a *API) repliedChannel(c *gin.Context, recipient, channelType, slug string) (store.Channel, bool) {
	if slug == "" {
		for _, talk := range a.simulator.Conversations(workspaceOf(c)) {
			if talk.Address == recipient && string(talk.ChannelType) == channelType {
				slug = talk.Channel
				break
			}
		}
	}
	all, err := a.store.ListChannels(c.Request.Context(), workspaceOf(c))
	if err != nil {
		a.fail(c, err)
		return store.Channel{}, false
	}
	for _, ch := range all {
		if ch.Kind == simulator.Name && ch.Type == channelType && (slug == "" || ch.Slug == slug) {
			return ch, true
		}
	}
	a.fail(c, refuse(http.StatusUnprocessableEntity, "no_channel", "There is no simulated channel to reply to.").
		withErrors([]FieldProblem{{Field: "channel", Pointer: "/channel", Code: "unknown", Message: "No simulated " + channelType + " channel has this slug."}}))
	return store.Channel{}, false
}

// GetPhoneRules answers with how phones behave.
func (a *API) GetPhoneRules(c *gin.Context) {
	rules := a.simulator.Rules(workspaceOf(c))
	answer := PhoneRules{Rules: make([]PhoneRule, 0, len(rules))}
	for _, r := range rules {
		answer.Rules = append(answer.Rules, phoneRuleOf(r))
	}
	c.JSON(http.StatusOK, answer)
}

// PutPhoneRules replaces how phones behave.
func (a *API) PutPhoneRules(c *gin.Context) {
	body, err := bodyOf[PhoneRules](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	rules := make([]simulator.Rule, 0, len(body.Rules))
	var problems []FieldProblem
	for i, r := range body.Rules {
		rule, wrong := ruleOf(r)
		for _, field := range wrong {
			problems = append(problems, ruleProblem(i, field, "Write a duration such as 30s, or never."))
		}
		rules = append(rules, rule)
	}
	if len(problems) == 0 {
		err = a.simulator.SetRules(c.Request.Context(), workspaceOf(c), rules)
		if bad, ok := errors.AsType[*simulator.RuleError](err); ok {
			problems = append(problems, ruleProblem(bad.Index, bad.Field, bad.Message))
		} else if err != nil {
			a.fail(c, err)
			return
		}
	}
	if len(problems) > 0 {
		a.fail(c, refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").withErrors(problems))
		return
	}
	a.GetPhoneRules(c)
}
