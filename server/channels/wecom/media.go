package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"

	"sluice/server/channels"
)

// DecodeMedia decrypts a file of an incoming message. WeCom encrypts it with the
// channel's EncodingAESKey like the message itself: AES-256-CBC, the IV being the
// key's first 16 bytes, padded to 32 bytes as PKCS#7 says. What is not encrypted
// in that way is taken as it is. The file is held in memory: WeCom's are small.
func (p *Provider) DecodeMedia(a channels.Account, _ channels.Media, r io.Reader) (io.Reader, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read a file from WeCom: %w", err)
	}
	key, err := cipherKey(a.Credentials[credAESKey])
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return bytes.NewReader(data), nil //nolint:nilerr // without a key nothing is encrypted
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("decrypt a file from WeCom: %w", err)
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > 32 || padding > len(plain) || !bytes.Equal(plain[len(plain)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return bytes.NewReader(data), nil
	}
	return bytes.NewReader(plain[:len(plain)-padding]), nil
}
