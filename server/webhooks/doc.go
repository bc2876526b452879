// Package webhooks takes in what vendors post. A webhook is durable before it is
// acknowledged, and given to its runs afterwards:
//
//  1. Senders finds the channel by the key in the address; the caller has the
//     channel's provider verify the request.
//  2. Inbox.Accept puts what the provider read from it into the database, many
//     webhooks in one transaction, and returns. The vendor is answered then.
//  3. The events go to the executor, in the order in which they came to each
//     channel. What is not applied when the process ends is applied by the next
//     one, or by another replica. Nothing comes of applying an event twice.
//
// What was posted is kept for a while, sealed, so that people can look at it;
// of what was refused, a few samples and a count.
package webhooks
