// The compiled server as a process that can be killed and started again on the same data.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');
const READY_MS = 20_000;

/**
 * @param {Record<string, string>} env what differs from a development server
 */
export async function serverOn(env) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child = null;
  const endWithUs = () => child?.kill('SIGKILL');
  process.on('exit', endWithUs);
  return {
    url,
    /** Resolves when it serves; throws what it wrote when it ends or 20 s pass instead. */
    async start() {
      let written = '';
      child = spawn(process.execPath, [MAIN], {
        env: { PATH: process.env.PATH, NODE_ENV: 'development', PORT: String(port), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => (written = (written + text).slice(-4_000)));
      }
      const deadline = Date.now() + READY_MS;
      while (isRunning(child) && Date.now() < deadline) {
        await wait(40);
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        if (answer?.ok) return;
      }
      throw new Error(`the server did not start again: ${written.trim() || 'it said nothing'}`);
    },
    /** SIGKILL: nothing of ours runs after it. */
    async kill() {
      if (child === null || !isRunning(child)) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const isRunning = ({ exitCode, signalCode }) => exitCode === null && signalCode === null;

/** Free a moment ago; kept for all starts, so that callers find it again. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
