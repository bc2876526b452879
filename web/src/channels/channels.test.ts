import { describe, expect, it } from 'vitest';
import { channelTypeLook } from './channelTypes';
import {
  asked,
  type ChannelForm,
  channelPatch,
  checkChannel,
  newChannelBody,
  newChannelForm,
  readChannel,
  unbinds,
} from './form';
import { filledIn, hasProblem, laidOut, textOf, withValue } from './sections';
import { channelStatusLook } from './status';
import type { Channel, Provider, ProviderField, ProviderSection } from './types';

const field = (name: string, title: string, more: Partial<ProviderField> = {}): ProviderField => ({
  name,
  title,
  help: '',
  secret: false,
  required: false,
  multiline: false,
  short: false,
  choices: [],
  types: [],
  ...more,
});
const section = (name: string, fields: string[], more: Partial<ProviderSection> = {}): ProviderSection => ({
  name,
  title: name,
  help: '',
  fields,
  folded: false,
  trial: 'none',
  ...more,
});
const provider: Provider = {
  name: 'twilio',
  title: 'Twilio',
  help: '',
  channel_types: ['sms', 'whatsapp'],
  credentials: [
    field('sid', 'Account SID', { required: true, pattern: 'AC[0-9a-f]{4}', example: 'AC0123' }),
    field('token', 'Auth token', { secret: true, required: true }),
  ],
  settings: [field('sender', 'Sender', { pattern: '\\d{3,8}|MG.*' })],
  sections: [section('account', ['sid', 'token', 'sender']), section('more', ['base_url'], { folded: true })],
  receipts: {},
  imports_templates: [],
  ignores_category: [],
  forms: {},
  default_base_url: 'https://api.example.com',
  hook_help: '',
  previewable: false,
};
const channel: Channel = {
  id: 'c',
  slug: 'sms-main',
  name: 'SMS',
  remarks: '',
  type: 'sms',
  kind: 'twilio',
  status: 'bound',
  status_reason: '',
  base_url: '',
  settings: { sender: '12345' },
  credentials_set: ['sid', 'token'],
  hook_url: 'https://x/hooks/k',
  created_at: '2026-11-21T00:00:00Z',
  updated_at: '2026-11-21T00:00:00Z',
};
const filled: ChannelForm = {
  ...newChannelForm(provider),
  name: 'My SMS',
  credentials: { sid: 'ACbeef', token: 'x' },
};

describe('checkChannel', () => {
  it('accepts a complete form', () => {
    expect(checkChannel(filled, provider)).toEqual({});
  });

  it('reports every field at once', () => {
    const form = {
      ...filled,
      name: 'x'.repeat(51),
      remarks: 'y'.repeat(151),
      slug: 'Not A Slug',
      baseUrl: 'ftp://x',
      credentials: { sid: 'ACnope' },
      settings: { sender: '1' },
    };
    expect(Object.keys(checkChannel(form, provider)).sort()).toEqual([
      'base_url',
      'name',
      'remarks',
      'sender',
      'sid',
      'slug',
      'token',
    ]);
  });

  it('asks for the address of a vendor that has none of its own', () => {
    const gateway = { ...provider, address: field('base_url', 'Gateway address', { required: true }) };
    expect(checkChannel(filled, gateway)).toEqual({ base_url: 'Gateway address is needed.' });
    expect(checkChannel({ ...filled, baseUrl: 'http://gateway:13013' }, gateway)).toEqual({});
  });

  it('asks only for what matters with the chosen setting', () => {
    const choices = ['none', 'basic'].map((value) => ({ value, title: value }));
    const generic = {
      ...provider,
      credentials: [
        field('user', 'User name', { required: true, when: { setting: 'auth', values: ['basic'] } }),
      ],
      settings: [field('auth', 'Sign in', { choices, default: 'none' })],
    };
    const shown = (settings: Record<string, string>) =>
      asked(generic.credentials, generic, { type: 'sms', settings }).map(({ name }) => name);
    expect(shown({})).toEqual([]);
    expect(shown({ auth: 'basic' })).toEqual(['user']);
    const form = { ...filled, credentials: {} };
    expect(checkChannel(form, generic)).toEqual({});
    expect(checkChannel({ ...form, settings: { auth: 'basic' } }, generic)).toEqual({
      user: 'User name is needed.',
    });
  });

  it('asks only for what matters with the type', () => {
    const fields = [field('window', '24-hour window', { required: true, types: ['whatsapp', 'messenger'] })];
    const shown = (type: string) => asked(fields, provider, { type, settings: {} }).map(({ name }) => name);
    expect(shown('sms')).toEqual([]);
    expect(shown('whatsapp')).toEqual(['window']);
  });

  it('counts characters as people do', () => {
    expect(checkChannel({ ...filled, name: '📱'.repeat(50) }, provider)).toEqual({});
  });

  it('asks for no credential that is stored', () => {
    expect(checkChannel(readChannel(channel), provider, channel.credentials_set)).toEqual({});
    expect(checkChannel(readChannel(channel), provider, ['sid'])).toEqual({ token: 'Auth token is needed.' });
  });

  it('leaves a pattern that the browser does not know to the server', () => {
    const odd = { ...provider, settings: [{ ...provider.settings[0], pattern: '(?P<x>a)' }] } as Provider;
    expect(checkChannel({ ...filled, settings: { sender: 'b' } }, odd)).toEqual({});
  });

  it('anchors every alternative of a pattern', () => {
    expect(checkChannel({ ...filled, settings: { sender: 'x123y' } }, provider)).toHaveProperty('sender');
  });
});

describe('bodies', () => {
  it('leave out what is empty', () => {
    expect(newChannelBody({ ...filled, baseUrl: ' ', credentials: { sid: ' ACbeef ', token: '' } })).toEqual({
      name: 'My SMS',
      type: 'sms',
      kind: 'twilio',
      credentials: { sid: 'ACbeef' },
      settings: {},
    });
  });

  it('change only what differs', () => {
    const form = readChannel(channel);
    expect(channelPatch(form, channel)).toBeUndefined();
    expect(channelPatch({ ...form, name: 'Other', settings: { sender: '' } }, channel)).toEqual({
      name: 'Other',
      settings: { sender: '' },
    });
    expect(channelPatch({ ...form, credentials: { token: 'new' } }, channel)).toEqual({
      credentials: { token: 'new' },
    });
  });

  it('say when a change takes the channel out of use', () => {
    expect(unbinds({ name: 'x', remarks: 'y' })).toBe(false);
    expect(unbinds({ settings: { sender: 'x' } })).toBe(true);
    expect(unbinds({ settings: { messages_per_second: '2' } })).toBe(false);
    expect(unbinds(undefined)).toBe(false);
  });
});

describe('words', () => {
  it('are there for every status', () => {
    expect(
      (['bound', 'unbound', 'suspended'] as const).map((status) => channelStatusLook(status).label),
    ).toEqual(['Bound', 'Not bound', 'Suspended']);
  });

  it('are there for channel types of a newer server', () => {
    expect(channelTypeLook('rcs')).toEqual({ title: 'rcs', hue: 'slate' });
    expect(channelTypeLook('constructor')).toEqual({ title: 'constructor', hue: 'slate' });
    expect(channelTypeLook('whatsapp').title).toBe('WhatsApp');
  });
});

describe('laidOut', () => {
  const names = (form: ChannelForm, known = provider) =>
    laidOut(known, form).map(
      ({ section: { name }, fields }) => `${name}: ${fields.map(({ field }) => field.name).join(' ')}`,
    );

  it('has each field in its section, the address of the API last', () => {
    expect(names(filled)).toEqual(['account: sid token sender', 'more: base_url']);
  });

  it('leaves out what does not matter, and sections with nothing in them', () => {
    const waba = field('waba', 'Account', { types: ['whatsapp'] });
    const templates = section('templates', ['waba']);
    const trial = section('trial', [], { trial: 'callback' });
    const known = {
      ...provider,
      settings: [...provider.settings, waba],
      sections: [...provider.sections, templates, trial],
    };
    expect(names(filled, known).slice(2)).toEqual(['trial: ']);
    expect(names({ ...filled, type: 'whatsapp' }, known).slice(2)).toEqual(['templates: waba', 'trial: ']);
  });

  it('reads and writes each field where it is kept', () => {
    const form: ChannelForm = { ...filled, baseUrl: 'https://proxy.example.com' };
    const placed = laidOut(provider, form).flatMap(({ fields }) => fields);
    for (const one of placed) {
      const changed = { ...form, ...withValue(form, one, 'other') };
      expect(textOf(changed, one), one.field.name).toBe('other');
    }
    expect(new Set(placed.map(({ part }) => part))).toEqual(new Set(['credentials', 'settings', 'address']));
  });

  it('counts what says something of its own', () => {
    const { fields } = laidOut(provider, filled)[0] ?? { fields: [] };
    const empty: ChannelForm = { ...filled, credentials: {}, settings: {} };
    expect(filledIn(fields, empty, [])).toBe(0);
    expect(filledIn(fields, empty, ['sid'])).toBe(1);
    expect(filledIn(fields, { ...empty, settings: { sender: ' 12345 ' } }, ['sid', 'token'])).toBe(3);
  });

  it('knows where something is wrong', () => {
    const [account, more] = laidOut(provider, filled);
    expect(hasProblem(account?.fields ?? [], { sid: 'Wrong' })).toBe(true);
    expect(hasProblem(more?.fields ?? [], { sid: 'Wrong' })).toBe(false);
    expect(hasProblem(more?.fields ?? [], { base_url: 'Wrong' })).toBe(true);
  });
});
