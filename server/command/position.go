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

// value notes where the next value begins; for a member of an object that is
// its name, which has been noted. It reports false when the document ends or
// breaks there.
func (p positions) value(dec *json.Decoder, pointer string, depth int) bool {
	if _, noted := p.offsets[pointer]; !noted {
		p.offsets[pointer] = p.begin(dec.InputOffset())
	}
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
			at := p.begin(dec.InputOffset())
			key, err := dec.Token()
			name, ok := key.(string)
			if err != nil || !ok {
				return false
			}
			// Of a name that is written twice the second one is the mistake.
			member := flows.Pointer(pointer, name)
			p.offsets[member] = at
			if !p.value(dec, member, depth+1) {
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

// offset is where in the document the value of a pointer begins; its nearest
// container when the document has no such value.
func (p positions) offset(pointer string) int64 {
	for {
		if offset, ok := p.offsets[pointer]; ok {
			return offset
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return 0
		}
		pointer = pointer[:i]
	}
}

// at is the line and column of a pointer's value, both from 1.
func (p positions) at(pointer string) (line, column int) {
	before := p.data[:p.offset(pointer)]
	return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
