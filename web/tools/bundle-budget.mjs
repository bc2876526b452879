// Fails when what a browser must load before the first screen grows beyond the
// budget: the entry script and everything it imports statically, gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetKiB = 220;
const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');

const seen = new Set();
for (const [, path] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) visit(path);

let total = 0;
for (const path of [...seen].sort()) {
  const size = gzipSync(readFileSync(new URL(path, dist))).length;
  total += size;
  console.log(`${path.padEnd(48)} ${(size / 1024).toFixed(1).padStart(7)} KiB`);
}
console.log(
  `${'initial JavaScript, gzipped'.padEnd(48)} ${(total / 1024).toFixed(1).padStart(7)} KiB of ${budgetKiB}`,
);
if (seen.size === 0) {
  console.error('dist/index.html loads no script: the build is broken.');
  process.exit(1);
}
if (total > budgetKiB * 1024) {
  console.error(
    'The initial JavaScript is over its budget. Load what the first screen does not need lazily.',
  );
  process.exit(1);
}

function visit(path) {
  if (seen.has(path)) return;
  seen.add(path);
  const code = readFileSync(new URL(path, dist), 'utf8');
  for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g))
    visit(`assets/${name}`);
}
