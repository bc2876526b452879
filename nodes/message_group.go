package nodes

import (
	"strconv"

	"sluice/flows"
)

// The forms of WeCom's group robot, with the vendor's limits in their help.
func groupForms() []flows.Variant {
	return []flows.Variant{
		{Type: string(flows.MessageText), Title: "Text", Fields: []flows.Field{
			{Name: "text", Kind: flows.KindTemplate, Title: "Text", Required: true, Multiline: true, Help: "At most 2,048 bytes.", Example: "{{orderCount}} orders are waiting"},
			mentionField("mentioned", "Mention members", "User id", "zhangsan", "Their user ids; @all for everybody."),
			mentionField("mentioned_mobiles", "Mention by phone number", "Phone number", "13800001111", "The numbers they are registered with."),
		}},
		{Type: string(flows.MessageMarkdown), Title: "Markdown", Help: "Headings, bold, links, code, quotes and three colours.", Fields: []flows.Field{
			{Name: "text", Kind: flows.KindTemplate, Title: "Markdown", Required: true, Multiline: true, Help: "At most 4,096 bytes. <@userid> mentions a member.", Example: "**{{orderCount}}** orders are waiting"},
		}},
		{Type: string(flows.MessageMarkdownV2), Title: "Markdown v2", Help: "With tables, lists and pictures; without colours and mentions.", Fields: []flows.Field{
			{Name: "text", Kind: flows.KindTemplate, Title: "Markdown", Required: true, Multiline: true, Help: "At most 4,096 bytes.", Example: "| order | status |"},
		}},
		{Type: string(flows.MessageImage), Title: "Image", Fields: []flows.Field{
			{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Address", Required: true, Example: "https://example.com/chart.png", Help: "A JPG or PNG of at most 2 MB, fetched when the message is sent."},
		}},
		{Type: string(flows.MessageNews), Title: "News", Help: "Up to eight articles with pictures.", Fields: []flows.Field{
			{Name: "articles", Kind: flows.KindList, Title: "Articles", Required: true, Min: 1, Max: 8, Items: &flows.Field{Kind: flows.KindObject, Title: "Article", Fields: []flows.Field{
				{Name: "title", Kind: flows.KindTemplate, Title: "Title", Required: true},
				{Name: "description", Kind: flows.KindTemplate, Title: "Description"},
				{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Link", Required: true, Example: "https://example.com/news/1"},
				{Name: "picture", Kind: flows.KindTemplate, WebAddress: true, Title: "Picture", Example: "https://example.com/news/1.png", Help: "The address of a JPG or PNG."},
			}}},
		}},
		{Type: string(flows.MessageFile), Title: "File", Fields: []flows.Field{
			{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Address", Required: true, Example: "https://example.com/report.pdf", Help: "A file of 5 bytes to 20 MB, fetched and uploaded when the message is sent."},
			{Name: "filename", Kind: flows.KindTemplate, Title: "File name", Example: "report.pdf", Help: "Empty: the last part of the address."},
		}},
		cardForm(),
	}
}

func mentionField(name, title, item, example, help string) flows.Field {
	return flows.Field{Name: name, Kind: flows.KindList, Title: title, Max: 100, Help: help, Items: &flows.Field{Kind: flows.KindTemplate, Title: item, Example: example}}
}

// pictureCard is the kind of card that has a picture.
const pictureCard = "news_notice"

func cardForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageCard), Title: "Card", Help: "A notice with a headline, facts and links.", Fields: []flows.Field{
		{Name: "card", Kind: flows.KindChoice, Title: "Kind of card", Required: true, Choices: []flows.Choice{
			{Value: "text_notice", Title: "Text"}, {Value: pictureCard, Title: "With a picture"},
		}},
		{Name: "title", Kind: flows.KindTemplate, Title: "Title", Required: true, Example: "Order {{orderNumber}} is late"},
		{Name: "description", Kind: flows.KindTemplate, Title: "Description"},
		{Name: "emphasis", Kind: flows.KindTemplate, Title: "Emphasised value", Example: "{{hoursLate}} h", When: &flows.Condition{Field: "card", Values: []string{"text_notice"}}},
		{Name: "emphasis_title", Kind: flows.KindTemplate, Title: "What the value is", Example: "Late by", When: &flows.Condition{Field: "card", Values: []string{"text_notice"}}},
		{Name: "text", Kind: flows.KindTemplate, Title: "Text", Multiline: true, When: &flows.Condition{Field: "card", Values: []string{"text_notice"}}},
		{Name: "picture", Kind: flows.KindTemplate, WebAddress: true, Title: "Picture", Example: "https://example.com/chart.png", Help: "Its address. A card with a picture needs one.", When: &flows.Condition{Field: "card", Values: []string{pictureCard}}},
		{Name: "facts", Kind: flows.KindList, Title: "Facts", Max: 6, Items: &flows.Field{Kind: flows.KindObject, Title: "Fact", Fields: []flows.Field{
			{Name: "name", Kind: flows.KindTemplate, Title: "Name", Required: true, Example: "Customer"},
			{Name: "value", Kind: flows.KindTemplate, Title: "Value", Example: "{{customerName}}"},
			{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Link"},
		}}},
		{Name: "buttons", Kind: flows.KindList, Title: "Links", Max: 3, Items: &flows.Field{Kind: flows.KindObject, Title: "Link", Fields: []flows.Field{
			{Name: "title", Kind: flows.KindTemplate, Title: "Label", Required: true},
			{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Link", Required: true},
		}}},
		{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Opens", Required: true, Example: "https://example.com/orders/{{orderNumber}}", Help: "What a press on the card opens."},
	}}
}

// compileGroup adds the templates of messages to a group.
func (t *messageTemplate) compileGroup(add adder) {
	for i := range t.form.Mentioned {
		add(func(m *flows.Message, s string) { m.Mentioned[i] = s }, "mentioned", strconv.Itoa(i))
	}
	for i := range t.form.MentionedMobiles {
		add(func(m *flows.Message, s string) { m.MentionedMobiles[i] = s }, "mentioned_mobiles", strconv.Itoa(i))
	}
	for i := range t.form.Articles {
		at := strconv.Itoa(i)
		add(func(m *flows.Message, s string) { m.Articles[i].Title = s }, "articles", at, "title")
		add(func(m *flows.Message, s string) { m.Articles[i].Description = s }, "articles", at, "description")
		add(func(m *flows.Message, s string) { m.Articles[i].URL = s }, "articles", at, "url")
		add(func(m *flows.Message, s string) { m.Articles[i].Picture = s }, "articles", at, "picture")
	}
	add(func(m *flows.Message, s string) { m.Title = s }, "title")
	add(func(m *flows.Message, s string) { m.Description = s }, "description")
	add(func(m *flows.Message, s string) { m.Emphasis = s }, "emphasis")
	add(func(m *flows.Message, s string) { m.EmphasisTitle = s }, "emphasis_title")
	add(func(m *flows.Message, s string) { m.Picture = s }, "picture")
	for i := range t.form.Facts {
		at := strconv.Itoa(i)
		add(func(m *flows.Message, s string) { m.Facts[i].Name = s }, "facts", at, "name")
		add(func(m *flows.Message, s string) { m.Facts[i].Value = s }, "facts", at, "value")
		add(func(m *flows.Message, s string) { m.Facts[i].URL = s }, "facts", at, "url")
	}
}
