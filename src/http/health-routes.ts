import { type FastifyInstance } from 'fastify';
import { within } from './deadline';

export interface Readiness {
  readonly ok: boolean;
  /** Name of the thing we depend on, and how it is; told on the admin port only. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Shorter than a load balancer's own patience. */
const READY_MS = 2000;

/** Liveness asks whether the process answers, readiness whether it can work. */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<Readiness>): void {
  app.get('/livez', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { ok } = await readiness(ready);
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable' });
  });
}

/** A check that fails or hangs is an answer too. */
export async function readiness(ready: () => Promise<Readiness>): Promise<Readiness> {
  return within(READY_MS, ready).catch(() => ({ ok: false, checks: { readiness: 'no answer' } }));
}
