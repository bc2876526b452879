import { describe, expect, it } from 'vitest';
import { searched } from './search';

const choices = [
  { id: 'undo', title: 'Undo' },
  { id: 'fit', title: 'Fit the flow into view', keywords: 'zoom' },
  { id: 'zoom-in', title: 'Zoom in' },
  { id: 'run', title: 'Run', detail: 'Starts the published flow' },
  { id: 'flows', title: 'Flows' },
  { id: 'overflow', title: 'Overflow' },
];
const found = (query: string) => searched(choices, query).map((choice) => choice.id);

describe('searched', () => {
  it.each([
    ['', choices.map((choice) => choice.id)],
    ['  ', choices.map((choice) => choice.id)],
    ['UNDO', ['undo']],
    ['zoom', ['zoom-in', 'fit']],
    ['view fit', ['fit']],
    ['flow', ['flows', 'fit', 'overflow', 'run']],
    ['published', ['run']],
    ['nothing like it', []],
  ])('finds for "%s" %j', (query, ids) => {
    expect(found(query)).toEqual(ids);
  });
});
