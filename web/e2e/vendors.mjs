import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds and starts the fakes. They end with their standard input. */
export async function startVendors() {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-vendors-'));
  const binary = join(dir, 'fakevendors');
  await promisify(execFile)('go', ['build', '-o', binary, './server/channels/vendortest/fakevendors'], {
    cwd: root,
  });
  const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const said = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output));
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`The fakes ended with ${status}.`)));
  });
  const ask = async (path, init) => {
    const answer = await fetch(said.control + path, init);
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer;
  };
  return {
    ...said,
    put: (path, body) => ask(path, { method: 'PUT', body: JSON.stringify(body) }),
    get: async (path) => (await ask(path)).json(),
    async stop() {
      child.stdin.end();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
