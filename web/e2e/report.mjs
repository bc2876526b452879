import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/*
 * What a failed test tells somebody who sees its text only: the step, what the page showed
 * around it, what the browser complained of, what the server said last. A few KB in all.
 */

const limits = { snapshot: 3_500, console: 1_500, requests: 1_500, server: 2_500, lines: 60 };
/** How long a page that may be stuck is asked for each thing. */
const askMs = 5_000;

/** Listens to all pages of a context. Returns its findings, which fill up as things happen. */
export function listen(context) {
  const heard = { faults: [], console: [], requests: [] };
  const began = performance.now();
  const at = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  context.on('page', (page) => {
    page.on('pageerror', (error) => {
      heard.faults.push(String(error));
      heard.console.push(`${at()} exception: ${error.stack ?? error}`);
    });
    page.on('crash', () => heard.console.push(`${at()} the page crashed`));
    page.on('console', (message) => {
      const type = message.type();
      if (type !== 'error' && type !== 'warning') return;
      // Browsers report every answer of 400 and more as an error; those are the app's to handle.
      if (message.text().startsWith('Failed to load resource')) return;
      heard.console.push(`${at()} ${type}: ${message.text()}`);
      if (type === 'error') heard.faults.push(message.text());
    });
  });
  context.on('requestfailed', (request) =>
    heard.requests.push(
      `${at()} ${request.method()} ${pathOf(request.url())}: ${request.failure()?.errorText ?? 'failed'}`,
    ),
  );
  context.on('response', (answer) => {
    if (answer.status() >= 400)
      heard.requests.push(
        `${at()} ${answer.request().method()} ${pathOf(answer.url())}: ${answer.status()} ${answer.statusText()}`,
      );
  });
  return heard;
}

/**
 * Adds to an error what a person needs to mend its cause from afar. The runner prints an
 * error's stack, so that is where it stands.
 */
export async function explain(error, { context, heard, log, picture }) {
  const sections = [`Step: ${stepOf(error)}`];
  for (const [index, page] of context.pages().entries())
    sections.push(await looksOf(page, context.pages().length > 1 ? ` ${index + 1}` : '', wordsOf(error)));
  sections.push(section('Console', tail(heard.console.join('\n'), limits.console)));
  sections.push(section('Requests that failed', tail(heard.requests.join('\n'), limits.requests)));
  sections.push(section("The server's last words", tail(log, limits.server)));
  if (picture) sections.push(`Picture: ${picture}`);
  const explained = error instanceof Error ? error : new Error(String(error));
  explained.stack = stripVTControlCharacters(`${explained.stack}\n\n${sections.join('\n')}\n`);
  return explained;
}

/** The test's own line that failed, with its text. */
function stepOf(error) {
  // Playwright's frames have paths, Node's have addresses.
  const found = /(?:file:\/\/)?(\/[^\s()]+\.test\.mjs):(\d+):\d+/.exec(String(error?.stack));
  if (!found) return 'unknown';
  const [, address, number] = found;
  const path = decodeURI(address);
  const lines = readFileSync(path, 'utf8').split('\n');
  const line = Number(number);
  return `${basename(path)}:${line}\n${lines
    .slice(Math.max(0, line - 3), line + 1)
    .map((text, index) => `  ${Math.max(0, line - 3) + index + 1 === line ? '>' : ' '} ${text}`)
    .join('\n')}`;
}

/** What a page shows: its address, what has the focus, and the accessibility tree around what was looked for. */
async function looksOf(page, number, words) {
  if (page.isClosed()) return `Page${number}: closed`;
  const focus = await asked(() => page.evaluate(focused), 'not to be had');
  const snapshot = await asked(() => page.locator('body').ariaSnapshot({ timeout: askMs }), 'not to be had');
  return [
    `Page${number}: ${page.url()}`,
    `Focus: ${focus}`,
    section('What it shows', around(snapshot, words)),
  ].join('\n');
}

/** An answer, or this when the page does not give one in time. */
async function asked(question, otherwise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`${otherwise}: no answer within ${askMs / 1000} s`), askMs);
  });
  try {
    return await Promise.race([question(), late]);
  } catch (error) {
    return `${otherwise}: ${String(error.message).split('\n', 1)[0]}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs in the page: what has the focus. */
function focused() {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body) return 'nothing';
  return activeElement.cloneNode(false).outerHTML.slice(0, 200);
}

/** The words that the failed step names: quoted ones, and those in regular expressions. */
function wordsOf(error) {
  const first = String(error?.message).slice(0, 2_000);
  return [...first.matchAll(/["'`/]([^"'`/\n]{3,80})["'`/]/g)].map(([, words]) =>
    words.replace(/[\\^$]/g, '').toLowerCase(),
  );
}

/**
 * The lines of a snapshot that are worth their place: an open dialog, what is near the words
 * that were looked for, and the beginning.
 */
function around(snapshot, words) {
  const lines = snapshot.split('\n').filter((line) => !/^\s*- \/url:/.test(line));
  const worth = lines.map((line, index) => {
    const low = line.toLowerCase();
    if (/^\s*- (alertdialog|dialog|menu|listbox|alert)\b/.test(line)) return { index, reach: 20, weight: 3 };
    if (words.some((word) => low.includes(word))) return { index, reach: 5, weight: 2 };
    return { index, reach: 0, weight: 0 };
  });
  const kept = new Set();
  let size = 0;
  const keep = (index) => {
    if (index < 0 || index >= lines.length || kept.has(index)) return;
    if (kept.size >= limits.lines || size + lines[index].length > limits.snapshot) return;
    kept.add(index);
    size += lines[index].length + 1;
  };
  for (const weight of [3, 2])
    for (const { index, reach } of worth.filter((one) => one.weight === weight)) {
      keep(index);
      for (let away = 1; away <= reach; away++) for (const near of [index + away, index - away]) keep(near);
    }
  for (let index = 0; index < lines.length; index++) keep(index);
  const shown = [...kept].sort((a, b) => a - b);
  return shown
    .map((index, at) => (at > 0 && index > shown[at - 1] + 1 ? `  …\n${lines[index]}` : lines[index]))
    .join('\n');
}

function section(title, text) {
  if (!text?.trim()) return `${title}: nothing`;
  return `${title}:\n${text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line.slice(0, 300)}`)
    .join('\n')}`;
}

/** The end of a text, from the beginning of a line. */
function tail(text, most) {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  return `…${end.slice(end.indexOf('\n'))}`;
}

function pathOf(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
