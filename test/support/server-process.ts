import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** `npm test` builds it before jest starts; by hand: `npm run build`. */
const MAIN = join(__dirname, '..', '..', 'dist', 'src', 'main.js');
const READY_MS = 20_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled server, started as an operator starts it. */
export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Resolves when it serves; rejects with what it wrote when it ends instead, or 20 s pass. */
  ready(): Promise<void>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

const started: ServerProcess[] = [];

/** Ends what a failing test left running. */
export async function endServers(): Promise<void> {
  for (const one of started.splice(0)) {
    one.kill('SIGKILL');
    await one.exited;
  }
}

export async function startServerProcess(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], PORT: String(port), RECON_ADMIN_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  const url = `http://127.0.0.1:${port}`;
  const server: ServerProcess = {
    url,
    port,
    pid: child.pid!,
    exited,
    async ready() {
      const deadline = Date.now() + READY_MS;
      while (child.exitCode === null && Date.now() < deadline) {
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        if (answer?.ok === true) return;
        await wait(15);
      }
      throw new Error(`not ready: ${written.stdout}${written.stderr}`);
    },
    kill: (signal) => void child.kill(signal),
  };
  started.push(server);
  return server;
}

/** Free a moment ago, which is good enough: the system does not give the same one out twice soon. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
