import { join } from 'node:path';
import { startNode } from '../support/child';

/** The gateway in a process of its own, because its packages are not ours. */
export interface Gateway {
  /** Its GraphQL address. */
  url: string;
  /** What the composer has to say about subgraphs that compose. */
  hints: { code: string; coordinate: string | null; message: string }[];
  supergraphSdl: string;
  close(): Promise<void>;
}

/**
 * Composes the subgraph at `reconUrl` with the storefront and customers peers and serves them.
 * `headers` are sent when the SDL is fetched; callers' own `authorization` and `x-recon-actor` are
 * forwarded. Rejects with the composer's errors where the three do not compose.
 */
export async function startGateway(
  reconUrl: string,
  headers: Record<string, string> = {},
): Promise<Gateway> {
  const args = [join(__dirname, 'start.mjs'), '--recon', reconUrl, '--exit-with-stdin'];
  for (const [name, value] of Object.entries(headers)) args.push('--header', `${name}: ${value}`);
  const child = startNode(args, { PATH: process.env['PATH'] });
  const { url, hints, supergraphSdl } = await child.ready(() => jsonLine(child.output()));
  return { url, hints, supergraphSdl, close: () => child.stop() };
}

/** The first line of JSON that says where the gateway is; null until it is there. */
function jsonLine(output: string): Omit<Gateway, 'close'> | null {
  const line = /^\{"url":.*\}\n/m.exec(output);
  return line === null ? null : JSON.parse(line[0]);
}
