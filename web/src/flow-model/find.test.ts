import { describe, expect, it } from 'vitest';
import { searchText } from './find';
import { nodeOf } from './flow';
import { sampleFlow, sendType, types } from './testing';

const textOf = (id: string) => {
  const node = nodeOf(sampleFlow(), id);
  if (!node) throw new Error(`The sample flow has no ${id}`);
  return searchText(node, types.get(node.type));
};

describe('searchText', () => {
  it('has the id, the type, its title and channel, and the config', () => {
    const text = textOf('viber');
    for (const part of ['viber', 'send', sendType.title, 'sms', '{{number}}', 'Code {{code}}', '30s'])
      expect(text).toContain(part);
  });

  it('has what lists and numbers hold', () => {
    expect(textOf('country')).toContain('Philippines');
    expect(textOf('back')).toContain('3');
  });

  it('works for a node of an unknown type without a config', () => {
    expect(searchText({ id: 'x', type: 'fax' }, undefined)).toBe('x\nfax');
  });
});
