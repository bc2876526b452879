package waba

import "sluice/server/channels"

// Page reads one page of a list.
func Page(listed []Template) channels.TemplatePage {
	var page channels.TemplatePage
	for _, t := range listed {
		switch v, why, there := Read(t); {
		case !there:
		case why != "":
			page.Skipped = append(page.Skipped, channels.SkippedTemplate{Name: t.Name, Language: t.Language, Reason: why})
		default:
			page.Templates = append(page.Templates, v)
		}
	}
	return page
}
