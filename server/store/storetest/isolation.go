package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"sluice/server/store"
)

// Isolated lists the methods of the store that take a workspace, each with a
// call that tries to reach what belongs to another one. A test in package
// store compares it with the methods there are.
func Isolated(s *store.Store, theirs Rows) map[string]func(ctx context.Context) error {
	none := func(n int, err error) error {
		if err == nil && n == 0 {
			return store.ErrNotFound
		}
		return err
	}
	bound := store.ChannelBound
	return map[string]func(ctx context.Context) error{
		"Workspace": func(ctx context.Context) error { _, err := s.Workspace(ctx, "elsewhere"); return err },
		"RenameWorkspace": func(ctx context.Context) error {
			_, err := s.RenameWorkspace(ctx, "elsewhere", "x")
			return err
		},
		"SetTimeZone": func(ctx context.Context) error {
			_, err := s.SetTimeZone(ctx, "elsewhere", "Asia/Manila")
			return err
		},
		"Fill":       func(ctx context.Context) error { return s.Fill(ctx, mine, 1, time.Now(), func(int) {}) },
		"CreateFlow": creates,
		"Flow":       func(ctx context.Context) error { _, err := s.Flow(ctx, mine, theirs.Flow); return err },
		"FlowByName": func(ctx context.Context) error { _, err := s.FlowByName(ctx, mine, "theirs"); return err },
		"PageOfFlows": func(ctx context.Context) error {
			l, err := s.PageOfFlows(ctx, mine, store.FlowPage{Sort: "name", Limit: 9})
			return none(len(l), err)
		},
		"FlowNames": func(ctx context.Context) error {
			l, err := s.FlowNames(ctx, mine, []string{theirs.Flow})
			return none(len(l), err)
		},
		"LastInbound": func(ctx context.Context) error {
			at, err := s.LastInbound(ctx, mine, theirs.Channel, []string{"+639171234567"})
			if at.At.IsZero() && err == nil {
				err = store.ErrNotFound
			}
			return err
		},
		"LinkedTo": func(ctx context.Context) error {
			l, err := s.LinkedTo(ctx, mine, theirs.Channel, []string{"+639171234567"})
			return none(len(l), err)
		},
		"SaveDraft": func(ctx context.Context) error {
			_, err := s.SaveDraft(ctx, mine, theirs.Flow, store.DraftSave{IfVersion: 1, Name: "x", Definition: "{}"})
			return err
		},
		"PublishFlow": func(ctx context.Context) error {
			_, err := s.PublishFlow(ctx, mine, theirs.Flow, store.Publication{})
			return err
		},
		"DeleteFlow":    func(ctx context.Context) error { return s.DeleteFlow(ctx, mine, theirs.Flow) },
		"FlowVersion":   func(ctx context.Context) error { _, err := s.FlowVersion(ctx, mine, theirs.Flow, 1); return err },
		"FlowVersions":  func(ctx context.Context) error { _, err := s.FlowVersions(ctx, mine, theirs.Flow, 0, 9); return err },
		"CreateChannel": creates,
		"Channel":       func(ctx context.Context) error { _, err := s.Channel(ctx, mine, theirs.Channel); return err },
		"ChannelBySlug": func(ctx context.Context) error { _, err := s.ChannelBySlug(ctx, mine, "theirs"); return err },
		"ListChannels":  func(ctx context.Context) error { l, err := s.ListChannels(ctx, mine); return none(len(l), err) },
		"UpdateChannel": func(ctx context.Context) error {
			_, err := s.UpdateChannel(ctx, mine, theirs.Channel, store.ChannelChange{Status: &bound})
			return err
		},
		"SuspendChannel": func(ctx context.Context) error {
			changed, err := s.SuspendChannel(ctx, mine, theirs.Channel, "x")
			if changed {
				return errors.New("suspended")
			}
			return none(0, err)
		},
		"WebhookParcels": func(ctx context.Context) error {
			l, err := s.WebhookParcels(ctx, mine, theirs.Channel, store.WebhookFilter{Accepted: true, Refused: true, Limit: 9})
			return none(len(l), err)
		},
		"WebhookParcel": func(ctx context.Context) error {
			_, err := s.WebhookParcel(ctx, mine, theirs.Channel, theirs.Parcel)
			return err
		},
		"RunsOfMessages": func(ctx context.Context) error {
			l, err := s.RunsOfMessages(ctx, mine, theirs.Channel, []string{theirs.Run + "-2"}, nil)
			return none(len(l), err)
		},
		"FlowsUsingChannel": func(ctx context.Context) error {
			l, err := s.FlowsUsingChannel(ctx, mine, "theirs")
			return none(len(l), err)
		},
		"DeleteChannel":  func(ctx context.Context) error { return s.DeleteChannel(ctx, mine, theirs.Channel) },
		"CreateTemplate": creates,
		"Template":       func(ctx context.Context) error { _, err := s.Template(ctx, mine, theirs.Template); return err },
		"FindTemplate": func(ctx context.Context) error {
			_, err := s.FindTemplate(ctx, mine, "sms", "theirs", "en")
			return err
		},
		"ListTemplatesOf": func(ctx context.Context) error {
			l, err := s.ListTemplatesOf(ctx, mine, "", "", 9)
			return none(len(l), err)
		},
		"TemplatesBySlug": func(ctx context.Context) error {
			l, err := s.TemplatesBySlug(ctx, mine, "sms", "theirs")
			return none(len(l), err)
		},
		"UpdateTemplate": func(ctx context.Context) error {
			_, err := s.UpdateTemplate(ctx, mine, store.Template{ID: theirs.Template, Status: store.TemplateApproved})
			return err
		},
		"Media": func(ctx context.Context) error { _, err := s.Media(ctx, mine, theirs.Media); return err },
		"MediaOf": func(ctx context.Context) error {
			l, err := s.MediaOf(ctx, mine, []string{"in-theirs"})
			return none(len(l), err)
		},
		"SaveMedia": func(ctx context.Context) error {
			return s.SaveMedia(ctx, mine, store.Media{ID: theirs.Media, Status: store.MediaFailed})
		},
		"SameMedia": func(ctx context.Context) error { _, err := s.SameMedia(ctx, mine, ""); return err },
		"OpenAnswers": func(ctx context.Context) error {
			l, err := s.OpenAnswers(ctx, mine, store.AnswerQuery{ChannelID: theirs.Channel, RunID: theirs.Run}, moment, 9)
			return none(len(l), err)
		},
		"ClaimAnswer":   func(ctx context.Context) error { return s.ClaimAnswer(ctx, mine, "in-theirs", "m-1", moment) },
		"ReleaseAnswer": func(ctx context.Context) error { return s.ReleaseAnswer(ctx, mine, "in-theirs", theirs.Run+"-2") },
		"TemplatesOfType": func(ctx context.Context) error {
			l, err := s.TemplatesOfType(ctx, mine, "sms")
			return none(len(l), err)
		},
		"BeginTemplateImport": func(ctx context.Context) error {
			_, err := s.BeginTemplateImport(ctx, mine, theirs.Channel, store.Time{})
			return err
		},
		"SaveTemplateImport": func(ctx context.Context) error {
			return s.SaveTemplateImport(ctx, mine, store.TemplateImport{ID: theirs.Import, ChannelID: theirs.Channel, State: store.ImportDone})
		},
		"FinishTemplateImport": func(ctx context.Context) error {
			return s.FinishTemplateImport(ctx, mine, store.TemplateImport{ID: theirs.Import, ChannelID: theirs.Channel}, "sms",
				func(present []store.Template) (add, change []store.Template, result string, err error) {
					if len(present) > 0 {
						return nil, nil, "", errors.New("their templates are shown")
					}
					return nil, nil, "{}", nil
				})
		},
		"CancelTemplateImport": func(ctx context.Context) error { return s.CancelTemplateImport(ctx, mine, theirs.Channel) },
		"TemplateImport": func(ctx context.Context) error {
			_, err := s.TemplateImport(ctx, mine, theirs.Channel)
			return err
		},
		"DeleteTemplate": func(ctx context.Context) error { return s.DeleteTemplate(ctx, mine, theirs.Template) },
		"CreateUser":     creates,
		"User":           func(ctx context.Context) error { _, _, err := s.User(ctx, mine, theirs.User); return err },
		"SetPassword":    func(ctx context.Context) error { return s.SetPassword(ctx, mine, theirs.User, "x") },
		"CreateSession":  creates,
		"TouchSession": func(ctx context.Context) error {
			return none(0, s.TouchSession(ctx, mine, "theirs", time.Now().AddDate(9, 0, 0)))
		},
		"DeleteSession": func(ctx context.Context) error { return none(0, s.DeleteSession(ctx, mine, "theirs")) },
		"CreateAPIKey":  creates,
		"ListAPIKeys":   func(ctx context.Context) error { l, err := s.ListAPIKeys(ctx, mine); return none(len(l), err) },
		"TouchAPIKey":   func(ctx context.Context) error { return none(0, s.TouchAPIKey(ctx, mine, theirs.APIKey)) },
		"DeleteAPIKey":  func(ctx context.Context) error { return s.DeleteAPIKey(ctx, mine, theirs.APIKey) },
		// A set-up link for a workspace is of no use to others: SetUp takes the
		// workspace from it.
		"CreateSetupToken": creates,
		"ListRuns": func(ctx context.Context) error {
			l, err := s.ListRuns(ctx, mine, store.RunFilter{Limit: 9})
			return none(len(l), err)
		},
		"Wanted": func(ctx context.Context) error {
			wanted, err := s.Wanted(ctx, mine, theirs.Run+"-2", time.Time{})
			if wanted {
				return errors.New("wanted")
			}
			return none(0, err)
		},
		"Run":     func(ctx context.Context) error { _, err := s.Run(ctx, mine, theirs.Run); return err },
		"History": func(ctx context.Context) error { l, err := s.History(ctx, mine, theirs.Run); return none(len(l), err) },
		"MessagesOf": func(ctx context.Context) error {
			l, err := s.MessagesOf(ctx, mine, theirs.Run)
			return none(len(l), err)
		},
		"SendTimes": func(ctx context.Context) error {
			l, err := s.SendTimes(ctx, mine, []store.Run{{ID: theirs.Run, Visit: 2}})
			return none(len(l), err)
		},
		"FlowCounts": func(ctx context.Context) error {
			l, err := s.FlowCounts(ctx, mine, theirs.counts())
			return none(len(l), err)
		},
		"FlowCountSeries": func(ctx context.Context) error {
			l, err := s.FlowCountSeries(ctx, mine, theirs.counts(), time.Hour)
			return none(len(l), err)
		},
		"ChannelCountSeries": func(ctx context.Context) error {
			f := theirs.counts()
			l, err := s.ChannelCountSeries(ctx, mine, theirs.Channel, f.From, f.To, time.Hour)
			return none(len(l), err)
		},
		"FailuresOf": func(ctx context.Context) error {
			f := theirs.counts()
			l, err := s.FailuresOf(ctx, mine, theirs.Channel, f.From, f.To, 10)
			return none(len(l), err)
		},
		"CountedVersions": func(ctx context.Context) error {
			l, err := s.CountedVersions(ctx, mine, theirs.counts())
			return none(len(l), err)
		},
		"Activity": func(ctx context.Context) error {
			l, err := s.Activity(ctx, mine, []string{theirs.Flow}, moment.Add(-time.Hour))
			return none(len(l), err)
		},
	}
}

// creates stands for methods that make a row in the given workspace and read
// none: there is nothing of others to reach.
func creates(context.Context) error { return store.ErrNotFound }

// Rows are ids of what belongs to the other workspace.
type Rows struct{ Flow, Channel, Template, Import, Media, User, APIKey, Run, Parcel string }

// counts are those of the flow's runs in all the time that the test knows of.
func (r Rows) counts() store.CountFilter {
	return store.CountFilter{FlowID: r.Flow, From: moment.AddDate(-1, 0, 0), To: moment.AddDate(1, 0, 0)}
}

func isolation(t *testing.T, open Open) {
	s, other, c := fresh(t, open)
	ctx := t.Context()
	var theirs Rows
	f := must[store.Flow](t)(s.CreateFlow(ctx, other, store.NewFlow{Name: "theirs", Definition: `{"nodes": [{"config": {"channel": "theirs"}}]}`}))
	must[store.FlowVersion](t)(s.PublishFlow(ctx, other, f.ID, store.Publication{}))
	theirs.Flow = f.ID
	theirs.Channel = must[store.Channel](t)(s.CreateChannel(ctx, other, newChannel("theirs"), nil, 9)).ID
	bound := store.ChannelBound
	must[store.Channel](t)(s.UpdateChannel(ctx, other, theirs.Channel, store.ChannelChange{Status: &bound}))
	theirs.Template = must[store.Template](t)(s.CreateTemplate(ctx, other, store.Template{ChannelType: "sms", Slug: "theirs", Language: "en", Status: store.TemplateDraft})).ID
	theirs.Import = must[store.TemplateImport](t)(s.BeginTemplateImport(ctx, other, theirs.Channel, store.Time{})).ID
	theirs.Media = "in-theirs-0"
	theirs.User = must[store.User](t)(s.CreateUser(ctx, other, store.User{Email: "eve@example.org", PasswordHash: "p"}, store.RoleOwner)).ID
	ok(t, s.CreateSession(ctx, other, store.Session{TokenHash: "theirs", UserID: theirs.User, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	theirs.APIKey = must[store.APIKey](t)(s.CreateAPIKey(ctx, other, store.APIKey{Name: "k", Role: store.RoleOwner, Hash: "h"})).ID
	r := newRun(other, moment)
	r.FlowID = theirs.Flow
	theirs.Run = r.ID
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertMessages([]store.MessageRow{newMessage(r, theirs.Channel)}), b.InsertRuns([]store.RunRow{r}), b.InsertMedia([]store.MediaRow{{ID: theirs.Media, WorkspaceID: other, ChannelID: theirs.Channel, MessageID: "in-theirs", Type: "image", CreatedAt: moment, GiveUpAt: moment}}), b.InsertAnswers([]store.AnswerRow{{ID: "in-theirs", WorkspaceID: other, ChannelID: theirs.Channel, RunID: theirs.Run, At: moment, ExpiresAt: moment.Add(time.Hour)}}), b.NoteInbound([]store.InboundTime{{WorkspaceID: other, ChannelID: theirs.Channel, Address: "+639171234567", At: moment}}), b.NoteAliases([]store.AliasRow{{WorkspaceID: other, ChannelID: theirs.Channel, Address: "+639171234567", Alias: "US.1", Kind: store.AliasID, At: moment}}), b.InsertHistory([]store.HistoryRow{{RunID: r.ID, Seq: 1, WorkspaceID: other, At: moment, Event: "start", Trace: []byte("[]")}}),
			b.AddCounts(store.Counts{{WorkspaceID: other, FlowID: theirs.Flow, FlowVersion: 1, Began: moment, Kind: store.CountStarted}: 1}, "w"),
			b.AddChannelCounts(store.ChannelCounts{{WorkspaceID: other, ChannelID: theirs.Channel, Hour: moment.Truncate(time.Hour), Kind: store.CountSent}: 1}, "w"))
	})
	parcel := newParcel(other, theirs.Channel, 1, 0, 1)
	theirs.Parcel = parcel.ID
	batch(t, s, func(b *store.Batch) error { return b.InsertWebhooks("w", []store.WebhookParcel{parcel}) })
	before := snapshot(t, s, other, theirs)
	for name, reach := range Isolated(s, theirs) {
		if err := reach(ctx); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s reaches another workspace: %v", name, err)
		}
	}
	if after := snapshot(t, s, other, theirs); after != before {
		t.Errorf("another workspace was changed:\n%+v\n%+v", before, after)
	}
}

// everything is what the other workspace looks like to its owner.
type everything struct {
	flow     store.Flow
	channel  string
	status   store.ChannelStatus
	template store.Template
	imported store.TemplateImport
	user     store.User
	session  store.Session
	keys     int
	lastUsed store.Time
}

func snapshot(t *testing.T, s *store.Store, workspace string, rows Rows) everything {
	t.Helper()
	ctx := t.Context()
	e := everything{flow: must[store.Flow](t)(s.Flow(ctx, workspace, rows.Flow)), template: must[store.Template](t)(s.Template(ctx, workspace, rows.Template))}
	e.imported = must[store.TemplateImport](t)(s.TemplateImport(ctx, workspace, rows.Channel))
	c := must[store.Channel](t)(s.Channel(ctx, workspace, rows.Channel))
	e.channel, e.status = c.Name, c.Status
	u, _, err := s.User(ctx, workspace, rows.User)
	ok(t, err)
	e.user = u
	e.session, _ = must2(t)(s.SessionByHash(ctx, "theirs"))
	keys := must[[]store.APIKey](t)(s.ListAPIKeys(ctx, workspace))
	e.keys, e.lastUsed = len(keys), keys[0].LastUsedAt
	return e
}
