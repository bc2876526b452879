package runtime

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"

	"sluice/engine"
	"sluice/engine/phone"
	"sluice/flows"
	"sluice/server/store"
)

// maxPrograms bounds the compiled flows kept in memory. A program of a large
// flow takes about a megabyte.
const maxPrograms = 500

// errUnusable is wrapped by errors about a stored version that this binary
// cannot run, such as one with a node type that it does not know.
var errUnusable = errors.New("the flow version cannot be run by this server")

// programs compiles each flow version once. Versions never change, so nothing
// in here goes out of date.
type programs struct {
	store    *store.Store
	registry *engine.Registry
	limits   engine.Limits
	// phones is shared by all programs, and by the lanes.
	phones *phone.Memory

	mu    sync.Mutex
	byKey map[programKey]*list.Element
	// recent holds *loading, the latest used first.
	recent *list.List
}

type programKey struct {
	workspace, flow string
	version         int64
}

// loading is a program that is there or on its way.
type loading struct {
	key     programKey
	ready   chan struct{}
	program *engine.Program
	err     error
}

func newPrograms(s *store.Store, registry *engine.Registry, limits engine.Limits) *programs {
	return &programs{store: s, registry: registry, limits: limits, phones: phone.NewMemory(), byKey: map[programKey]*list.Element{}, recent: list.New()}
}

// get returns the program of a version, compiling it at most once at a time.
func (p *programs) get(ctx context.Context, workspace, flow string, version int64) (*engine.Program, error) {
	key := programKey{workspace, flow, version}
	p.mu.Lock()
	if e, ok := p.byKey[key]; ok {
		p.recent.MoveToFront(e)
		p.mu.Unlock()
		l := e.Value.(*loading) //nolint:forcetypeassert // the list holds nothing else.
		select {
		case <-l.ready:
			return l.program, l.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	l := &loading{key: key, ready: make(chan struct{})}
	e := p.recent.PushFront(l)
	p.byKey[key] = e
	for p.recent.Len() > maxPrograms {
		oldest := p.recent.Back()
		p.recent.Remove(oldest)
		delete(p.byKey, oldest.Value.(*loading).key) //nolint:forcetypeassert // as above.
	}
	p.mu.Unlock()

	// Others wait for this load, so it must not end with this caller's request.
	l.program, l.err = p.load(context.WithoutCancel(ctx), key)
	close(l.ready)
	if l.err != nil {
		// A fault of the moment must not stay.
		p.mu.Lock()
		if p.byKey[key] == e {
			p.recent.Remove(e)
			delete(p.byKey, key)
		}
		p.mu.Unlock()
	}
	return l.program, l.err
}

func (p *programs) load(ctx context.Context, key programKey) (*engine.Program, error) {
	v, err := p.store.FlowVersion(ctx, key.workspace, key.flow, key.version)
	if err != nil {
		return nil, err
	}
	flow, diagnostics := flows.Decode([]byte(v.Definition))
	if flow == nil || diagnostics.HasErrors() {
		return nil, fmt.Errorf("%w: version %d of flow %s: %s", errUnusable, key.version, key.flow, firstError(diagnostics))
	}
	program, diagnostics := engine.CompilePublished(flow, p.registry)
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("%w: version %d of flow %s: %s", errUnusable, key.version, key.flow, firstError(diagnostics))
	}
	return program.WithLimits(p.limits).WithPhones(p.phones), nil
}

func firstError(diagnostics flows.Diagnostics) string {
	for _, d := range diagnostics {
		if d.Severity == flows.SeverityError {
			return d.Message
		}
	}
	return "it cannot be read"
}
