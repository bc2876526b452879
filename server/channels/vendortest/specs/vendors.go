package specs

// Twilio's documents are the files of spec/json and spec/yaml in twilio/twilio-oai.
func Twilio() Vendor {
	return Vendor{Name: "Twilio", Hosts: []string{"api.twilio.com", "content.twilio.com"}}
}

// Vonage's document is that of the Messages API in Vonage's developer portal.
func Vonage() Vendor { return Vendor{Name: "Vonage", Hosts: []string{"api.nexmo.com"}} }
