package waba

import "encoding/json"

// exampled is a button's sample: a text, or a list with one.
type exampled []string

func (e *exampled) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*e = exampled{one}
		return nil
	}
	var list []string
	if json.Unmarshal(data, &list) == nil {
		*e = list
	}
	// A sample is only shown, so one of another shape is none.
	return nil
}

func (e exampled) first() string {
	if len(e) == 0 {
		return ""
	}
	return e[0]
}
