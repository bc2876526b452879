package simulatortest_test

import (
	"testing"

	"sluice/server/channels/simulator"
	"sluice/server/channels/simulator/simulatortest"
)

func TestTheJournalInMemoryPassesTheSuite(t *testing.T) {
	t.Parallel()
	simulatortest.RunJournal(t, func(*testing.T) simulator.Journal { return simulatortest.NewJournal() })
}
