package wecom

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"sluice/server/channels"
)

// enterChat is the event of a person who opens the robot's chat for the first
// time that day. It is the only one that a text may answer.
const enterChat = "enter_chat"

// sealed is an encrypted answer to a callback.
type sealed struct {
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msgsignature"`
	// Timestamp is in seconds.
	Timestamp int64  `json:"timestamp"`
	Nonce     string `json:"nonce"`
}

// greet answers an event: with the channel's greeting when somebody opened the
// chat, else with nothing, which WeCom takes for no answer.
func (p *Provider) greet(a channels.Account, c callback, receiveID string) (channels.Reply, error) {
	greeting := a.Settings[settingGreeting]
	if c.Event.Value.Type != enterChat || greeting == "" {
		return channels.Reply{Status: http.StatusOK}, nil
	}
	return p.reply(a, object{"msgtype": "text", "text": object{"content": greeting}}, receiveID)
}

// reply encrypts and signs what a callback is answered with. receiveID is the
// callback's own.
func (p *Provider) reply(a channels.Account, content object, receiveID string) (channels.Reply, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return channels.Reply{}, fmt.Errorf("encode an answer to WeCom: %w", err)
	}
	var random [randomSize]byte
	// Never fails: see the package.
	_, _ = rand.Read(random[:])
	encrypted, err := Encrypt(a.Credentials[credAESKey], string(plain), receiveID, random)
	if err != nil {
		return channels.Reply{}, fmt.Errorf("encrypt an answer to WeCom: %w", err)
	}
	seconds, nonce := p.now().Unix(), rand.Text()
	body, err := json.Marshal(sealed{
		Encrypt: encrypted, Signature: Signature(a.Credentials[credToken], strconv.FormatInt(seconds, 10), nonce, encrypted), Timestamp: seconds, Nonce: nonce,
	})
	if err != nil {
		return channels.Reply{}, fmt.Errorf("encode an answer to WeCom: %w", err)
	}
	return channels.Reply{Status: http.StatusOK, ContentType: "application/json", Body: body}, nil
}
