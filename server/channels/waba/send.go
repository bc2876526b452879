package waba

import (
	"strconv"

	"sluice/server/channels"
)

// Object is one JSON object of a request.
type Object = map[string]any

// Components are those of a message that sends an imported template with the
// given values, of which there are enough.
func Components(t *channels.Template, given []string) []Object {
	f := filler{t: t, given: given}
	var list []Object
	if h := t.Header; h != nil {
		if parameters := f.header(*h); len(parameters) > 0 {
			list = append(list, Object{"type": "header", "parameters": parameters})
		}
	}
	if parameters := f.texts(t.Body); len(parameters) > 0 {
		list = append(list, Object{"type": "body", "parameters": parameters})
	}
	for i, b := range t.Buttons {
		if subtype, parameters := f.button(b); len(parameters) > 0 {
			list = append(list, Object{"type": "button", "sub_type": subtype, "index": strconv.Itoa(i), "parameters": parameters})
		}
	}
	return list
}

type filler struct {
	t     *channels.Template
	given []string
}

// value is that of a parameter by its number from 1.
func (f filler) value(n int) string {
	if n < 1 || n > len(f.given) {
		return ""
	}
	return f.given[n-1]
}

// texts are the parameters of a text. Those with a name of their own carry it.
func (f filler) texts(text string) []Object {
	var list []Object
	for _, n := range channels.Placeholders(text) {
		p := Object{"type": "text", "text": f.value(n)}
		if n <= len(f.t.Parameters) {
			if name := f.t.Parameters[n-1].Name; !positional(name) {
				p["parameter_name"] = name
			}
		}
		list = append(list, p)
	}
	return list
}

func positional(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

func (f filler) header(h channels.TemplateHeader) []Object {
	if h.Format == channels.HeaderText {
		return f.texts(h.Text)
	}
	var list []Object
	for _, n := range channels.Placeholders(h.URL) {
		list = append(list, Object{"type": h.Format, h.Format: Object{"link": f.value(n)}})
	}
	return list
}

func (f filler) button(b channels.TemplateButton) (subtype string, parameters []Object) {
	if b.Type == channels.ButtonURL {
		for _, n := range channels.Placeholders(b.URL) {
			parameters = append(parameters, Object{"type": "text", "text": f.value(n)})
		}
		return "url", parameters
	}
	codes := channels.Placeholders(b.Code)
	if len(codes) == 0 {
		return "", nil
	}
	code := f.value(codes[0])
	if f.t.Category != "authentication" {
		return "copy_code", []Object{{"type": "coupon_code", "coupon_code": code}}
	}
	// The code of a one-time password goes as the end of a link.
	return "url", []Object{{"type": "text", "text": code}}
}
