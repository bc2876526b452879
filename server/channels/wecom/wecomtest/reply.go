package wecomtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // WeCom signs with SHA-1.
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Robot is the end of the callbacks at WeCom: what it shares with whoever gets
// them.
type Robot struct {
	Token, EncodingAESKey string
	// ReceiveID is what its callbacks and the answers to them carry.
	ReceiveID string
}

// head is what stands before the message: 16 bytes of chance and its length.
const head = 20

// Read reads the answer to a callback as WeCom does: it checks the signature,
// decrypts, and returns the message. This is written from the documents, and
// shares no code with what makes the answers.
func (r Robot) Read(answer []byte) (Message, error) {
	var got struct {
		Encrypt      string `json:"encrypt"`
		MsgSignature string `json:"msgsignature"`
		Timestamp    int64  `json:"timestamp"`
		Nonce        string `json:"nonce"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	parts := []string{r.Token, strconv.FormatInt(got.Timestamp, 10), got.Nonce, got.Encrypt}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // See the import.
	if got.Nonce == "" || got.Timestamp == 0 || hex.EncodeToString(sum[:]) != got.MsgSignature {
		return nil, errors.New("the answer is not signed")
	}
	plain, err := r.decrypt(got.Encrypt)
	if err != nil {
		return nil, err
	}
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > 32 || len(plain)-padding < head {
		return nil, errors.New("the answer is not padded")
	}
	plain = plain[head-4 : len(plain)-padding]
	size, rest := int(binary.BigEndian.Uint32(plain)), plain[4:]
	if size > len(rest) || string(rest[size:]) != r.ReceiveID {
		return nil, errors.New("the answer is for somebody else")
	}
	var m Message
	if err := json.Unmarshal(rest[:size], &m); err != nil {
		return nil, fmt.Errorf("the message is no JSON: %w", err)
	}
	return m, nil
}

func (r Robot) decrypt(encrypted string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(r.EncodingAESKey + "=")
	if err != nil {
		return nil, fmt.Errorf("the key is not base64: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("the key is none: %w", err)
	}
	data, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(data) == 0 || len(data)%32 != 0 {
		return nil, errors.New("the content is not whole blocks in base64")
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	return data, nil
}
