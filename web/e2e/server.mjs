import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../bin/sluice', import.meta.url));
const startWithinMs = 30_000;

/**
 * Starts the built program as `make run` does, or without the demo as in production, on a
 * free port with data of its own.
 * SLUICE_BINARY names another binary; `env` adds to its environment, and `addr` is where it listens.
 * Returns its address and how to stop it.
 */
export async function startServer({ demo = true, addr = '127.0.0.1:0', env = {} } = {}) {
  const binary = process.env.SLUICE_BINARY ?? built;
  if (!existsSync(binary)) throw new Error(`There is no ${binary}. Build it first: make build`);
  const data = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  let running = await startProcess(binary, data, { demo, addr, env });
  const { address } = running;
  return {
    address,
    /** What the server logged since it was started last. */
    log: () => running.output(),
    /** Ends the server at once, as a crash or a power cut does. */
    async kill() {
      running.server.kill('SIGKILL');
      await running.ended;
    },
    /** Starts it again at the same address on the same data. */
    async restart() {
      running = await startProcess(binary, data, { demo, addr: new URL(address).host, env });
    },
    async stop() {
      running.server.kill('SIGTERM');
      await running.ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Runs the program and waits until it says where it can be reached. */
async function startProcess(binary, data, { demo, addr, env }) {
  const server = spawn(
    binary,
    ['serve', ...(demo ? ['--demo'] : []), '--addr', addr, '--db', `sqlite:${join(data, 'sluice.db')}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
    },
  );
  let output = '';
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`The server did not start:\n${output}`)), startWithinMs);
    const read = (chunk) => {
      output += chunk;
      const found = /running at (http:\/\/\S+)/.exec(output);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
  });
  return { server, address, ended, output: () => output };
}
