package alibabatest

import (
	"encoding/json"
)

// Receipt is one entry of a push of receipts.
type Receipt struct {
	MessageID string
	TaskID    string
	// Status is a word of CAMS, or a number of the SMS service.
	Status string
	// Code and Description are of a failure.
	Code        string
	Description string
}

// Chat is the push of CAMS, as in ChatAppStatus.
func Chat(receipts ...Receipt) []byte {
	entries := make([]map[string]any, len(receipts))
	for i, r := range receipts {
		entries[i] = map[string]any{
			"MessageId": r.MessageID, "TaskId": r.TaskID, "Status": r.Status, "From": "6281234567890", "To": "639171234567",
			"Timestamp": 1691132091000, "MsgFrameType": "message", "Type": "TEXT", "OriginPhoneNumber": "6281234567890",
		}
		if r.Code != "" {
			entries[i]["ErrorCode"], entries[i]["ErrorDescription"] = r.Code, r.Description
		}
	}
	return encode(entries)
}

// SMS is the push of the SMS service, as in GlobeSmsReport outside China.
func SMS(r Receipt) []byte {
	return encode([]map[string]any{{
		"MessageId": r.MessageID, "TaskId": r.TaskID, "Status": r.Status, "To": "639171234567", "SmsSize": "1",
		"SendDate": "Thu, 25 Nov 2021 10:27:00 +0800", "ReceiveDate": "Thu, 25 Nov 2021 10:27:33 +0800",
		"ErrorCode": r.Code, "ErrorDescription": r.Description,
	}})
}

// Inbound is the push of a message from a person, as in ChatAppInbound. For
// every type but TEXT, message is a JSON object.
func Inbound(id, from, typ, message string) []byte {
	return encode([]map[string]any{{
		"MessageId": id, "CustSpaceId": "cams-83m8j9xxxxadc", "From": from, "To": "6281234567890", "DisplayName": "My Shop",
		"Name": "Maria", "Type": typ, "Message": message, "Timestamp": 1662104191973, "NoticeType": "inbound",
	}})
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("alibabatest: a push cannot be written as JSON: " + err.Error())
	}
	return data
}
