import { type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { type Registry } from 'prom-client';
import { readiness, type Readiness } from './health-routes';

export interface AdminOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly registry: Registry;
  readonly ready: () => Promise<Readiness>;
}

/** The port for operators, never public: metrics, and which dependency is not ready. */
export async function startAdmin(
  options: AdminOptions,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { host, registry } = options;
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.get('/readyz', async (_request, reply) => {
    const answer = await readiness(options.ready);
    return reply.code(answer.ok ? 200 : 503).send(answer);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ status: 'not found' }));
  await app.listen({ host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => app.close(),
  };
}
