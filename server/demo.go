package server

import (
	"context"
	"errors"
	"fmt"

	"sluice/examples"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/store"
)

// demoAuthor is who the demo's versions are by.
const demoAuthor = "Sluice"

// demoChannels are the simulated channels that the examples send through.
var demoChannels = []struct {
	slug, name string
	kind       channels.ChannelType
}{
	{"sms-main", "SMS", channels.SMS},
	{"viber-main", "Viber", channels.Viber},
	{"whatsapp-main", "WhatsApp", channels.WhatsApp},
}

// seedDemo puts into the workspace what the demo shows and what is not there
// yet. What people changed stays as they left it.
func seedDemo(ctx context.Context, s *store.Store, workspace string) error {
	for _, d := range demoChannels {
		if err := seedChannel(ctx, s, workspace, d.slug, d.name, string(d.kind)); err != nil {
			return fmt.Errorf("seed the demo's channel %s: %w", d.slug, err)
		}
	}
	_, err := s.CreateTemplate(ctx, workspace, store.Template{
		ChannelType: string(channels.WhatsApp), Slug: "otp", Name: "One-time password", Language: "en",
		Category: "authentication", Parameters: 1, Status: store.TemplateApproved,
		Body: "Your one-time password is: {{1}} The password is valid for 10 minutes. Please do not tell anyone the password to avoid losses.",
	})
	if err != nil && !errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("seed the demo's template: %w", err)
	}
	if err := seedFlow(ctx, s, workspace, examples.OTP()); err != nil {
		return fmt.Errorf("seed the demo's flow: %w", err)
	}
	return nil
}

func seedChannel(ctx context.Context, s *store.Store, workspace, slug, name, channelType string) error {
	ch, err := s.ChannelBySlug(ctx, workspace, slug)
	if errors.Is(err, store.ErrNotFound) {
		ch, err = s.CreateChannel(ctx, workspace, store.Channel{
			Slug: slug, Name: name, Type: channelType, Kind: simulator.Name,
			Remarks: "A simulated phone on the screen. Nothing leaves this server.",
		}, nil, store.DefaultChannelLimit)
	}
	if err != nil {
		return err
	}
	// A channel that nobody has touched since it was made: just now, or by a
	// start that ended before the next line.
	if ch.Kind == simulator.Name && ch.Status == store.ChannelUnbound && ch.UpdatedAt.Equal(ch.CreatedAt.Time) {
		bound := store.ChannelBound
		_, err = s.UpdateChannel(ctx, workspace, ch.ID, store.ChannelChange{Status: &bound})
	}
	return err
}

// seedFlow adds and publishes the flow unless one has its name.
func seedFlow(ctx context.Context, s *store.Store, workspace string, definition []byte) error {
	doc, diags := flows.Decode(definition)
	if diags.HasErrors() {
		return diags
	}
	f, err := s.FlowByName(ctx, workspace, doc.Name)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil
	case errors.Is(err, store.ErrNotFound):
		f, err = s.CreateFlow(ctx, workspace, store.NewFlow{Name: doc.Name, Definition: string(definition), By: demoAuthor})
	}
	if err != nil {
		return err
	}
	if f.PublishedVersion == 0 && f.DraftVersion == 1 {
		_, err = s.PublishFlow(ctx, workspace, f.ID, store.Publication{IfVersion: f.DraftVersion, Message: "The example as it comes", Author: demoAuthor})
	}
	return err
}
