package command

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"sluice/flows"
)

// positions finds the places of a JSON document that pointers lead to.
type positions struct {
	data    []byte
	offsets map[string]int64
}

// locate reads a document. Of one that is not JSON it knows the part before the
// mistake.
func locate(data []byte) positions {
	p := positions{data: data, offsets: map[string]int64{}}
	p.value(json.NewDecoder(bytes.NewReader(data)), "", 0)
	return p
}

// value notes where the next value begins. It reports false when the document
// ends or breaks there.
func (p positions) value(dec *json.Decoder, pointer string, depth int) bool {
	p.offsets[pointer] = p.begin(dec.InputOffset())
	token, err := dec.Token()
	if err != nil || depth > flows.MaxDepth {
		return false
	}
	switch token {
	case json.Delim('['):
		for i := 0; dec.More(); i++ {
			if !p.value(dec, flows.Pointer(pointer, strconv.Itoa(i)), depth+1) {
				return false
			}
		}
	case json.Delim('{'):
		for dec.More() {
			key, err := dec.Token()
			name, ok := key.(string)
			if err != nil || !ok || !p.value(dec, flows.Pointer(pointer, name), depth+1) {
				return false
			}
		}
	default:
		return true
	}
	_, err = dec.Token()
	return err == nil
}

// begin is where the value after an offset begins: past space, comma and colon.
func (p positions) begin(offset int64) int64 {
	for offset < int64(len(p.data)) && strings.IndexByte(" \t\r\n,:", p.data[offset]) >= 0 {
		offset++
	}
	return offset
}

// at is the line and column, both from 1, of what a pointer leads to; of its
// nearest container when the document has no such value.
func (p positions) at(pointer string) (line, column int) {
	for {
		if offset, ok := p.offsets[pointer]; ok {
			before := p.data[:offset]
			return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return 1, 1
		}
		pointer = pointer[:i]
	}
}
