import assert from 'node:assert/strict';
import { becomes } from './patience.mjs';

/*
 * What tests set up and look up without clicking. Where clicking is what a test is about, it
 * clicks.
 */

/**
 * Asks the API as the page's person, who is signed in to the demo workspace unless somebody
 * signed in before; no page has to be open for it. Returns what it answered.
 */
export async function call(page, method, path, body, headers = {}) {
  const context = page.context();
  if ((await context.cookies()).length === 0) await ask(context, 'POST', '/session/demo');
  return ask(context, method, path, body, headers);
}

async function ask(context, method, path, body, headers) {
  const answer = await context.request.fetch(`/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export const get = (page, path) => call(page, 'GET', path);

/** Puts a flow on the server. Returns its id. */
export async function importFlow(page, flow) {
  return (await call(page, 'POST', '/flows/import', flow)).id;
}

/** The id of the demo's example. */
export async function exampleId(page) {
  const { items } = await get(page, '/flows?q=OTP');
  return items.find(({ name }) => name === 'OTP by country').id;
}

/** A copy of the demo's example, for a test that changes it. Returns its id. */
export async function copyOfExample(page) {
  return (await call(page, 'POST', `/flows/${await exampleId(page)}/duplicate`)).id;
}

/** Runs the demo's example. Returns the run's id. */
export async function startExample(page, phone, code) {
  const inputs = { customerPhoneNumber: phone, verificationCode: code };
  return (await call(page, 'POST', `/flows/${await exampleId(page)}/runs`, { inputs })).id;
}

/** Waits until a run has come to its end. Returns it. */
export function completed(page, run) {
  return becomes(
    () => get(page, `/runs/${run}`),
    ({ status }) => status === 'completed',
    `the run ${run}`,
  );
}
