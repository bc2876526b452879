import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFront } from './front.mjs';
import { becomes, patienceMs } from './patience.mjs';

const built = fileURLToPath(new URL('../../bin/sluice', import.meta.url));

/** What the servers of this process log, by address. */
const logs = new Map();

/** What the server at an address logged since it was started last. */
export function logAt(address) {
  return logs.get(address)?.() ?? '';
}

/**
 * Starts the built program as `make run` does, or without the demo as in production, on a
 * free port with data of its own. With `front` it is reached through an address that is
 * known to it, to vendors and to browsers from before it starts until after it is killed.
 * SLUICE_BINARY names another binary; `env` adds to its environment.
 * Returns its address and how to stop it.
 */
export async function startServer({ demo = true, front = false, env = {} } = {}) {
  const binary = process.env.SLUICE_BINARY ?? built;
  if (!existsSync(binary)) throw new Error(`There is no ${binary}. Build it first: make build`);
  const data = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  const door = front ? await openFront() : undefined;
  const start = async () => {
    const running = await startProcess(binary, data, {
      demo,
      env: door ? { SLUICE_PUBLIC_URL: door.address, ...env } : env,
    });
    door?.leadTo(running.address);
    return running;
  };
  let running = await start().catch(async (error) => {
    await door?.close();
    throw error;
  });
  let alive = true;
  const address = door?.address ?? running.address;
  const log = () => running.output();
  logs.set(address, log);
  return {
    address,
    log,
    /** Waits until the server logged something like that; returns the match. */
    says: (pattern) =>
      becomes(
        () => pattern.exec(log()),
        (found) => found !== null,
        `the log of the server, for ${pattern},`,
      ),
    /** Ends the server at once, as a crash or a power cut does. */
    async kill() {
      alive = false;
      door?.leadTo(undefined);
      running.server.kill('SIGKILL');
      await running.ended;
    },
    /** Starts it again on the same data, if it was killed; takes `front`, or it comes back at another address. */
    async restart() {
      if (alive) return;
      running = await start();
      alive = true;
    },
    async stop() {
      running.server.kill('SIGTERM');
      await running.ended;
      await door?.close();
      logs.delete(address);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Runs the program and waits until it says where it can be reached. */
async function startProcess(binary, data, { demo, env }) {
  const server = spawn(
    binary,
    [
      'serve',
      ...(demo ? ['--demo'] : []),
      '--addr',
      '127.0.0.1:0',
      '--db',
      `sqlite:${join(data, 'sluice.db')}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
    },
  );
  let output = '';
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      server.kill('SIGKILL');
      reject(new Error(`The server did not start:\n${output}`));
    }, patienceMs);
    const read = (chunk) => {
      output += chunk;
      const found = /msg=serving url=(http:\/\/\S+)/.exec(output);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`The server ended with ${code}:\n${output}`));
    });
  });
  return { server, address, ended, output: () => output };
}
