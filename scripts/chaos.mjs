// `npm run chaos -- --cycles 50`: a server is killed with SIGKILL while it changes checkouts, started
// again, and asked the same with the same keys; on the embedded database and on MariaDB.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { printFigure } from '../dist/src/cli/figure.js';
import { callerOf, jwtSecret } from './chaos/caller.mjs';
import { audit, buy, journalFault } from './chaos/carts.mjs';
import { serverOn } from './chaos/server.mjs';
import { provideMariaDb } from './mariadb.mjs';

const SHOPPERS = 6;
/** Longer than most requests take, so that the kill falls anywhere in one. */
const KILL_WITHIN_MS = 250;
const WORKED_MS = 20_000;
/** Acknowledged last before the kill, and asked again after it. */
const ASKED_AGAIN = 6;

const cycles = readCycles();
const temporary = mkdtempSync(join(tmpdir(), 'recon-chaos-'));
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

await main();
// A shopper may still be asking a server that failed.
process.exit();

async function main() {
  const mariadb = await provideMariaDb({ allowInstall: true });
  const runs = [torture('embedded', {})];
  if ('url' in mariadb) runs.push(onMariaDb(mariadb));
  else say('!!!!!', `NOT RUN: MariaDB: ${mariadb.unavailable}`);
  const results = await Promise.all(runs);
  const sum = (name) => results.reduce((all, result) => all + result[name], 0);
  const done = Math.min(...results.map((result) => result.cycles));
  const isMissing = !('url' in mariadb) && process.env.CI === 'true';
  printFigure('databases', results.length, isMissing ? 2 : results.length, !isMissing);
  printFigure(
    'journals_valid',
    sum('journalsValid'),
    results.length,
    sum('journalsValid') === results.length,
  );
  printFigure('effects_lost', sum('lost'), 0, sum('lost') === 0);
  printFigure('effects_doubled', sum('doubled'), 0, sum('doubled') === 0);
  printFigure('cycles', done, cycles, done === cycles);
}

function readCycles() {
  const { values } = parseArgs({ options: { cycles: { type: 'string', default: '50' } } });
  const count = Number(values.cycles);
  if (Number.isInteger(count) && count > 0) return count;
  process.stderr.write('--cycles is a number above 0.\n');
  process.exit(64);
}

async function onMariaDb({ url, stop }) {
  const name = `recon_chaos_${randomBytes(6).toString('hex')}`;
  const server = new URL(url);
  const connection = await mysql.createConnection({
    host: server.hostname,
    port: Number(server.port || 3306),
    socketPath: server.searchParams.get('socketPath') ?? undefined,
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
  });
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  server.pathname = `/${name}`;
  try {
    return await torture('mariadb', { DATABASE_URL: server.href });
  } finally {
    await connection.query(`DROP DATABASE ${name}`);
    await connection.end();
    await stop();
  }
}

/** All cycles on one database; what failed is told and counted, and never thrown. */
async function torture(name, env) {
  const result = { cycles: 0, lost: 0, doubled: 0, journalsValid: 0 };
  const server = await serverOn({
    RECON_AUTH: 'jwt',
    RECON_JWT_SECRET: jwtSecret,
    RECON_ADMIN_PORT: '0',
    RECON_DATA_DIR: join(temporary, name),
    RECON_LOG_LEVEL: 'fatal',
    RECON_SWEEP_INTERVAL_MS: '100',
    RECON_SEAL_INTERVAL_MS: '100',
    ...env,
  });
  try {
    await server.start();
    const caller = await callerOf(server.url);
    const shop = openShop(caller);
    try {
      await killOften(name, { server, caller, shop, result });
    } finally {
      shop.close();
    }
    await judge(name, { caller, bought: await shop.bought, result });
  } catch (error) {
    // Refused only because it was done before: its key was not known any more.
    if (error.sentAgain) result.doubled += 1;
    say(name, `FAILED: ${error.message}`);
  } finally {
    await server.kill();
  }
  return result;
}

/** Shoppers who buy cart after cart until it closes; `bought` rejects when one of them could not. */
function openShop(caller) {
  let isOpen = true;
  const shopper = async (number) => {
    const bought = [];
    const kind = number % 3 === 0 ? 'orphan' : 'registered';
    while (isOpen) bought.push(await buy(caller, kind, () => isOpen));
    return bought;
  };
  const all = Promise.all(Array.from({ length: SHOPPERS }, (_, number) => shopper(number)));
  // Awaited at the end only; a failure before it must not end the process.
  all.catch(() => undefined);
  return {
    bought: all.then((lists) => lists.flat()),
    failed: all.then(() => null),
    close: () => (isOpen = false),
  };
}

async function killOften(name, { server, caller, shop, result }) {
  const { seen } = caller;
  shop.bought.catch(() => undefined);
  while (result.cycles < cycles) {
    await Promise.race([untilWorked(seen, seen.acknowledged.length), shop.failed]);
    await wait(Math.random() * KILL_WITHIN_MS);
    const last = seen.acknowledged.slice(-ASKED_AGAIN);
    await server.kill();
    await server.start();
    const remembered = await Promise.all(last.map((each) => caller.isRemembered(each)));
    const forgotten = remembered.filter((isRemembered) => !isRemembered).length;
    if (forgotten > 0) say(name, `LOST: ${forgotten} acknowledged requests are not remembered`);
    result.lost += forgotten;
    result.cycles += 1;
    if (result.cycles % 10 === 0 || result.cycles === cycles) {
      const { acknowledged, retried, alreadyDone } = seen;
      say(
        name,
        `${result.cycles}/${cycles} kills; ${acknowledged.length} requests acknowledged, ` +
          `${retried} cut off and sent again, ${alreadyDone} of them had been done`,
      );
    }
  }
}

/** A server that starts and then does nothing would make every cycle pass. */
async function untilWorked({ acknowledged }, before) {
  const deadline = Date.now() + WORKED_MS;
  while (acknowledged.length < before + SHOPPERS) {
    if (Date.now() > deadline) throw new Error(`nothing was done for ${WORKED_MS / 1000} s`);
    await wait(5);
  }
}

async function judge(name, { caller, bought, result }) {
  for (const cart of bought) {
    const { lost, doubled } = await audit(caller, cart);
    result.lost += lost.length;
    result.doubled += doubled.length;
    for (const what of lost) say(name, `LOST: ${what}`);
    for (const what of doubled) say(name, `DOUBLED: ${what}`);
  }
  const fault = await journalFault(caller);
  if (fault === null) result.journalsValid = 1;
  say(
    name,
    `${bought.length} carts checked; the journal is ${fault === null ? 'valid' : `NOT valid: ${fault}`}`,
  );
}

function say(name, text) {
  process.stdout.write(`${name.padEnd(8)}  ${text}\n`);
}
