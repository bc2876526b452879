package temporal

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"sync"

	common "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"

	"sluice/server/vault"
)

const (
	// sealedEncoding marks payloads that the vault sealed.
	sealedEncoding = "binary/sluice"
	// maxPayload bounds what a sealed payload may unpack to: twice the largest
	// that a server takes.
	maxPayload = 4 << 20
	// packedHead is room for what packing adds to very little.
	packedHead = 64
)

// place is what payloads are sealed for, so that nothing else that the vault
// sealed can stand in for one.
var place = []byte("temporal")

// codec seals everything that Sluice has Temporal keep: inputs, states,
// messages, results. Whoever reads a history there sees no secret, no address
// and no text.
type codec struct {
	vault *vault.Vault
	// packers are *flate.Writer: a new one costs more than what it packs.
	packers *sync.Pool
}

var _ converter.PayloadCodec = codec{}

// Encode implements converter.PayloadCodec.
func (c codec) Encode(payloads []*common.Payload) ([]*common.Payload, error) {
	sealed := make([]*common.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("encode a payload: %w", err)
		}
		packed, err := c.pack(plain)
		if err != nil {
			return nil, err
		}
		data, err := c.vault.Seal(packed, place)
		if err != nil {
			return nil, fmt.Errorf("seal a payload: %w", err)
		}
		sealed[i] = &common.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(sealedEncoding)}, Data: data}
	}
	return sealed, nil
}

// Decode implements converter.PayloadCodec.
func (c codec) Decode(payloads []*common.Payload) ([]*common.Payload, error) {
	plain := make([]*common.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != sealedEncoding {
			// What did not come from here is not decoded here.
			return nil, errors.New("a payload in Temporal was not written by Sluice")
		}
		packed, err := c.vault.Open(p.GetData(), place)
		if err != nil {
			return nil, fmt.Errorf("open a payload: %w", err)
		}
		data, err := unpack(packed)
		if err != nil {
			return nil, err
		}
		plain[i] = &common.Payload{}
		if err := proto.Unmarshal(data, plain[i]); err != nil {
			return nil, fmt.Errorf("decode a payload: %w", err)
		}
	}
	return plain, nil
}

// pack makes it smaller: a history keeps many of them.
func (c codec) pack(data []byte) ([]byte, error) {
	w, ok := c.packers.Get().(*flate.Writer)
	if !ok {
		return nil, errors.New("pack a payload: there is no packer")
	}
	defer c.packers.Put(w)
	var b bytes.Buffer
	b.Grow(len(data)/2 + packedHead)
	w.Reset(&b)
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("pack a payload: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack a payload: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxPayload+1))
	if err != nil {
		return nil, fmt.Errorf("unpack a payload: %w", err)
	}
	if len(data) > maxPayload {
		return nil, errors.New("a payload is larger than any that Sluice writes")
	}
	return data, nil
}

// dataConverter is what payloads go through.
func dataConverter(v *vault.Vault) converter.DataConverter {
	packers := &sync.Pool{New: func() any {
		// The level is one that exists, which is all that can be wrong.
		w, _ := flate.NewWriter(nil, flate.BestSpeed)
		return w
	}}
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec{v, packers})
}

// failureConverter seals what errors say, too.
func failureConverter(v *vault.Vault) converter.FailureConverter {
	return temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: dataConverter(v), EncodeCommonAttributes: true,
	})
}
