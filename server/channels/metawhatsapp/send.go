package metawhatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"sluice/server/channels"
)

// userID is Meta's business-scoped id of a person who hides the number: a
// country, a dot and up to 128 letters and digits, "ENT." before those of a
// parent account.
var userID = regexp.MustCompile(`^[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}$`)

// Send creates a message. The Cloud API has no idempotency key: after
// ClassUnknown the message may exist, and its receipts will then carry our
// message id, as "biz_opaque_callback_data". Nor has it an end of validity for
// single messages, so that a deadline is kept up to the hand-over only.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	if !o.Deadline.IsZero() && !p.now().Before(o.Deadline) {
		return channels.Accepted{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeDeadline,
			Message: "The message's deadline passed before it was handed to Meta.",
		}
	}
	content, err := p.content(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	content["messaging_product"] = product
	content["recipient_type"] = "individual"
	if userID.MatchString(o.To) {
		content["recipient"] = o.To
	} else {
		content["to"] = o.To
	}
	if o.MessageID != "" {
		content["biz_opaque_callback_data"] = o.MessageID
	}
	req, err := p.api.Request(ctx, a, http.MethodPost, a.Settings[settingPhoneNumber], "/messages", nil, content)
	if err != nil {
		return channels.Accepted{}, err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return channels.Accepted{}, err
	}
	var answer struct {
		Contacts channels.Items[contact] `json:"contacts"`
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Messages) == 0 || answer.Messages[0].ID == "" {
		return channels.Accepted{}, channels.NoAnswer("Meta", err)
	}
	accepted := channels.Accepted{ProviderMessageID: answer.Messages[0].ID}
	if len(answer.Contacts.List) > 0 {
		// People write from their wa_id, which differs from the number for some
		// countries, or from their user id.
		for _, id := range []channels.Word{answer.Contacts.List[0].WaID, answer.Contacts.List[0].UserID} {
			if written := a.Type.Person(string(id)); id != "" && written != o.To && accepted.Address == "" {
				accepted.Address = string(id)
			}
		}
	}
	return accepted, nil
}
