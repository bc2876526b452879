package api

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine/address"
	"sluice/flows"
	"sluice/server/auth"
	"sluice/server/channels"
	"sluice/server/peer"
	"sluice/server/store"
)

const (
	// providerTimeout bounds calls to a provider that a person waits for.
	providerTimeout = 15 * time.Second
	// testText is what a test message says unless the person chose the words.
	testText = "This is a test message from Sluice."
)

// channelOf describes a channel. Credentials are named and never shown.
func (a *API) channelOf(c *gin.Context, ch store.Channel) (Channel, error) {
	credentials, err := a.store.Credentials(ch)
	if err != nil {
		return Channel{}, err
	}
	names := make([]string, 0, len(credentials))
	for name := range credentials {
		names = append(names, name)
	}
	slices.Sort(names)
	settings := ch.Settings
	if settings == nil {
		settings = map[string]string{}
	}
	answer := Channel{
		Id: ch.ID, Slug: ch.Slug, Name: ch.Name, Remarks: ch.Remarks, Type: ch.Type, Kind: ch.Kind, Status: ChannelStatus(ch.Status),
		StatusReason: ch.StatusReason, BaseUrl: ch.BaseURL, Settings: settings, CredentialsSet: names,
		HookUrl: a.hookURL(c.Request, ch.HookKey), CreatedAt: ch.CreatedAt.Time, UpdatedAt: ch.UpdatedAt.Time,
	}
	// Whoever has the whole address can speak for the vendor.
	if provider, ok := a.channels.Provider(ch.Kind); ok && identityOf(c).Role.AtLeast(auth.RoleAdmin) {
		if addresser, ok := provider.(channels.Addresser); ok {
			account := accountFrom(ch, credentials, answer.HookUrl)
			answer.HookUrl = addresser.CallbackURL(account)
		}
	}
	if p, ok := a.runtime.Pauses(ch.WorkspaceID)[ch.Slug]; ok {
		answer.Pause = &ChannelPause{Since: p.Since, Until: p.Until, Code: p.Code, Reason: p.Reason}
	}
	return answer, nil
}

// hookURL is where the provider of a channel calls: below the public URL or,
// without one, below the address that this request came to.
func (a *API) hookURL(r *http.Request, key string) string {
	base := a.publicURL
	if base == "" {
		base = "http://" + r.Host
		if peer.From(r).HTTPS {
			base = "https://" + r.Host
		}
	}
	return base + "/hooks/" + key
}

func (a *API) answerChannel(c *gin.Context, status int, ch store.Channel) {
	answer, err := a.channelOf(c, ch)
	if err != nil {
		a.fail(c, err)
		return
	}
	if status == http.StatusCreated {
		c.Header("Location", BasePath+"/channels/"+ch.ID)
	}
	c.JSON(status, answer)
}

// ListChannels answers with all channels in one page: their number is limited.
func (a *API) ListChannels(c *gin.Context, params ListChannelsParams) {
	after, err := placeAt[string](params.Cursor)
	if err != nil {
		a.fail(c, err)
		return
	}
	all, err := a.store.ListChannels(c.Request.Context(), workspaceOf(c))
	if err != nil {
		a.fail(c, err)
		return
	}
	slices.SortFunc(all, func(x, y store.Channel) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), strings.Compare(x.ID, y.ID))
	})
	if after != nil {
		// The channel that the last page ended with, or nothing when it is gone.
		all = all[slices.IndexFunc(all, func(ch store.Channel) bool { return ch.ID == *after })+1:]
	}
	if params.Type != nil {
		all = slices.DeleteFunc(all, func(ch store.Channel) bool { return ch.Type != *params.Type })
	}
	list := ChannelList{Items: make([]Channel, 0, len(all))}
	if limit := pageLimit(params.Limit); len(all) > limit {
		all = all[:limit]
		list.NextCursor = cursorOf(all[limit-1].ID)
	}
	for _, ch := range all {
		item, err := a.channelOf(c, ch)
		if err != nil {
			a.fail(c, err)
			return
		}
		list.Items = append(list.Items, item)
	}
	c.JSON(http.StatusOK, list)
}

// CreateChannel adds an unbound channel.
func (a *API) CreateChannel(c *gin.Context) {
	body, err := bodyOf[NewChannel](c)
	if err == nil {
		body.Name, err = cleanName(body.Name)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	ch := store.Channel{
		Name: body.Name, Remarks: textOf(body.Remarks), Type: body.Type, Kind: textOf(body.Kind),
		BaseURL: strings.TrimSuffix(textOf(body.BaseUrl), "/"), Settings: filled(nil, body.Settings),
	}
	credentials := filled(nil, body.Credentials)
	err = a.checkChannel(ch, credentials)
	if bare(ch, credentials) {
		err = a.checkBare(ch)
	}
	if err == nil {
		err = a.checkEncrypted(ch)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	made, err := a.createChannel(c.Request.Context(), workspaceOf(c), ch, credentials, textOf(body.Slug))
	if err != nil {
		a.fail(c, channelError(err))
		return
	}
	a.channelChanged(made)
	a.answerChannel(c, http.StatusCreated, made)
}

// createChannel finds a free slug when none was chosen.
func (a *API) createChannel(ctx context.Context, workspace string, ch store.Channel, credentials map[string]string, slug string) (store.Channel, error) {
	ch.Slug = cmp.Or(slug, slugOf(ch.Name), ch.Type)
	for n := 2; ; n++ {
		made, err := a.store.CreateChannel(ctx, workspace, ch, credentials, a.channelLimit)
		if slug != "" || !errors.Is(err, store.ErrConflict) || n > a.channelLimit+1 {
			return made, err
		}
		ch.Slug = numbered(cmp.Or(slugOf(ch.Name), ch.Type), n)
	}
}

// checkChannel finds what is wrong with a channel's fields.
func (a *API) checkChannel(ch store.Channel, credentials map[string]string) error {
	var problems []FieldProblem
	provider, ok := a.channels.Provider(ch.Kind)
	if !ok {
		problems = append(problems, a.noSuchKind(ch.Kind))
	} else {
		account := channels.Account{Type: channels.ChannelType(ch.Type), Kind: ch.Kind, Credentials: credentials, Settings: ch.Settings, BaseURL: ch.BaseURL}
		found := provider.Kind().Check(account)
		if more, ok := provider.(channels.Checker); ok && len(found) == 0 {
			found = more.Check(account)
		}
		for _, p := range found {
			pointer := "/" + strings.ReplaceAll(p.Field, ".", "/")
			problems = append(problems, FieldProblem{Field: p.Field[strings.LastIndex(p.Field, ".")+1:], Pointer: pointer, Code: "invalid", Message: p.Message})
		}
	}
	if ch.BaseURL != "" {
		u, err := url.Parse(ch.BaseURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			problems = append(problems, FieldProblem{
				Field: "base_url", Pointer: "/base_url", Code: "invalid",
				Message: "This is not a base URL.", Hint: optionalText("Write something like https://api.example.org."),
			})
		}
	}
	if len(problems) > 0 {
		return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").withErrors(problems)
	}
	return nil
}

func (a *API) channel(c *gin.Context, id string) (store.Channel, bool) {
	ch, err := a.store.Channel(c.Request.Context(), workspaceOf(c), id)
	if err != nil {
		a.fail(c, channelError(err))
		return store.Channel{}, false
	}
	return ch, true
}

// GetChannel answers with one channel.
func (a *API) GetChannel(c *gin.Context, channelID ChannelID) {
	if ch, ok := a.channel(c, channelID); ok {
		a.answerChannel(c, http.StatusOK, ch)
	}
}

// TestChannel sends one message, outside of any run.
func (a *API) TestChannel(c *gin.Context, channelID ChannelID) {
	body, err := bodyOf[ChannelTest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	if ch.Status != store.ChannelBound {
		a.fail(c, refuse(http.StatusConflict, "channel_not_bound", "The channel is "+string(ch.Status)+", so nothing can be sent.").
			withDetail(ch.StatusReason).withHint("Bind the channel first."))
		return
	}
	to, ok := testRecipient(channels.ChannelType(ch.Type), body.To)
	if !ok {
		a.fail(c, refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
			withErrors([]FieldProblem{{
				Field: "to", Pointer: "/to", Code: "phone", Message: "This is not a telephone number.",
				Hint: optionalText("Write it with its country code, such as +639171234567."),
			}}))
		return
	}
	provider, account, err := a.accountOf(c.Request, ch)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), providerTimeout)
	defer cancel()
	id := "test-" + store.NewID()
	accepted, err := provider.Send(ctx, account, channels.Outbound{
		MessageID: id, To: to,
		Message: flows.Message{Type: flows.MessageText, Text: cmp.Or(textOf(body.Text), testText)},
	})
	if err != nil {
		a.fail(c, providerRefusal("test_failed", "The test message was not accepted.", channels.AsSendError(err)))
		return
	}
	c.JSON(http.StatusOK, ChannelTestResult{MessageId: id, ProviderMessageId: accepted.ProviderMessageID})
}

// testRecipient reads the address of a person as the channel type has it.
func testRecipient(t channels.ChannelType, text string) (string, bool) {
	if !t.ByRecipient() {
		return "", true
	}
	return address.Normal(string(t), text), address.Reader{}.Reaches(string(t), text)
}

// accountOf is the channel as its provider sees it.
func (a *API) accountOf(r *http.Request, ch store.Channel) (channels.Provider, channels.Account, error) {
	provider, ok := a.channels.Provider(ch.Kind)
	if !ok {
		return nil, channels.Account{}, refuse(http.StatusConflict, "kind_gone", "This server has no provider of the kind "+ch.Kind+".")
	}
	credentials, err := a.store.Credentials(ch)
	if err != nil {
		return nil, channels.Account{}, err
	}
	return provider, accountFrom(ch, credentials, a.hookURL(r, ch.HookKey)), nil
}

func accountFrom(ch store.Channel, credentials map[string]string, hookURL string) channels.Account {
	return channels.Account{
		ID: ch.ID, WorkspaceID: ch.WorkspaceID, Slug: ch.Slug, Type: channels.ChannelType(ch.Type), Kind: ch.Kind,
		Credentials: credentials, Settings: ch.Settings, BaseURL: ch.BaseURL, HookURL: hookURL,
	}
}

// providerRefusal tells what a provider said. Its texts hold no credential.
func providerRefusal(code, title string, e *channels.SendError) *refusal {
	status := http.StatusUnprocessableEntity
	if e.Class == channels.ClassRetryable || e.Class == channels.ClassUnknown {
		status = http.StatusBadGateway
	}
	detail := e.Message
	if e.Code != "" {
		detail += " (" + e.Code + ")"
	}
	r := refuse(status, code, title).withDetail(detail).withHint(e.Hint)
	if e.RetryAfter > 0 {
		r = r.withRetryAfter(e.RetryAfter)
	}
	return r
}

func channelError(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notFound("channel")
	case errors.Is(err, store.ErrChannelBound):
		return refuse(http.StatusConflict, "channel_bound", "The channel is in use, so it was not deleted.").withHint("Unbind it first.")
	case errors.Is(err, store.ErrTooManyChannels):
		return refuse(http.StatusConflict, "too_many_channels", "The workspace has all the channels it may have.").
			withHint("Delete one that is not needed, or ask the operator to raise the limit.")
	}
	return err
}

// filled is old with changes on top; an empty text removes an entry.
func filled(old map[string]string, changes *map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, old)
	if changes != nil {
		maps.Copy(all, *changes)
	}
	for k, v := range all {
		if v == "" {
			delete(all, k)
		}
	}
	return all
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// channelChanged tells the open editors.
func (a *API) channelChanged(ch store.Channel) {
	a.hub.publish(ch.WorkspaceID, channelEvent{ID: ch.ID, Status: string(ch.Status)})
}
