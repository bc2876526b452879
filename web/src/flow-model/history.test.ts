import { describe, expect, it } from 'vitest';
import { coalesceWithinMs, emptyHistory, maxSteps, perform, redo, type Step, undo } from './history';
import type { Operation } from './operations';
import { sampleFlow } from './testing';

const name = (value: string): Operation => ({ type: 'set_flow', field: 'name', value });
const begin = (): Step => ({ flow: sampleFlow(), history: emptyHistory });

describe('history', () => {
  it('goes back and forth', () => {
    const one = perform(begin(), name('One'), { label: 'Rename', at: 0 });
    const two = perform(one, name('Two'), { label: 'Rename', at: 0 });
    const back = undo(undo(two));
    expect(back.flow.name).toBe('Sample');
    expect(redo(back).flow.name).toBe('One');
    expect(redo(redo(back)).flow.name).toBe('Two');
  });

  it('stays as it is at both ends', () => {
    const start = begin();
    expect(undo(start)).toEqual(start);
    expect(redo(start)).toEqual(start);
  });

  it('joins typing into one step', () => {
    let step = begin();
    for (const [index, text] of ['O', 'On', 'One'].entries()) {
      step = perform(step, name(text), { label: 'Rename', key: 'name', at: index * 200 });
    }
    expect(step.history.past.length).toBe(1);
    expect(undo(step).flow.name).toBe('Sample');
    expect(redo(undo(step)).flow.name).toBe('One');
  });

  it('begins a new step after a pause, and for another field', () => {
    let step = perform(begin(), name('O'), { label: 'Rename', key: 'name', at: 0 });
    step = perform(step, name('On'), { label: 'Rename', key: 'name', at: coalesceWithinMs + 1 });
    step = perform(
      step,
      { type: 'set_flow', field: 'description', value: 'x' },
      { label: 'x', key: 'd', at: coalesceWithinMs + 2 },
    );
    expect(step.history.past.length).toBe(3);
  });

  it('does not join to what was undone and redone', () => {
    let step = perform(begin(), name('O'), { label: 'Rename', key: 'name', at: 0 });
    step = perform(redo(undo(step)), name('On'), { label: 'Rename', key: 'name', at: 1 });
    expect(undo(step).flow.name).toBe('O');
  });

  it('forgets the future when something new is done', () => {
    const step = perform(undo(perform(begin(), name('One'), { label: '', at: 0 })), name('Two'), {
      label: '',
      at: 0,
    });
    expect(redo(step).flow.name).toBe('Two');
  });

  it('keeps a bounded number of steps', () => {
    let step = begin();
    for (let i = 0; i < maxSteps + 10; i++) step = perform(step, name(`n${i}`), { label: '', at: 0 });
    expect(step.history.past.length).toBe(maxSteps);
  });
});
