// Fails when the committed API types are not what the OpenAPI description gives.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = fileURLToPath(new URL('.', import.meta.url));
const committed = join(tools, '../src/api/schema.gen.ts');
const folder = mkdtempSync(join(tmpdir(), 'sluice-api-types-'));
const fresh = join(folder, 'schema.gen.ts');

try {
  if (!existsSync(join(tools, 'node_modules'))) run('npm', ['ci', '--silent']);
  run(process.execPath, ['generate-api-types.mjs', fresh]);
  if (readFileSync(fresh, 'utf8') !== readFileSync(committed, 'utf8')) {
    console.error('src/api/schema.gen.ts is older than server/api/openapi.yaml. Run: npm run api:generate');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: tools, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}`);
}
