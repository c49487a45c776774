import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const KEPT_OUTPUT = 4_000;

/** A program a test runs beside itself. */
export interface Child {
  /** Everything it wrote last, both streams; for messages of failing tests. */
  output(): string;
  /** Resolves to what `probe` answers first besides null; rejects when the program ends or 20 s pass. */
  ready<T>(probe: () => T | null | Promise<T | null>): Promise<T>;
  /** SIGTERM, and SIGKILL after 10 s. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Runs `node` with `args`. Its stdin ends when the test process does. */
export function startNode(args: string[], env: NodeJS.ProcessEnv): Child {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text));
  }
  const output = () => written;
  return { output, ready: (probe) => untilReady(child, output, probe), stop: () => stop(child) };
}

async function untilReady<T>(
  child: ChildProcess,
  output: () => string,
  probe: () => T | null | Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && isRunning(child)) {
    const answer = await probe();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const how = isRunning(child)
    ? `was not ready after ${START_TIMEOUT_MS / 1000} s`
    : `ended with ${child.exitCode ?? child.signalCode}`;
  await stop(child);
  throw new Error(`${child.spawnargs.join(' ')} ${how}:\n${output().slice(-KEPT_OUTPUT)}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
