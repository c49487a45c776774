import { type FastifyInstance } from 'fastify';
import { unavailable } from './http-problem';

/** Adds the hooks of draining to `app`; answers the one function that closes it, once. */
export function drainable(
  app: FastifyInstance,
  graceMs: number,
  stop: () => Promise<void>,
): () => Promise<void> {
  let closing: Promise<void> | null = null;
  // A kept-alive connection may bring a new request while we wait for the old ones.
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing ? unavailable('The server is shutting down; try again.') : undefined);
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
  const drain = async () => {
    const cut = setTimeout(() => {
      app.server.closeAllConnections();
    }, graceMs);
    try {
      await app.close();
    } finally {
      clearTimeout(cut);
      await stop();
    }
  };
  return () => (closing ??= drain());
}
