package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

// bare reports whether nothing of a channel is set up yet: it has a name and a type,
// and takes the rest when it is bound, or before.
func bare(ch store.Channel, credentials map[string]string) bool {
	return ch.BaseURL == "" && len(ch.Settings) == 0 && len(credentials) == 0
}

// checkBare finds what is wrong with a channel that is not set up yet.
func (a *API) checkBare(ch store.Channel) error {
	provider, ok := a.channels.Provider(ch.Kind)
	_, known := flows.ChannelTypeNamed(ch.Type)
	switch {
	case ch.Kind != "" && !ok:
		return invalid(a.noSuchKind(ch.Kind))
	case ch.Kind != "" && !slices.Contains(provider.Kind().ChannelTypes, channels.ChannelType(ch.Type)):
		return invalid(FieldProblem{Field: "type", Pointer: "/type", Code: "invalid", Message: provider.Kind().Title + " has no channels of this type."})
	case ch.Kind == "" && !known:
		return invalid(FieldProblem{Field: "type", Pointer: "/type", Code: "invalid", Message: "There is no such channel type."})
	}
	return nil
}

// noSuchKind is the problem with a provider that is not there, or not chosen yet.
func (a *API) noSuchKind(kind string) FieldProblem {
	if kind == "" {
		return FieldProblem{Field: "kind", Pointer: "/kind", Code: "required", Message: "The channel needs a provider."}
	}
	names := []string{}
	for _, k := range a.channels.Kinds() {
		names = append(names, k.Name)
	}
	return FieldProblem{Field: "kind", Pointer: "/kind", Code: "unknown", Message: "There is no such kind of provider.", Hint: optionalText(flows.DidYouMean(kind, names))}
}

// checkEncrypted refuses a base URL to which credentials would go in the clear,
// unless the operator let the host or all of them be called so.
func (a *API) checkEncrypted(ch store.Channel) error {
	u, err := url.Parse(ch.BaseURL)
	if err != nil || u.Scheme != "http" || a.plainHTTP(u) {
		return nil //nolint:nilerr // What is no address is found elsewhere.
	}
	return invalid(FieldProblem{
		Field: channels.AddressField, Pointer: "/base_url", Code: "plain_http", Message: "The address is not encrypted.",
		Hint: optionalText("Use https://, or let the operator allow this host with SLUICE_EGRESS_ALLOW, or plain http everywhere with SLUICE_ALLOW_PLAIN_HTTP."),
	})
}

func invalid(problems ...FieldProblem) error {
	return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").withErrors(problems)
}

// UpdateChannel changes a channel. What the provider was asked about is no
// longer proven then.
func (a *API) UpdateChannel(c *gin.Context, channelID ChannelID) {
	body, err := bodyOf[ChannelPatch](c)
	if err == nil && body.Name != nil {
		*body.Name, err = cleanName(*body.Name)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	change, err := a.edit(ch, ChannelBinding{Kind: body.Kind, BaseUrl: body.BaseUrl, Settings: body.Settings, Credentials: body.Credentials})
	if err != nil {
		a.fail(c, err)
		return
	}
	change.Name, change.Remarks = body.Name, body.Remarks
	a.changeChannel(c, channelID, change)
}

// edit is the change that sets a channel up as asked for.
func (a *API) edit(ch store.Channel, body ChannelBinding) (store.ChannelChange, error) {
	var change store.ChannelChange
	old, err := a.store.Credentials(ch)
	if err != nil {
		return change, err
	}
	before, credentials := ch, old
	if body.Kind != nil {
		if ch.Kind != "" && ch.Kind != *body.Kind {
			return change, invalid(FieldProblem{
				Field: "kind", Pointer: "/kind", Code: "fixed", Message: "The channel has another provider already.", Hint: optionalText("Create another channel for this provider."),
			})
		}
		change.Kind, ch.Kind = body.Kind, *body.Kind
	}
	if body.BaseUrl != nil {
		base := strings.TrimSuffix(*body.BaseUrl, "/")
		change.BaseURL, ch.BaseURL = &base, base
	}
	if body.Settings != nil {
		change.Settings = filled(ch.Settings, body.Settings)
		ch.Settings = change.Settings
	}
	if body.Credentials != nil {
		credentials = filled(old, body.Credentials)
		change.Credentials = credentials
	}
	if change.Kind == nil && change.BaseURL == nil && change.Settings == nil && change.Credentials == nil {
		return change, nil
	}
	if bare(ch, credentials) {
		err = a.checkBare(ch)
	} else {
		err = a.checkChannel(ch, credentials)
	}
	if err == nil && ch.BaseURL != before.BaseURL {
		err = a.checkEncrypted(ch)
	}
	if err == nil {
		err = a.checkMoved(before, ch, credentials, body.Credentials)
	}
	if err != nil {
		return change, err
	}
	if change.BaseURL != nil || change.Credentials != nil || !sameButRate(before.Settings, ch.Settings) {
		unbound := store.ChannelUnbound
		change.Status = &unbound
	}
	return change, nil
}

// checkMoved refuses a change of where the credentials go that does not give them
// anew: who may change a channel need not know them, and could have them sent to a
// host of their own.
func (a *API) checkMoved(before, after store.Channel, credentials map[string]string, given *map[string]string) error {
	provider, ok := a.channels.Provider(after.Kind)
	if !ok || before.Kind == "" {
		return nil
	}
	kind := provider.Kind()
	old, now := channels.Account{Settings: before.Settings}, channels.Account{Settings: after.Settings}
	moved := before.BaseURL != after.BaseURL
	for _, name := range kind.AddressFields() {
		moved = moved || kind.Setting(old, name) != kind.Setting(now, name)
	}
	if !moved {
		return nil
	}
	var problems []FieldProblem
	for _, f := range kind.Credentials {
		anew := given != nil && (*given)[f.Name] != ""
		if f.Secret && credentials[f.Name] != "" && !anew {
			problems = append(problems, FieldProblem{
				Field: f.Name, Pointer: "/credentials/" + f.Name, Code: "credentials_again", Message: f.Title + " is needed again, because the address changed.",
				Hint: optionalText("Credentials never go along to another address."),
			})
		}
	}
	if len(problems) > 0 {
		return invalid(problems...)
	}
	return nil
}

// sameButRate reports whether settings differ in nothing that a provider was
// asked about: how fast we send is our own affair.
func sameButRate(x, y map[string]string) bool {
	x, y = maps.Clone(x), maps.Clone(y)
	delete(x, channels.RateSetting)
	delete(y, channels.RateSetting)
	return maps.Equal(x, y)
}

func (a *API) changeChannel(c *gin.Context, id string, change store.ChannelChange) {
	ch, err := a.store.UpdateChannel(c.Request.Context(), workspaceOf(c), id, change)
	if err != nil {
		a.fail(c, channelError(err))
		return
	}
	a.channelChanged(ch)
	a.answerChannel(c, http.StatusOK, ch)
}

// DeleteChannel removes an unbound channel.
func (a *API) DeleteChannel(c *gin.Context, channelID ChannelID, params DeleteChannelParams) {
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	if ch.Status == store.ChannelUnbound && !a.mayStop(c, ch, params.Force, "deleted") {
		return
	}
	if err := a.store.DeleteChannel(c.Request.Context(), workspaceOf(c), channelID); err != nil {
		a.fail(c, channelError(err))
		return
	}
	a.hub.publish(workspaceOf(c), channelEvent{ID: channelID, Status: "deleted"})
	c.Status(http.StatusNoContent)
}

// mayStop answers with the published flows that use a channel, unless there are none
// or the caller knows. what is what was asked for.
func (a *API) mayStop(c *gin.Context, ch store.Channel, force *bool, what string) bool {
	if force != nil && *force {
		return true
	}
	uses, err := a.store.FlowsUsingChannel(c.Request.Context(), ch.WorkspaceID, ch.Slug)
	switch {
	case err != nil:
		a.fail(c, err)
		return false
	case len(uses) == 0:
		return true
	}
	list := make([]FlowUse, len(uses))
	for i, u := range uses {
		list[i] = FlowUse{Id: u.ID, Name: u.Name}
	}
	r := refuse(http.StatusConflict, "channel_in_use", "Published flows use the channel, so it was not "+what+".").
		withHint("Publish these flows with another channel first, or ask again with force=true.")
	r.Flows = &list
	a.fail(c, r)
	return false
}

// BindChannel proves the credentials and binds.
func (a *API) BindChannel(c *gin.Context, channelID ChannelID) {
	body, err := bodyOf[ChannelBinding](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	if ch, err = a.setUp(c.Request.Context(), ch, body); err != nil {
		a.fail(c, channelError(err))
		return
	}
	provider, account, err := a.accountOf(c.Request, ch)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), providerTimeout)
	defer cancel()
	identity, err := a.identity(ctx, ch, provider.Kind(), account)
	if err != nil {
		a.fail(c, err)
		return
	}
	if err := provider.Verify(ctx, account); err != nil {
		failure := channels.AsSendError(err)
		unbound := store.ChannelUnbound
		if updated, err := a.store.UpdateChannel(c.Request.Context(), workspaceOf(c), channelID,
			store.ChannelChange{Status: &unbound, StatusReason: failure.Error()}); err == nil {
			a.channelChanged(updated)
		}
		a.fail(c, providerRefusal("bind_failed", "The channel was not bound.", failure))
		return
	}
	bound := store.ChannelBound
	updated, err := a.store.UpdateChannel(c.Request.Context(), workspaceOf(c), channelID, store.ChannelChange{Status: &bound, Identity: identity})
	if errors.Is(err, store.ErrSameChannel) {
		err = a.sameAs(c.Request.Context(), ch, identity)
	}
	if err != nil {
		a.fail(c, channelError(err))
		return
	}
	a.channelChanged(updated)
	a.answerChannel(c, http.StatusOK, updated)
}

// setUp saves what came with a binding, and finds what the channel still needs.
func (a *API) setUp(ctx context.Context, ch store.Channel, body ChannelBinding) (store.Channel, error) {
	change, err := a.edit(ch, body)
	if err != nil {
		return ch, err
	}
	if body != (ChannelBinding{}) {
		if ch, err = a.store.UpdateChannel(ctx, ch.WorkspaceID, ch.ID, change); err != nil {
			return ch, err
		}
		a.channelChanged(ch)
	}
	credentials, err := a.store.Credentials(ch)
	if err != nil {
		return ch, err
	}
	if bare(ch, credentials) {
		if err := a.checkChannel(ch, credentials); err != nil {
			return ch, err
		}
	}
	return ch, a.checkEncrypted(ch)
}

// identity is the fingerprint of what a channel is about to be bound to; a refusal
// when another one is bound to it already. Channels that an earlier version bound
// get theirs now.
func (a *API) identity(ctx context.Context, ch store.Channel, kind channels.Kind, account channels.Account) (string, error) {
	identity, err := a.store.Fingerprint(kind.IdentityOf(account))
	if err != nil || identity == "" {
		return "", err
	}
	unnamed, err := a.store.UnnamedChannels(ctx, ch.Kind, ch.Type)
	if err != nil {
		return "", err
	}
	for _, other := range unnamed {
		credentials, err := a.store.Credentials(other)
		if err != nil {
			// Under another master key: nobody can send with it either.
			continue
		}
		theirs, err := a.store.Fingerprint(kind.IdentityOf(channels.Account{
			Type: channels.ChannelType(other.Type), Credentials: credentials, Settings: other.Settings, BaseURL: other.BaseURL,
		}))
		if err == nil {
			err = a.store.NameChannel(ctx, other, theirs)
		}
		if err != nil {
			return "", err
		}
	}
	return identity, a.sameAs(ctx, ch, identity)
}

// sameAs is a refusal when another channel has the identity. One of another
// workspace is not named.
func (a *API) sameAs(ctx context.Context, ch store.Channel, identity string) error {
	other, err := a.store.ChannelByIdentity(ctx, identity)
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && other.ID == ch.ID:
		return nil
	case err != nil:
		return err
	}
	r := refuse(http.StatusConflict, "channel_duplicate", "Another channel is bound to this account and sender.")
	if other.WorkspaceID != ch.WorkspaceID {
		return r.withDetail("It belongs to another workspace of this server.").withHint("Use another account or sender, or have the other channel unbound first.")
	}
	return r.withDetail("It is “" + other.Name + "” (" + other.Slug + ").").withHint("Use that channel, or unbind it first.")
}

// UnbindChannel stops the use of a channel.
func (a *API) UnbindChannel(c *gin.Context, channelID ChannelID, params UnbindChannelParams) {
	ch, ok := a.channel(c, channelID)
	if !ok || !a.mayStop(c, ch, params.Force, "unbound") {
		return
	}
	unbound := store.ChannelUnbound
	a.changeChannel(c, channelID, store.ChannelChange{Status: &unbound})
}
