import { existsSync } from 'node:fs';
import { migrations } from '../../migrations';
import { databaseFile, readConfig, type Config } from '../config';
import { DatabaseInUse, openDatabase, type Database } from '../db/database';
import { entities } from '../db/entities';
import { classify } from '../db/error-class';
import { MysqlUnreachable } from '../db/mysql-target';
import { journalKey } from '../journal/journal-key';
import { verifyJournal, type Verification } from '../journal/verify-journal';

/** Exit codes beside 0 and 1, as sysexits.h names them. */
const EXIT = { noInput: 66, unavailable: 69, software: 70, inUse: 75, config: 78 } as const;
const PAGE = 10_000;
const REPORT_EVERY = 100_000;

/**
 * `npm run verify-journal`: recomputes the whole journal and its seals. 0: valid; 1: the last line
 * names the first bad record; 66: there is no database; 69: it does not answer; 75: a running server
 * holds the embedded database; 78: the configuration is not valid.
 */
export async function main(env: NodeJS.ProcessEnv, print: (line: string) => void): Promise<number> {
  const read = readConfig(env);
  if (!read.ok) {
    read.problems.forEach(print);
    return EXIT.config;
  }
  try {
    return await verifyDatabase(read.config, print);
  } catch (error) {
    if (error instanceof DatabaseInUse || error instanceof MysqlUnreachable) {
      print(error.message);
      return error instanceof DatabaseInUse ? EXIT.inUse : EXIT.unavailable;
    }
    // What a driver says may hold values of rows.
    print(`The journal could not be verified: ${nameOf(error)} (${classify(error)}).`);
    return EXIT.software;
  }
}

function nameOf(error: unknown): string {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : null;
  return typeof name === 'string' ? name : 'unknown';
}

async function verifyDatabase(config: Config, print: (line: string) => void): Promise<number> {
  const file = databaseFile(config);
  if (config.databaseUrl === null && !existsSync(file)) {
    print(`There is no database ${file}.`);
    return EXIT.noInput;
  }
  const db = await openDatabase({ url: config.databaseUrl, file, entities, migrations });
  try {
    return await verifyAll({ db, key: journalKey(config) }, print);
  } finally {
    await db.close();
  }
}

async function verifyAll(
  journal: { readonly db: Database; readonly key: ReturnType<typeof journalKey> },
  print: (line: string) => void,
): Promise<number> {
  let checked = 0;
  for (let after: string | null = null; ;) {
    const page = await verifyJournal(journal, { checkoutIds: null, after, first: PAGE });
    const before = Math.floor(checked / REPORT_EVERY);
    checked += page.checked;
    if (Math.floor(checked / REPORT_EVERY) > before) print(`${checked} entries checked`);
    if (page.firstBad !== null) {
      print(`The journal is NOT valid: ${describe(page.firstBad)}; ${checked} entries checked.`);
      return 1;
    }
    if (page.endCursor === null) {
      print(`The journal is valid: ${checked} entries checked.`);
      return 0;
    }
    after = page.endCursor;
  }
}

function describe(bad: NonNullable<Verification['firstBad']>): string {
  const places = [
    bad.position === null ? null : `position ${bad.position.toString()}`,
    bad.checkoutId === null ? null : `checkout ${bad.checkoutId}`,
    bad.sequence === null ? null : `sequence ${bad.sequence}`,
  ].filter((place) => place !== null);
  return [bad.reason, ...places].join(', ');
}

if (require.main === module) {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  void main(process.env, print).then((code) => {
    process.exitCode = code;
  });
}
