import { describe, expect, it } from 'vitest';
import { sampleFlow, types } from '@/flow-model/testing';
import { cardOf, type Diagnostic, jumpsOf } from './cards';
import { elementsOf, lineEnd, lineId, noteElementId, noteIdOf } from './elements';

const flow = sampleFlow();
const node = (id: string) => flow.nodes.find((other) => other.id === id) as never;
const card = (id: string, about: Diagnostic[] = []) => cardOf(node(id), flow, types, about);

describe('cardOf', () => {
  it('shows the summary, the recipient and each port with its deadline', () => {
    const shown = card('viber');
    expect(shown).toMatchObject({ title: 'Viber', typeTitle: 'Send', hue: 'sky', detail: '→ {{number}}' });
    expect(shown.ports.map((port) => [port.name, port.deadline, port.connected, port.fallback])).toEqual([
      ['not_delivered', '30s', true, ''],
      ['failed', '', false, 'Not delivered'],
      ['next', '', false, ''],
    ]);
  });

  it('marks a timed port without a time as idle', () => {
    expect(card('sms').ports[0]).toMatchObject({ idle: true, failure: true });
  });

  it('shows errors and warnings', () => {
    const about: Diagnostic[] = [
      { severity: 'error', code: 'x', node: 'sms', pointer: '', message: 'Broken.', hint: '' },
      { severity: 'warning', code: 'x', node: 'sms', pointer: '', message: 'Odd.', hint: '' },
    ];
    expect(card('sms', about)).toMatchObject({ errors: ['Broken.'], warnings: ['Odd.'] });
  });

  it('draws a node of an unknown type', () => {
    const shown = cardOf({ id: 'x', type: 'fax' }, flow, types, []);
    expect(shown).toMatchObject({ known: false, title: 'x', ports: [] });
    expect(shown.summary).toContain('fax');
  });
});

describe('jumpsOf', () => {
  it('links jumps to their targets with their limit', () => {
    expect(jumpsOf(flow, types)).toEqual([{ from: 'back', to: 'sms', label: '×3' }]);
  });
});

describe('elementsOf', () => {
  const input = { flow, types, diagnostics: [], readOnly: false };

  it('draws nodes, notes, lines and jumps', () => {
    const { nodes, edges } = elementsOf(input);
    expect(nodes.map((element) => element.id)).toEqual([
      'note:note',
      'start',
      'country',
      'viber',
      'back',
      'sms',
    ]);
    expect(edges.map((edge) => edge.type)).toEqual(['line', 'line', 'line', 'line', 'jump']);
  });

  it('keeps the identity of what did not change', () => {
    const first = elementsOf(input);
    const renamed = {
      ...flow,
      nodes: flow.nodes.map((other) => (other.id === 'sms' ? { ...other, name: 'X' } : other)),
    };
    const second = elementsOf({ ...input, flow: renamed }, first);
    const same = second.nodes
      .filter((element, index) => element === first.nodes[index])
      .map((element) => element.id);
    // The jump's card names its target.
    expect(same).toEqual(['note:note', 'start', 'country', 'viber']);
    expect(second.edges[0]).toBe(first.edges[0]);
  });

  it('leaves out lines that have no port or no end', () => {
    const broken = {
      ...flow,
      edges: [
        { from: 'start', port: 'gone', to: 'sms' },
        { from: 'start', port: 'next', to: 'nobody' },
        { from: 'nobody', port: 'next', to: 'sms' },
      ],
    };
    expect(elementsOf({ ...input, flow: broken }).edges.map((edge) => edge.type)).toEqual(['jump']);
  });

  it('has ids that lead back to ports and notes', () => {
    expect(lineEnd(lineId('a', 'b/c'))).toEqual({ from: 'a', port: 'b/c' });
    expect(lineEnd('sms')).toBeUndefined();
    expect(noteIdOf(noteElementId('n'))).toBe('n');
    expect(noteIdOf('sms')).toBeUndefined();
  });
});
