import { describe, expect, it } from 'vitest';
import { boundWords } from './bound';

describe('boundWords', () => {
  it('says the worst case', () => {
    expect(boundWords({ steps: 6, messages: 3, duration: '1m30s' }).words).toBe(
      'Worst case: 6 steps, 3 messages, 1 min 30 s',
    );
  });
  it('counts one as one', () => {
    expect(boundWords({ steps: 1, messages: 1, duration: '0s' }).words).toBe(
      'Worst case: 1 step, 1 message, 0 s',
    );
  });
  it('says why there is no limit', () => {
    const { words, help } = boundWords({
      steps: 2,
      messages: 0,
      duration: 'unbounded',
      unbounded: true,
      reason: 'a wait has no deadline',
    });
    expect(words).toContain('no limit in time');
    expect(help).toContain('a wait has no deadline');
  });
  it('says that it is an upper bound', () => {
    expect(boundWords({ steps: 1000, messages: 9, duration: '1h', at_most: true }).words).toBe(
      'Worst case: at most 1,000 steps, 9 messages, 1 h',
    );
  });
  it('waits for the errors to go', () => {
    expect(boundWords(null).words).toContain('known once the errors are fixed');
  });
});
