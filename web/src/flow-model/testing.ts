import type { Flow } from './flow';
import { byType, type NodeType } from './node-type';

/*
 * A few node types and a flow for tests: like the real ones in what matters,
 * independent of what the server's types become.
 */

const text = (title: string, kind = 'text') => ({ type: 'string', title, 'x-sluice': { kind } });

export const startType: NodeType = {
  type: 'start',
  title: 'Start',
  help: '',
  group: 'flow',
  icon: 'play',
  hue: 'slate',
  entry: true,
  summary: '{inputs.*.name}',
  ports: [{ name: 'next', title: 'Next' }],
  sets: [{ path: 'inputs.*.name', type_from: 'type' }],
  config: {
    type: 'object',
    properties: {
      inputs: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: text('Name', 'variable'),
            type: {
              type: 'string',
              enum: ['string', 'phone'],
              'x-titles': { string: 'Text', phone: 'Phone number' },
              default: 'string',
              'x-sluice': { kind: 'choice' },
            },
          },
        },
      },
    },
  },
};

export const sendType: NodeType = {
  type: 'send',
  title: 'Send',
  help: '',
  group: 'channels',
  icon: 'message-square',
  hue: 'sky',
  channel_type: 'sms',
  summary: '{message.text}{message.template}',
  detail: '→ {to}',
  ports: [
    { name: 'not_delivered', title: 'Not delivered', deadline: 'delivered_within', failure: true },
    { name: 'failed', title: 'Failed', failure: true, falls_back_to: ['not_delivered'] },
    { name: 'next', title: 'Next' },
  ],
  outputs: [{ name: 'status', type: 'string', help: 'How far it got.' }],
  config: {
    type: 'object',
    required: ['to', 'message'],
    properties: {
      to: text('To', 'template'),
      message: {
        oneOf: [
          {
            title: 'Text',
            type: 'object',
            required: ['type', 'text'],
            properties: { type: { const: 'text' }, text: text('Text', 'template') },
          },
          {
            title: 'Template',
            type: 'object',
            properties: { type: { const: 'template' }, template: text('Template', 'template_slug') },
          },
        ],
        'x-sluice': { kind: 'union' },
      },
      delivered_within: text('Delivered within', 'duration'),
    },
  },
};

export const branchType: NodeType = {
  type: 'branch',
  title: 'Branch',
  help: '',
  group: 'flow',
  icon: 'split',
  hue: 'slate',
  ports_from: 'branches',
  ports: [{ name: 'else', title: 'Else' }],
  sets: [{ path: 'output', type: 'string' }],
  config: {
    type: 'object',
    required: ['branches'],
    properties: {
      branches: {
        type: 'array',
        minItems: 1,
        items: {
          title: 'Branch',
          type: 'object',
          required: ['port', 'when'],
          properties: {
            port: text('Exit', 'port'),
            title: text('Label'),
            when: { $ref: '#/$defs/rules', 'x-sluice': { kind: 'ref' } },
          },
        },
      },
      output: text('Output', 'variable'),
    },
    $defs: {
      rules: {
        oneOf: [
          { title: 'Rule', type: 'object', properties: { type: { const: 'rule' }, value: text('Value') } },
          { title: 'Group', type: 'object', properties: { type: { const: 'group' } } },
        ],
      },
    },
  },
};

export const askType: NodeType = {
  type: 'ask',
  title: 'Ask',
  help: '',
  group: 'channels',
  icon: 'message-square-reply',
  hue: 'amber',
  channel_type_from: 'channel_type',
  ports_from: 'choices',
  ports: [
    { name: 'replied', title: 'Replied', without: 'choices' },
    { name: 'else', title: 'Something else', with: 'choices' },
    { name: 'no_reply', title: 'No reply', deadline: 'reply_within' },
  ],
  config: {
    type: 'object',
    properties: {
      channel_type: text('Channel type', 'choice'),
      choices: { type: 'array', items: { type: 'object', properties: { port: text('Exit', 'port') } } },
    },
  },
};

export const jumpType: NodeType = {
  type: 'jump',
  title: 'Jump',
  help: '',
  group: 'flow',
  icon: 'corner-up-left',
  hue: 'slate',
  target: 'target',
  limit: 'max_jumps',
  summary: '→ {target}',
  ports: [{ name: 'exceeded', title: 'Limit exceeded' }],
  config: {
    type: 'object',
    properties: { target: text('Go to', 'node'), max_jumps: { type: 'integer', minimum: 1 } },
  },
};

export const types = byType([startType, sendType, branchType, jumpType]);

/** start → country ─ph→ viber ─not_delivered→ back (jumps to sms); country ─else→ sms. */
export function sampleFlow(): Flow {
  return {
    schema: 'sluice/v1',
    name: 'Sample',
    nodes: [
      {
        id: 'start',
        type: 'start',
        name: 'Start',
        position: { x: 0, y: 0 },
        config: { inputs: [{ name: 'number', type: 'phone' }, { name: 'code' }] },
      },
      {
        id: 'country',
        type: 'branch',
        name: 'Country?',
        position: { x: 340, y: 0 },
        config: { branches: [{ port: 'ph', title: 'Philippines' }, { port: 'my' }], output: 'country' },
      },
      {
        id: 'viber',
        type: 'send',
        name: 'Viber',
        position: { x: 680, y: -100 },
        config: {
          to: '{{number}}',
          message: { type: 'text', text: 'Code {{code}}, {{steps.viber.status}}' },
          delivered_within: '30s',
        },
      },
      {
        id: 'back',
        type: 'jump',
        name: 'Back',
        position: { x: 1020, y: -100 },
        config: { target: 'sms', max_jumps: 3 },
      },
      { id: 'sms', type: 'send', name: 'SMS', position: { x: 680, y: 200 }, config: { to: '{{number}}' } },
    ],
    edges: [
      { from: 'start', port: 'next', to: 'country' },
      { from: 'country', port: 'ph', to: 'viber' },
      { from: 'country', port: 'else', to: 'sms' },
      { from: 'viber', port: 'not_delivered', to: 'back' },
    ],
    notes: [{ id: 'note', text: 'Hello', position: { x: 0, y: -200 } }],
  };
}
