package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/engine/expression"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/templates"
)

// GetOpenAPI serves the description.
func (a *API) GetOpenAPI(c *gin.Context) {
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "application/json", a.spec.json)
}

// ListNodeTypes serves what the editor draws its palette and forms from.
func (a *API) ListNodeTypes(c *gin.Context) {
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "application/json", a.nodeTypes)
}

// nodeTypeList writes {"types": [spec with "config"], "functions"} once: it does not change
// while the server runs.
func nodeTypeList(specs []flows.NodeSpec) ([]byte, error) {
	type nodeType struct {
		flows.NodeSpec
		Config json.RawMessage `json:"config"`
	}
	list := struct {
		Types     []nodeType               `json:"types"`
		Functions []expression.FunctionDoc `json:"functions"`
	}{Types: make([]nodeType, 0, len(specs)), Functions: expression.Functions()}
	for _, s := range specs {
		if s.Ports == nil {
			s.Ports = []flows.PortSpec{}
		}
		list.Types = append(list.Types, nodeType{NodeSpec: s, Config: s.ConfigSchema()})
	}
	data, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("write the list of node types: %w", err)
	}
	return data, nil
}

// ListChannelTypes serves what the editor knows of channel types beyond their
// nodes.
func (a *API) ListChannelTypes(c *gin.Context) {
	list := ChannelTypeList{ChannelTypes: []ChannelType{}}
	for _, t := range flows.ChannelTypes() {
		out := ChannelType{
			Name: t.Name, Title: t.Title, Address: ChannelTypeAddress(t.Address), Forms: []string{}, Delivered: t.Delivered, Read: t.Read,
			TextLength: t.TextLength().Max, Replies: t.Replies, Attachments: []ChannelTypeAttachments{},
		}
		for _, kind := range t.Attachments {
			out.Attachments = append(out.Attachments, ChannelTypeAttachments(kind))
		}
		for _, form := range t.Forms {
			out.Forms = append(out.Forms, string(form))
		}
		if t.Window > 0 {
			out.Window = t.Window.String()
		}
		list.ChannelTypes = append(list.ChannelTypes, out)
	}
	c.JSON(http.StatusOK, list)
}

// ListProviders serves what the form for a new channel is drawn from.
func (a *API) ListProviders(c *gin.Context) {
	kinds := a.channels.Kinds()
	list := ProviderList{Providers: make([]Provider, 0, len(kinds))}
	for _, k := range kinds {
		p := providerOf(k)
		for _, t := range k.ChannelTypes {
			if templates.Lists(a.channels, k.Name, t) {
				p.ImportsTemplates = append(p.ImportsTemplates, string(t))
			}
		}
		_, p.Previewable = a.previewer(k.Name)
		list.Providers = append(list.Providers, p)
	}
	c.JSON(http.StatusOK, list)
}

func providerOf(k channels.Kind) Provider {
	p := Provider{
		Name: k.Name, Title: k.Title, Help: k.Help, DefaultBaseUrl: k.DefaultBaseURL, HookHelp: k.HookHelp, ChannelTypes: []string{}, ImportsTemplates: []string{}, IgnoresCategory: []string{},
		Credentials: providerFields(k.Credentials), Settings: providerFields(k.AllSettings()), Sections: providerSections(k.AllSections()), Forms: map[string][]string{},
		Receipts: map[string]struct {
			Delivered bool `json:"delivered"`
			Read      bool `json:"read"`
		}{},
	}
	if k.Address != nil {
		p.Address = &providerFields([]channels.Field{*k.Address})[0]
	}
	for _, t := range k.ChannelTypes {
		p.ChannelTypes = append(p.ChannelTypes, string(t))
	}
	for _, t := range k.IgnoresCategory {
		p.IgnoresCategory = append(p.IgnoresCategory, string(t))
	}
	for t, r := range k.Receipts {
		p.Receipts[string(t)] = struct {
			Delivered bool `json:"delivered"`
			Read      bool `json:"read"`
		}(r)
	}
	for t, forms := range k.Forms {
		names := make([]string, 0, len(forms))
		for _, f := range forms {
			names = append(names, string(f))
		}
		p.Forms[string(t)] = names
	}
	return p
}

func providerSections(sections []channels.Section) []ProviderSection {
	list := make([]ProviderSection, 0, len(sections))
	for _, s := range sections {
		trial := ProviderSectionTrialNone
		if s.Trial != "" {
			trial = ProviderSectionTrial(s.Trial)
		}
		list = append(list, ProviderSection{Name: s.Name, Title: s.Title, Help: s.Help, Fields: s.Fields, Folded: s.Folded, Trial: trial})
	}
	return list
}

func providerFields(fields []channels.Field) []ProviderField {
	list := make([]ProviderField, 0, len(fields))
	for _, f := range fields {
		field := ProviderField{
			Name: f.Name, Title: f.Title, Help: f.Help, Secret: f.Secret, Required: f.Required, Multiline: f.Multiline, Short: f.Short,
			Pattern: optionalText(f.Pattern), Example: optionalText(f.Example), Default: optionalText(f.Default), Choices: []ProviderChoice{}, Types: []string{},
		}
		for _, c := range f.Choices {
			field.Choices = append(field.Choices, ProviderChoice{Value: c.Value, Title: c.Title})
		}
		for _, t := range f.Types {
			field.Types = append(field.Types, string(t))
		}
		if f.When != nil {
			field.When = &ProviderCondition{Setting: f.When.Setting, Values: f.When.Values}
		}
		list = append(list, field)
	}
	return list
}

// optionalText is nil for the empty text.
func optionalText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
