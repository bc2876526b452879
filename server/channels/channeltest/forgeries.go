package channeltest

import (
	"maps"
	"strings"

	"sluice/server/channels"
)

// Genuine is a request that the provider takes.
func (w *Webhooks) Genuine(a channels.Account) Request { return w.genuine(a) }

// Forgeries are requests that the account's webhook must refuse, by what is
// wrong with each. They go to the account's own address.
func (w *Webhooks) Forgeries(a channels.Account) map[string]Request {
	cases := w.forgeries(a)
	var covered []string
	if w.BodyOnly {
		covered = append(covered, "query altered", "content type", "same secret, theirs")
	}
	if w.AddressOnly {
		covered = append(covered, "query altered", "content type", "same secret, theirs", "body altered")
	}
	if w.Bearer {
		covered = append(covered, "body altered")
	}
	for _, name := range append(covered, w.Unsigned...) {
		delete(cases, name)
	}
	for name, r := range cases {
		r.URL = arriving(a, r.URL)
		cases[name] = r
	}
	return cases
}

// foreign is another channel at the same vendor, with a secret of its own.
func (w *Webhooks) foreign(a channels.Account) channels.Account {
	foreign := a
	foreign.ID, foreign.HookURL = "other", a.HookURL+"other"
	foreign.Credentials = maps.Clone(a.Credentials)
	foreign.Credentials[w.Secret] = "another-channels-secret-0123456789"
	return foreign
}

// arriving is the address of a request that arrives at the account's webhook,
// whatever it says.
func arriving(a channels.Account, address string) string {
	rest, ok := strings.CutPrefix(address, a.HookURL+"other")
	if !ok {
		return address
	}
	return a.HookURL + rest
}

// forgeries are all that may be wrong with a request. Not all of it is covered
// by every vendor's proof.
func (w *Webhooks) forgeries(a channels.Account) map[string]Request {
	genuine := func() Request { return w.genuine(a) }
	signature := w.signature(genuine())
	signed := func(value string) Request {
		return w.withSignature(genuine(), value)
	}
	foreign := w.foreign(a)
	sameSecret := foreign
	sameSecret.Credentials = a.Credentials
	old := a
	old.Credentials = maps.Clone(a.Credentials)
	old.Credentials[w.Secret] = "the-secret-before-it-was-rotated"

	missing := w.withoutSignature(genuine())
	longer := genuine()
	longer.Body = append(longer.Body, "&x=1"...)
	cut := genuine()
	cut.Body = cut.Body[:len(cut.Body)/2]
	query := genuine()
	if strings.Contains(query.URL, "?") {
		query.URL += "&more=1"
	} else {
		query.URL += "?more=1"
	}
	untyped := genuine()
	untyped.Header.Set("Content-Type", "application/octet-stream")

	cases := map[string]Request{
		"missing":             missing,
		"empty":               signed(""),
		"wrong":               signed(strings.Repeat("A", len(signature))),
		"truncated":           signed(signature[:len(signature)-4]),
		"one letter":          signed(signature[:1]),
		"longer":              signed(signature + "A"),
		"other case":          signed(swapCase(signature)),
		"body altered":        w.altered(genuine()),
		"body longer":         longer,
		"body cut":            cut,
		"query altered":       query,
		"content type":        untyped,
		"another's secret":    w.Sign(foreign, genuine()),
		"a rotated secret":    w.Sign(old, genuine()),
		"another's and ours":  w.genuine(foreign),
		"same secret, theirs": w.genuine(sameSecret),
	}
	if w.Stale != nil {
		cases["old"] = w.Stale(a)
	}
	return cases
}
