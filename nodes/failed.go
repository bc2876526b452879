package nodes

import (
	"errors"

	"sluice/engine"
	"sluice/engine/expression"
)

// failed ends the run because an expression of the node could not be evaluated.
func failed(err error) engine.Move {
	if e, ok := errors.AsType[*expression.Error](err); ok {
		return engine.Fail("expression_failed", engine.Sentence(e.Message), engine.Sentence(e.Hint))
	}
	return engine.Fail("expression_failed", engine.Sentence(err.Error()), "")
}
