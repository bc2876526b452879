package alibaba

import "sluice/server/channels"

// TaskID is what messages carry to Alibaba Cloud, for tests that write receipts.
func TaskID(a channels.Account, messageID string) string { return taskID(a, messageID) }
