import { describe, expect, it } from 'vitest';
import type { DeclaredInput } from '@/runs/startInputs';
import { curlExample, exampleValue } from './curl';
import { checkPassword } from './password';
import { grantableRoles, roleLabel } from './roles';

const input = (name: string, type: string, example = ''): DeclaredInput => ({
  name,
  type,
  title: name,
  help: '',
  example,
  required: true,
  secret: false,
});

describe('curlExample', () => {
  it('is a command that a shell takes as it is', () => {
    const command = curlExample('https://sluice.example', 'f1', [
      input('to', 'phone'),
      input('note', 'string', "it's"),
    ]);
    expect(command).toContain(`curl -X POST 'https://sluice.example/api/v1/flows/f1/runs'`);
    expect(command).toContain('"to": "+639171234567"');
    expect(command).toContain(`"note": "it'\\''s"`);
    expect(command).toContain('$SLUICE_API_KEY');
    expect(
      command
        .split('\n')
        .slice(0, 4)
        .every((line) => line.endsWith(' \\')),
    ).toBe(true);
  });
});

describe('exampleValue', () => {
  it.each([
    [input('a', 'integer', '42'), 42],
    [input('a', 'integer', 'many'), 1],
    [input('a', 'boolean'), true],
    [input('a', 'string', 'Ann'), 'Ann'],
    [input('a', 'unheard_of'), 'text'],
  ])('%#', (declared, value) => {
    expect(exampleValue(declared)).toBe(value);
  });
});

describe('grantableRoles', () => {
  it('never goes above the own role', () => {
    expect(grantableRoles('admin').map((role) => role.value)).toEqual([
      'viewer',
      'operator',
      'editor',
      'admin',
    ]);
    expect(grantableRoles(null)).toEqual([]);
    expect(roleLabel('admin')).toBe('Administrator');
  });
});

describe('checkPassword', () => {
  it.each([
    ['short', 'short', 'password'],
    ['long enough', 'long enougj', 'again'],
  ])('%s / %s', (password, again, field) => {
    expect(Object.keys(checkPassword(password, again))).toEqual([field]);
  });

  it('accepts a long one that was typed twice', () => {
    expect(checkPassword('correct horse', 'correct horse')).toEqual({});
  });
});
