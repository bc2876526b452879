package vonagetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Signature is the Authorization header of a webhook with that body, signed at
// that time. More claims replace Vonage's usual ones; a nil value leaves one out.
func Signature(secret string, body []byte, at time.Time, more map[string]any) string {
	sum := sha256.Sum256(body)
	claims := jwt.MapClaims{"iat": at.Unix(), "jti": "jti-1", "iss": "Vonage", "payload_hash": hex.EncodeToString(sum[:])}
	for name, value := range more {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
	if err != nil {
		panic("vonagetest: a token cannot be signed: " + err.Error())
	}
	return "Bearer " + token
}

// Status is the body of a status webhook. code is the error's, if any.
func Status(uuid, clientRef, channel, status, code string) []byte {
	body := map[string]any{
		"message_uuid": uuid, "client_ref": clientRef, "channel": channel, "status": status,
		"to": "639171234567", "from": "14155550100", "timestamp": "2026-03-04T10:00:02Z",
	}
	if code != "" {
		body["error"] = map[string]any{
			"type": "https://developer.vonage.com/api-errors/messages#" + code, "title": code, "detail": "Failed with code " + code, "instance": "trace-1",
		}
	}
	return encode(body)
}

// Inbound is the body of an inbound webhook with a text; more fields replace it.
func Inbound(channel, from, to, text string, more map[string]any) []byte {
	body := map[string]any{
		"message_uuid": "in-1", "channel": channel, "from": from, "to": to, "timestamp": "2026-03-04T10:00:02Z",
		"message_type": "text", "text": text, "profile": map[string]string{"name": "Ana"},
	}
	maps.Copy(body, more)
	return encode(body)
}

func encode(body map[string]any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic("vonagetest: a webhook cannot be written as JSON: " + err.Error())
	}
	return data
}
