import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from './child';

/** `npm test` builds it before jest starts; by hand: `npm run build`. */
const SERVER = join(__dirname, '..', '..', 'dist', 'src', 'main.js');

/** The compiled server as a process of its own. */
export interface ReconServer {
  /** e.g. `http://127.0.0.1:41234`, for the routes beside GraphQL. */
  origin: string;
  /** The GraphQL address. */
  url: string;
  /** Ends it in order and removes its data. */
  close(): Promise<void>;
}

/**
 * A server on the embedded database, empty, on a free loopback port, in development mode: the
 * header `x-recon-actor` names the caller. `env` adds to its environment, which is otherwise
 * independent of ours. Resolves when it is ready to serve.
 */
export async function startRecon(env: Record<string, string> = {}): Promise<ReconServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'recon-data-'));
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = startNode(['--enable-source-maps', SERVER], {
    PATH: process.env['PATH'],
    NODE_ENV: 'development',
    PORT: String(port),
    RECON_ADMIN_PORT: '0',
    RECON_DATA_DIR: dataDir,
    RECON_LOG_LEVEL: 'warn',
    ...env,
  });
  try {
    await server.ready(() => isReady(origin));
  } catch (error) {
    await removeData();
    throw error;
  }
  const close = async () => {
    await server.stop();
    await removeData();
  };
  return { origin, url: `${origin}/graphql`, close };
}

async function isReady(origin: string): Promise<true | null> {
  const response = await fetch(`${origin}/readyz`).catch(() => null);
  return response?.ok === true ? true : null;
}

/** Free a moment ago, which is good enough: the system does not give the same one out twice soon. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
