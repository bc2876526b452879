package channels

// Status is how far a message got.
type Status string

const (
	// StatusNone is the status before the first receipt.
	StatusNone Status = ""
	// StatusSent: the vendor passed the message on.
	StatusSent Status = "sent"
	// StatusFailed: the vendor gave up.
	StatusFailed Status = "failed"
	// StatusDelivered: the message reached the person's phone.
	StatusDelivered Status = "delivered"
	// StatusRead: the person saw the message. It implies delivered.
	StatusRead Status = "read"
	// StatusCancelled: the message was taken back before its time.
	StatusCancelled Status = "cancelled"
	// StatusUnknown is a vendor's word that we have no meaning for. It is
	// reported (see Receipt.Raw) and never guessed at.
	StatusUnknown Status = "unknown"
)

// rank orders the statuses of a message record: the record holds the highest
// that was ever reported, so it ends up the same in whatever order and however
// often receipts come.
//
// Failed stands between sent and delivered. A failure after a delivery is
// ignored: the phone has the message. A delivery after a failure wins: it is
// the phone's own answer, while most failures are a vendor's conclusion from
// silence. (The run has left the visit by then; only the record changes.)
// Cancelled stands above failed, which is how some vendors report it.
func (s Status) rank() int {
	switch s {
	case StatusSent:
		return 1
	case StatusFailed:
		return 2
	case StatusCancelled:
		return 3
	case StatusDelivered:
		return 4
	case StatusRead:
		return 5
	case StatusNone, StatusUnknown:
	}
	return 0
}

// Advances tells whether a receipt with status s changes a record that has the
// status from. A record's status never moves backwards.
func (s Status) Advances(from Status) bool { return s.rank() > from.rank() }

// Known tells whether s is a status that a receipt can bring news with.
func (s Status) Known() bool { return s.rank() > 0 }
