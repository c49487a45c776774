import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** `npm test` builds it before jest starts; by hand: `npm run build`. */
const SCRIPT = join(__dirname, '..', 'fault', 'killed-change.js');

/** What the child does and when it dies: test/fault/killed-change.js. */
export interface Job {
  readonly target: { readonly url: string | null; readonly file: string };
  readonly settings: object;
  readonly now: string;
  /** Of the command. */
  readonly name: string;
  readonly request: object;
  /** Number of the statement, from 1; null: it lives. */
  readonly killBefore: number | null;
  readonly underWay: boolean;
}

/** How it ended: `SIGKILL`, or an exit code with what it wrote. */
export interface End {
  readonly how: string;
  readonly output: string;
}

export function runChange(job: Job): Promise<End> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ how: signal ?? `exit ${code}`, output });
    });
  });
}

/** All of it, a few at a time: a child takes a core while it starts. */
export async function inBatches<In, Out>(
  all: readonly In[],
  size: number,
  work: (one: In) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < all.length; at += size) {
    done.push(...(await Promise.all(all.slice(at, at + size).map(work))));
  }
  return done;
}
