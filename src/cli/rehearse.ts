import { printFigure } from './figure';
import { clientOf } from './rehearsal/client';
import { type Options, readOptions, USAGE } from './rehearsal/options';
import { startOwnServer } from './rehearsal/own-server';
import { perform, type Verdict } from './rehearsal/perform';
import { authorized, captured } from './rehearsal/play';

/** Exit code of sysexits.h: the arguments are wrong. */
const EX_USAGE = 64;
const PLAYS = [authorized, captured];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `npm run rehearse`: plays S2.35 and its captured twin over HTTP, prints the three signals of S2.40 of each. */
async function main(args: readonly string[]): Promise<void> {
  const options = read(args);
  if (options === null) {
    process.exitCode = EX_USAGE;
    return;
  }
  const own = options.url === null ? await startOwnServer() : null;
  const url = options.url ?? own?.url ?? '';
  say(`Rehearsing on ${url}${own === null ? '' : ' (a server of our own, empty)'}`);
  let passed = 0;
  try {
    const client = clientOf({ ...options, url });
    for (const play of PLAYS) {
      const verdicts = await perform(client, play);
      say(`\n${play.title}`);
      verdicts.forEach(tell);
      if (verdicts.every(({ problems }) => problems.length === 0)) passed += 1;
    }
  } finally {
    await own?.close();
  }
  say('');
  printFigure('rehearsals_passed', passed, PLAYS.length, passed === PLAYS.length);
}

function read(args: readonly string[]): Options | null {
  try {
    return readOptions(args, process.env);
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'the arguments cannot be read';
    process.stderr.write(`${problem}\n\n${USAGE}\n`);
    return null;
  }
}

function tell({ name, seen, problems }: Verdict): void {
  const isOk = problems.length === 0;
  say(`  ${isOk ? 'pass' : 'FAIL'}  ${name}: ${isOk ? seen : problems.join('; ')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'could not rehearse'}\n`);
  process.exitCode = 1;
});
