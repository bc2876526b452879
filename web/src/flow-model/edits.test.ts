import { describe, expect, it } from 'vitest';
import {
  connect,
  fragmentOf,
  fragmentText,
  newNode,
  newNote,
  parseFragment,
  paste,
  removeNodes,
  setConfig,
} from './edits';
import { type Flow, nodeOf } from './flow';
import type { Json, Path } from './json';
import { byType } from './node-type';
import { apply } from './operations';
import { channelTypeOf, portsOf } from './ports';
import { askType, branchType, sampleFlow, sendType, types } from './testing';

describe('newNode', () => {
  it('gets a readable id and name that are free', () => {
    const flow = {
      ...sampleFlow(),
      nodes: [...sampleFlow().nodes, { id: 'send', type: 'send', name: 'Send' }],
    };
    expect(newNode(flow, sendType, { x: 10.4, y: 19.6 })).toMatchObject({
      id: 'send_2',
      name: 'Send 2',
      position: { x: 10, y: 20 },
    });
  });

  it('begins with what must be there', () => {
    expect(newNode(sampleFlow(), sendType, { x: 0, y: 0 }).config).toEqual({ message: { type: 'text' } });
    expect(newNode(sampleFlow(), branchType, { x: 0, y: 0 }).config).toEqual({
      branches: [{ when: { type: 'rule' } }],
    });
  });
});

describe('removeNodes', () => {
  it('takes the lines along', () => {
    const { flow } = apply(sampleFlow(), removeNodes(sampleFlow(), new Set(['country', 'viber'])));
    expect(flow.nodes.map((node) => node.id)).toEqual(['start', 'back', 'sms']);
    expect(flow.edges).toEqual([]);
  });
});

describe('connect', () => {
  it('leads a port elsewhere', () => {
    const { flow } = apply(sampleFlow(), connect(sampleFlow(), 'country', 'ph', 'sms'));
    expect(flow.edges.filter((edge) => edge.port === 'ph')).toEqual([
      { from: 'country', port: 'ph', to: 'sms' },
    ]);
  });
});

describe('exits that a list of the config brings and takes away', () => {
  const askTypes = byType([askType, sendType]);
  const flow: Flow = {
    schema: 'sluice/v1',
    name: 'Ask',
    nodes: [
      { id: 'ask', type: 'ask', config: { channel_type: 'viber' } },
      { id: 'sms', type: 'send' },
    ],
    edges: [
      { from: 'ask', port: 'replied', to: 'sms' },
      { from: 'ask', port: 'no_reply', to: 'sms' },
    ],
  };
  const exits = (from: Flow) => portsOf(nodeOf(from, 'ask') as never, askType).map((port) => port.name);
  const set = (from: Flow, value: Json | undefined) =>
    apply(from, setConfig(from, askTypes, 'ask', ['choices'], value)).flow;

  it('come and go with its items, and hand their line over', () => {
    expect(exits(flow)).toEqual(['replied', 'no_reply']);
    const asked = set(flow, [{ port: 'yes' }]);
    expect(exits(asked)).toEqual(['yes', 'else', 'no_reply']);
    expect(asked.edges).toEqual([
      { from: 'ask', port: 'else', to: 'sms' },
      { from: 'ask', port: 'no_reply', to: 'sms' },
    ]);
    expect(set(asked, []).edges).toEqual(flow.edges);
  });

  it('are restored with their lines by undo', () => {
    const { flow: asked, inverse } = apply(
      flow,
      setConfig(flow, askTypes, 'ask', ['choices'], [{ port: 'yes' }]),
    );
    expect(apply(asked, inverse).flow).toEqual(flow);
  });

  it('leave the channel type to the config', () => {
    expect(channelTypeOf(nodeOf(flow, 'ask') as never, askType)).toBe('viber');
    expect(channelTypeOf({ id: 'a', type: 'ask' }, askType)).toBeUndefined();
    expect(channelTypeOf(nodeOf(flow, 'sms') as never, sendType)).toBe('sms');
  });
});

describe('setConfig', () => {
  const change = (path: Path, value: Json | undefined): Flow =>
    apply(sampleFlow(), setConfig(sampleFlow(), types, 'country', path, value)).flow;
  const portsWithLines = (flow: Flow) =>
    flow.edges.filter((edge) => edge.from === 'country').map((edge) => edge.port);

  it('keeps the line of an exit that is renamed', () => {
    const flow = change(['branches', 0, 'port'], 'pinoy');
    expect(flow.edges[1]).toEqual({ from: 'country', port: 'pinoy', to: 'viber' });
  });

  it('takes the line of an exit that is removed', () => {
    expect(portsWithLines(change(['branches'], [{ port: 'my' }]))).toEqual(['else']);
  });

  it('keeps lines when exits change places', () => {
    expect(portsWithLines(change(['branches'], [{ port: 'my' }, { port: 'ph' }]))).toEqual(['ph', 'else']);
  });

  it('is one operation when no exit changes', () => {
    expect(setConfig(sampleFlow(), types, 'country', ['output'], 'c').type).toBe('set_config');
    expect(setConfig(sampleFlow(), types, 'sms', ['to'], 'x').type).toBe('set_config');
  });
});

describe('paste', () => {
  const ids = new Set(['start', 'viber', 'back', 'sms']);

  it('makes copies that lead to each other', () => {
    const flow = sampleFlow();
    const fragment = fragmentOf(flow, types, ids);
    const { operation, ids: fresh } = paste(flow, types, fragment, { x: 40, y: 40 });
    const pasted = apply(flow, operation).flow;
    expect(fresh).toEqual(['viber_2', 'back_2', 'sms_2']);
    const copy = (id: string) => pasted.nodes.find((node) => node.id === id);
    expect(copy('viber_2')?.name).toBe('Viber 2');
    expect(copy('viber_2')?.position).toEqual({ x: 720, y: -60 });
    expect(copy('viber_2')?.config).toMatchObject({
      message: { text: 'Code {{code}}, {{steps.viber_2.status}}' },
    });
    expect(copy('back_2')?.config).toMatchObject({ target: 'sms_2' });
    expect(pasted.edges.at(-1)).toEqual({ from: 'viber_2', port: 'not_delivered', to: 'back_2' });
  });

  it('never copies the entry', () => {
    expect(fragmentOf(sampleFlow(), types, ids).nodes.map((node) => node.id)).not.toContain('start');
  });

  it('keeps jumps to what was not copied', () => {
    const fragment = fragmentOf(sampleFlow(), types, new Set(['back']));
    const { operation } = paste(sampleFlow(), types, fragment, { x: 0, y: 0 });
    expect(apply(sampleFlow(), operation).flow.nodes.at(-1)?.config).toMatchObject({ target: 'sms' });
  });

  it('copies notes with ids of their own', () => {
    const notes = [{ id: 'note', text: 'Why', position: { x: 10, y: 20 }, width: 240, height: 120 }];
    const flow = { ...sampleFlow(), notes };
    const fragment = fragmentOf(flow, types, new Set(['sms']), new Set(['note']));
    const { operation, notes: fresh } = paste(
      flow,
      types,
      parseFragment(fragmentText(fragment)) ?? fragment,
      { x: 40, y: 40 },
    );
    expect(fresh).toEqual(['note_2']);
    expect(apply(flow, operation).flow.notes).toEqual([
      notes[0],
      { id: 'note_2', text: 'Why', position: { x: 50, y: 60 }, width: 240, height: 120 },
    ]);
  });

  it('reads what was copied before notes were', () => {
    expect(parseFragment('{"clipboard":"sluice/nodes","nodes":[],"edges":[]}')?.notes).toEqual([]);
  });

  it('goes through the clipboard as text', () => {
    const fragment = fragmentOf(sampleFlow(), types, ids);
    expect(parseFragment(fragmentText(fragment))).toEqual(expect.objectContaining(fragment));
  });

  it.each([
    '',
    'hello',
    '{"clipboard":"sluice/nodes"}',
    '{"clipboard":"sluice/nodes","nodes":[1],"edges":[]}',
    '{"clipboard":"sluice/nodes","nodes":[],"edges":[],"notes":[{}]}',
    '"sluice/nodes" {',
  ])('leaves other text alone: %s', (text) => expect(parseFragment(text)).toBeUndefined());
});

describe('newNote', () => {
  it('has a free id', () => expect(newNote(sampleFlow(), { x: 0, y: 0 }).id).toBe('note_2'));
});
