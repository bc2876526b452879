package wecom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // WeCom signs with SHA-1.
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

const (
	keySize = 32
	// blockSize is what WeCom pads to: twice the cipher's own.
	blockSize = 32
	// randomSize bytes of chance and lengthSize bytes of length come before the
	// message.
	randomSize = 16
	lengthSize = 4
)

// Signature proves a callback: the SHA-1 of the sorted parts.
func Signature(token, timestamp, nonce, encrypted string) string {
	parts := []string{token, timestamp, nonce, encrypted}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // See the import.
	return hex.EncodeToString(sum[:])
}

// errEncrypted says no more on purpose: how decrypting fails helps to guess.
var errEncrypted = errors.New("the content cannot be decrypted")

func cipherKey(encodingAESKey string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(key) != keySize {
		return nil, errEncrypted
	}
	return key, nil
}

// Decrypt reads an encrypted content: the message and the receive id behind it.
func Decrypt(encodingAESKey, encrypted string) (message, receiveID string, err error) {
	key, err := cipherKey(encodingAESKey)
	if err != nil {
		return "", "", err
	}
	data, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(data) == 0 || len(data)%blockSize != 0 {
		return "", "", errEncrypted
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", "", errEncrypted
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > blockSize {
		return "", "", errEncrypted
	}
	for _, b := range data[len(data)-pad:] {
		if int(b) != pad {
			return "", "", errEncrypted
		}
	}
	if data = data[:len(data)-pad]; len(data) < randomSize+lengthSize {
		return "", "", errEncrypted
	}
	size, rest := binary.BigEndian.Uint32(data[randomSize:]), data[randomSize+lengthSize:]
	if uint64(size) > uint64(len(rest)) {
		return "", "", errEncrypted
	}
	return string(rest[:size]), string(rest[size:]), nil
}

// Encrypt is the opposite of Decrypt. random is 16 bytes of chance.
func Encrypt(encodingAESKey, message, receiveID string, random [randomSize]byte) (string, error) {
	key, err := cipherKey(encodingAESKey)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", errEncrypted
	}
	data := binary.BigEndian.AppendUint32(random[:], uint32(len(message)))
	data = append(append(data, message...), receiveID...)
	pad := blockSize - len(data)%blockSize
	for range pad {
		data = append(data, byte(pad))
	}
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	return base64.StdEncoding.EncodeToString(data), nil
}
