import { connect, createServer } from 'node:net';

/**
 * Opens an address that stays while the server behind it comes and goes: a port that was
 * looked for and let go of, to be taken later, may be somebody else's by then.
 */
export async function openFront() {
  let target;
  const sockets = new Set();
  const own = (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever breaks off breaks off for both.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const listener = createServer((client) => {
    own(client);
    if (!target) {
      client.resetAndDestroy();
      return;
    }
    const behind = own(connect(target));
    client.pipe(behind).pipe(client);
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${listener.address().port}`,
    /** Leads to the server at this address from now on; to none when it is left out. */
    leadTo(address) {
      target = address && { host: '127.0.0.1', port: Number(new URL(address).port) };
    },
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
