package channels

import (
	"slices"
	"strings"
)

// IdentityOf is what makes the account and sender of a channel, to compare it with
// others; nil for a kind whose channels are never the same. It holds secrets and is
// neither stored nor shown as it is.
func (k Kind) IdentityOf(a Account) []string {
	if len(k.Identity) == 0 {
		return nil
	}
	identity := []string{k.Name, string(a.Type)}
	for _, name := range k.Identity {
		value := a.Credentials[name]
		switch i := slices.IndexFunc(k.Credentials, func(f Field) bool { return f.Name == name }); {
		case i >= 0 && k.Credentials[i].Secret:
		case i >= 0:
			value = plainly(value)
		case name == AddressField:
			value = plainly(a.Base(k.DefaultBaseURL))
		default:
			value = plainly(k.Setting(a, name))
		}
		identity = append(identity, value)
	}
	return identity
}

// plainly is one form of what people write in several: a number with and without
// "+" and what stands between its digits, a name or address in any case.
func plainly(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	bare := strings.NewReplacer("+", "", " ", "", "-", "", "(", "", ")", "").Replace(s)
	if bare != "" && strings.Trim(bare, "0123456789") == "" {
		return bare
	}
	return s
}

// AddressFields are the names of those settings that say which host the credentials
// go to, beside the base URL.
func (k Kind) AddressFields() []string {
	var names []string
	for _, f := range k.Settings {
		if f.Address {
			names = append(names, f.Name)
		}
	}
	return names
}
