import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/**
 * How long anything may take before a test gives up on it, in milliseconds: the one
 * such number of these tests. A machine that is busy with other things takes its
 * time; nobody waits that long when all is well, since everything is awaited by what it
 * does, never by the clock.
 */
export const patienceMs = 60_000;

/** How long a whole test may take before it is told to be stuck: many steps, each with little patience left. */
export const testWithinMs = 8 * 60_000;

/** How often what cannot tell by itself is asked. */
const askEveryMs = 40;

/**
 * Reads something again and again until it is what was wanted: a value, or what a
 * predicate holds of. Returns what was read. What it was at last stands in the error.
 */
export async function becomes(read, wanted, what = String(read)) {
  const fits = typeof wanted === 'function' ? wanted : (value) => isDeepStrictEqual(value, wanted);
  const late = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (performance.now() > late) {
      if (typeof wanted === 'function')
        assert.fail(`${what} did not come to fit ${wanted}; it is ${JSON.stringify(value)}`);
      assert.deepEqual(value, wanted, `${what} did not come to be that`);
    }
    await pause(askEveryMs);
  }
}
