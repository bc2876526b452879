import { launchBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { startVendors } from './vendors.mjs';

/**
 * What the tests of a file play on: a server (see startServer for the options), a browser and,
 * with `vendors`, the fakes of vendors, all started at once; the server then may call them, and
 * has an address for their receipts that is known before. What did start is ended again when
 * another did not: a browser that is left over would keep the file from ending.
 */
export async function openStage({ vendors = false, ...options } = {}) {
  const opened = await Promise.allSettled([
    startServer(vendors ? { front: true, env: { SLUICE_EGRESS_ALLOW: '127.0.0.0/8' }, ...options } : options),
    launchBrowser(),
    vendors ? startVendors() : undefined,
  ]);
  const failed = opened.find(({ status }) => status === 'rejected');
  const [server, browser, fakes] = opened.map(({ value }) => value);
  const stage = { server, browser, vendors: fakes };
  if (!failed) return stage;
  await closeStage(stage);
  throw failed.reason;
}

/** Ends all of it. */
export async function closeStage({ server, browser, vendors }) {
  await browser?.close();
  await server?.stop();
  await vendors?.stop();
}
