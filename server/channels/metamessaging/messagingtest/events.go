package messagingtest

import (
	"encoding/json"
	"maps"
)

// Notification is the body of a webhook about one account. object is "page" or
// "instagram"; each event says what happened between person and account.
func Notification(object, accountID, person string, events ...map[string]any) []byte {
	list := make([]any, len(events))
	for i, event := range events {
		full := map[string]any{
			"sender": map[string]any{"id": person}, "recipient": map[string]any{"id": accountID}, "timestamp": 1458668856463,
		}
		maps.Copy(full, event)
		list[i] = full
	}
	data, err := json.Marshal(map[string]any{
		"object": object, "entry": []any{map[string]any{"id": accountID, "time": 1458668856500, "messaging": list}},
	})
	if err != nil {
		panic("messagingtest: a notification cannot be written as JSON: " + err.Error())
	}
	return data
}

// Delivered is a delivery of these messages, or, without any, of all up to
// 1458668856253.
func Delivered(ids ...string) map[string]any {
	delivery := map[string]any{"watermark": 1458668856253}
	if len(ids) > 0 {
		delivery["mids"] = ids
	}
	return map[string]any{"delivery": delivery}
}

// Read is Messenger's news that all up to 1458668856253 was read.
func Read() map[string]any {
	return map[string]any{"read": map[string]any{"watermark": 1458668856253}}
}

// Seen is Instagram's news that a message was seen.
func Seen(id string) map[string]any {
	return map[string]any{"read": map[string]any{"mid": id}}
}

// Echo is news of a message that the account itself sent.
func Echo(accountID, id, metadata string) map[string]any {
	return map[string]any{
		"sender":  map[string]any{"id": accountID},
		"message": map[string]any{"mid": id, "is_echo": true, "app_id": 1517776481860111, "metadata": metadata, "text": "Hi"},
	}
}

// Text is a message from a person.
func Text(id, text string) map[string]any {
	return map[string]any{"message": map[string]any{"mid": id, "text": text}}
}
