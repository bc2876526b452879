package auth

// permissions says which role each operation of the API needs at least, by the
// operation id in openapi.yaml. An operation that is not here is refused to
// everybody.
var permissions = map[string]Role{
	"getOpenAPI": RoleNone,
	"getSession": RoleNone,
	"signIn":     RoleNone,
	"signInDemo": RoleNone,
	"signOut":    RoleNone,
	"setUp":      RoleNone,

	"listNodeTypes":    RoleViewer,
	"listChannelTypes": RoleViewer,
	"listProviders":    RoleViewer,
	"listGallery":      RoleViewer,
	"getGalleryFlow":   RoleViewer,
	"listFlows":        RoleViewer,
	"getFlow":          RoleViewer,
	"getDraft":         RoleViewer,
	"getDraftState":    RoleViewer,
	"validateFlow":     RoleViewer,
	"listVersions":     RoleViewer,
	"getVersion":       RoleViewer,
	"exportFlow":       RoleViewer,
	"getFlowStats":     RoleViewer,
	"listRuns":         RoleViewer,
	"getRun":           RoleViewer,
	"getRunDefinition": RoleViewer,
	"listChannels":     RoleViewer,
	"getChannel":       RoleViewer,
	"getChannelHealth": RoleViewer,
	"listWebhooks":     RoleViewer,
	"listTemplates":    RoleViewer,
	"getTemplate":      RoleViewer,
	"streamEvents":     RoleViewer,
	"changePassword":   RoleViewer,

	"startRun":  RoleOperator,
	"cancelRun": RoleOperator,

	"previewTexts":   RoleEditor,
	"createFlow":     RoleEditor,
	"importFlow":     RoleEditor,
	"updateFlow":     RoleEditor,
	"deleteFlow":     RoleEditor,
	"duplicateFlow":  RoleEditor,
	"putDraft":       RoleEditor,
	"publishFlow":    RoleEditor,
	"tryFlow":        RoleEditor,
	"recordTry":      RoleEditor,
	"testFlow":       RoleEditor,
	"restoreVersion": RoleEditor,
	"createTemplate": RoleEditor,
	"updateTemplate": RoleEditor,
	"deleteTemplate": RoleEditor,

	"getTemplateImport": RoleViewer,
	// As the messages of runs, of which files are a part.
	"getMedia": RoleViewer,
	// The list is read with the channel's credentials, which nobody sees.
	"importTemplates":      RoleEditor,
	"cancelTemplateImport": RoleEditor,

	// A simulated phone shows what its owner sees, secrets included.
	"listPhones":        RoleEditor,
	"listPhoneMessages": RoleEditor,
	"clearPhones":       RoleEditor,
	"markDelivered":     RoleEditor,
	"markRead":          RoleEditor,
	"markFailed":        RoleEditor,
	"replyFromPhone":    RoleEditor,
	"sendFileFromPhone": RoleEditor,
	"getPhoneFile":      RoleEditor,
	"getPhoneRules":     RoleEditor,
	"putPhoneRules":     RoleEditor,

	// What vendors post holds people's words.
	"getWebhook": RoleAdmin,

	"createChannel":   RoleAdmin,
	"updateChannel":   RoleAdmin,
	"deleteChannel":   RoleAdmin,
	"bindChannel":     RoleAdmin,
	"unbindChannel":   RoleAdmin,
	"testChannel":     RoleAdmin,
	"previewProvider": RoleAdmin,
	"listAPIKeys":     RoleAdmin,
	"createAPIKey":    RoleAdmin,
	"deleteAPIKey":    RoleAdmin,
	"updateWorkspace": RoleAdmin,
}

// Needs is the least role that may do the operation. ok is false for an
// operation that nobody may do, because nobody said who may.
func Needs(operation string) (role Role, ok bool) {
	role, ok = permissions[operation]
	return role, ok
}

// Allowed reports whether the role may do the operation.
func Allowed(role Role, operation string) bool {
	needed, ok := Needs(operation)
	return ok && role.AtLeast(needed)
}
