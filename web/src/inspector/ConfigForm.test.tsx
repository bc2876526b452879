import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  apply,
  byType,
  configSchema,
  type Flow,
  type FlowNode,
  type JsonObject,
  type NodeType,
  nodeOf,
  setConfig,
} from '@/flow-model';
import { startType } from '@/flow-model/testing';
import { renderInEnglish } from '@/i18n/testing';
import { TooltipProvider } from '@/ui';
import { ConfigForm } from './ConfigForm';
import { type Form, FormContext, problemsOf } from './form';

const field = (title: string, kind: string, more: object = {}) => ({
  title,
  type: 'string',
  'x-sluice': { kind, ...('example' in more ? { example: more.example } : {}) },
  ...more,
});

/** A type that no server has: forms are made from its schema alone. */
const type: NodeType = {
  type: 'everything',
  title: 'Everything',
  help: '',
  group: 'data',
  icon: 'box',
  hue: 'cyan',
  ports_from: 'exits',
  ports: [{ name: 'else', title: 'Else' }],
  config: {
    type: 'object',
    required: ['line', 'shape'],
    properties: {
      line: field('Line', 'text'),
      words: field('Words', 'template'),
      length: field('Length', 'duration'),
      count: { title: 'Count', type: 'integer', minimum: 1, 'x-sluice': { kind: 'integer' } },
      loud: { title: 'Loud', type: 'boolean', default: false, 'x-sluice': { kind: 'boolean' } },
      size: {
        title: 'Size',
        type: 'string',
        enum: ['s', 'l'],
        'x-titles': { s: 'Small', l: 'Large' },
        default: 's',
        'x-sluice': { kind: 'choice' },
      },
      codes: { title: 'Codes', type: 'array', items: field('Code', 'code'), 'x-sluice': { kind: 'list' } },
      exits: {
        title: 'Exits',
        type: 'array',
        items: {
          title: 'Exit',
          type: 'object',
          required: ['port'],
          properties: { port: field('Name', 'port'), title: field('Label', 'text') },
          'x-sluice': { kind: 'object' },
        },
        'x-sluice': { kind: 'list' },
      },
      shape: {
        title: 'Shape',
        oneOf: [
          { title: 'Circle', properties: { type: { const: 'circle' }, color: field('Color', 'text') } },
          {
            title: 'Square',
            properties: {
              type: { const: 'square' },
              color: field('Color', 'text'),
              side: field('Side', 'text'),
            },
          },
        ],
        'x-sluice': { kind: 'union' },
      },
      reason: {
        ...field('Reason', 'text'),
        'x-sluice': { kind: 'text', when: { field: 'size', values: ['l'] } },
      },
    },
  },
};
const types = byType([startType, type]);

function flowWith(config: JsonObject): Flow {
  return {
    schema: 'sluice/v1',
    name: 'f',
    nodes: [
      {
        id: 'start',
        type: 'start',
        name: 'Start',
        config: { inputs: [{ name: 'phone' }, { name: 'code' }] },
      },
      { id: 'x', type: 'everything', config },
    ],
    edges: [
      { from: 'start', port: 'next', to: 'x' },
      { from: 'x', port: 'a', to: 'x' },
    ],
  };
}

interface HostProps {
  first: Flow;
  problems: Form['problems'];
  readOnly: boolean;
  onFlow(flow: Flow): void;
}

/** A flow that the form changes, as the editor's store does. */
function Host({ first, problems, readOnly, onFlow }: HostProps) {
  const [flow, setFlow] = useState(first);
  const form: Form = {
    flow,
    node: nodeOf(flow, 'x') as FlowNode,
    type,
    types,
    root: configSchema(type),
    problems,
    readOnly,
    change: (path, value) => {
      const next = apply(flow, setConfig(flow, types, 'x', path, value)).flow;
      setFlow(next);
      onFlow(next);
    },
  };
  return (
    <FormContext value={form}>
      <ConfigForm />
    </FormContext>
  );
}

function show(config: JsonObject = {}, problems: Form['problems'] = new Map(), readOnly = false) {
  let current = flowWith(config);
  const onFlow = (flow: Flow) => {
    current = flow;
  };
  renderInEnglish(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <Host first={current} problems={problems} readOnly={readOnly} onFlow={onFlow} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  return {
    config: () => nodeOf(current, 'x')?.config,
    edges: () => current.edges,
  };
}

/** Types into the field of that name, as it is named for people who hear the page. */
const enter = (label: string, value: string, scope: Pick<typeof screen, 'getByRole'> = screen) =>
  fireEvent.change(scope.getByRole('textbox', { name: label }), { target: { value } });

afterEach(cleanup);

describe('a form made from a schema', () => {
  it('writes what is typed into the flow, and removes what is emptied', () => {
    const { config } = show({ line: 'old' });
    enter('Line', 'new');
    expect(config()).toEqual({ line: 'new' });
    enter('Line', '');
    expect(config()).toEqual({});
  });

  it('writes numbers as numbers and keeps half a number to itself', () => {
    const { config } = show();
    enter('Count', '3');
    expect(config()).toEqual({ count: 3 });
    enter('Count', '-');
    expect(config()).toEqual({ count: 3 });
    enter('Count', '');
    expect(config()).toEqual({});
  });

  it('writes durations with their unit', () => {
    const { config } = show({ length: '90m' });
    expect(screen.getByTestId('duration-words').textContent).toBe('1 hour 30 minutes');
    enter('Length', '2 min');
    expect(config()).toEqual({ length: '2m' });
    enter('Length', '60s');
    expect(config()).toEqual({ length: '60s' });
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'Length' }), { key: 'ArrowUp' });
    expect(config()).toEqual({ length: '2m' });
    enter('Length', '');
    expect(config()).toEqual({});
  });

  it('never writes a default for the user', () => {
    const { config } = show();
    fireEvent.click(screen.getByRole('switch', { name: 'Loud' }));
    fireEvent.click(screen.getByRole('radio', { name: 'Large' }));
    expect(config()).toEqual({ loud: true, size: 'l' });
    fireEvent.click(screen.getByRole('switch', { name: 'Loud' }));
    fireEvent.click(screen.getByRole('radio', { name: 'Small' }));
    expect(config()).toEqual({});
  });

  it('shows a field only beside the value that asks for it', () => {
    show();
    expect(screen.queryByRole('textbox', { name: 'Reason' })).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'Large' }));
    expect(screen.getByRole('textbox', { name: 'Reason' })).toBeTruthy();
  });

  it('takes several codes at once, each once', () => {
    const { config } = show({ codes: ['PH'] });
    enter('Codes', 'MY, PH SG,');
    expect(config()).toEqual({ codes: ['PH', 'MY', 'SG'] });
    fireEvent.click(screen.getByRole('button', { name: 'Remove MY' }));
    expect(config()).toEqual({ codes: ['PH', 'SG'] });
  });

  it('adds, moves and removes items, and an exit can be connected at once', () => {
    const { config } = show();
    fireEvent.click(screen.getByRole('button', { name: 'Add exit' }));
    fireEvent.click(screen.getByRole('button', { name: 'Add exit' }));
    expect(config()).toEqual({ exits: [{ port: 'exit_1' }, { port: 'exit_2' }] });
    fireEvent.click(screen.getByRole('button', { name: 'Move exit 2 up' }));
    expect(config()).toEqual({ exits: [{ port: 'exit_2' }, { port: 'exit_1' }] });
    fireEvent.click(screen.getByRole('button', { name: 'Remove exit 1' }));
    expect(config()).toEqual({ exits: [{ port: 'exit_1' }] });
  });

  it('keeps the line of an exit while its name is typed anew', () => {
    const { config, edges } = show({ exits: [{ port: 'a' }, { port: 'b' }] });
    fireEvent.click(screen.getByRole('button', { name: 'a' }));
    const item = within(screen.getByRole('group', { name: 'Exit 1' }));
    enter('Name', '', item);
    enter('Name', 'b', item);
    expect(item.getByRole('alert').textContent).toContain('already');
    expect(config()).toEqual({ exits: [{ port: 'a' }, { port: 'b' }] });
    enter('Name', 'bc', item);
    expect(config()).toEqual({ exits: [{ port: 'bc' }, { port: 'b' }] });
    expect(edges()[1]).toEqual({ from: 'x', port: 'bc', to: 'x' });
  });

  it('keeps what two shapes have in common', () => {
    const { config } = show({ shape: { type: 'square', color: 'red', side: '2' } });
    fireEvent.click(screen.getByRole('radio', { name: 'Circle' }));
    expect(config()).toEqual({ shape: { type: 'circle', color: 'red' } });
  });

  it('shows problems at their fields', () => {
    const { inConfig, others } = problemsOf(
      [
        {
          severity: 'error',
          code: 'a',
          node: 'x',
          pointer: '/nodes/1/config/line',
          message: 'Missing.',
          hint: 'Fill it in.',
        },
        { severity: 'error', code: 'b', node: 'x', pointer: '/nodes/1/type', message: 'Odd.', hint: '' },
        {
          severity: 'error',
          code: 'c',
          node: 'other',
          pointer: '/nodes/2/config/line',
          message: 'Not here.',
          hint: '',
        },
      ],
      'x',
    );
    show({}, inConfig);
    const input = screen.getByRole('textbox', { name: 'Line' });
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toBe('Missing. Fill it in.');
    expect(others.map((found) => found.message)).toEqual(['Odd.']);
  });

  it('inserts a variable at the caret, from the list that {{ opens', () => {
    const { config } = show({ words: 'Hi ' });
    const input = screen.getByRole('textbox', { name: 'Words' }) as HTMLInputElement;
    input.focus();
    fireEvent.change(input, { target: { value: 'Hi {{co' } });
    const options = screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'));
    expect(options).toContain('code');
    expect(options).not.toContain('phone');
    fireEvent.keyDown(input, { key: 'Enter' });
    expect(config()).toEqual({ words: 'Hi {{code}}' });
    expect(document.activeElement).toBe(input);
    expect(input.selectionStart).toBe('Hi {{code}}'.length);
  });

  it('can only be looked at by people who may not edit', () => {
    show({ line: 'x', exits: [{ port: 'a' }] }, new Map(), true);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Line' }).readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: /Add|Remove|Insert/ })).toBeNull();
  });
});
