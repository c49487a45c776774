import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../src/cli/verify-journal';
import { openDatabase } from '../../../src/db/database';
import { entities } from '../../../src/db/entities';
import { journalKey } from '../../../src/journal/journal-key';
import { sealJournal } from '../../../src/journal/seal-journal';
import { migrations } from '../../../migrations';
import { NOW, worldOn } from '../../support/journal-world';
import { lane } from '../../support/lane';

// The program decides by its configuration; what differs by database is tested elsewhere.
const onlyEmbedded = lane() === 'sqlite' ? test : test.skip;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'recon-cli-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function run(env: Record<string, string> = {}): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await main({ NODE_ENV: 'development', RECON_DATA_DIR: dataDir, ...env }, (line) => {
    lines.push(line);
  });
  return { code, lines };
}

const file = () => join(dataDir, 'recon.db');
const open = () => openDatabase({ url: null, file: file(), entities, migrations });

async function written(tamper = 'SELECT 1'): Promise<number> {
  const db = await open();
  await db.migrate();
  const world = worldOn(db);
  const id = await world.paidOrder('cart-a');
  await sealJournal({ db, clock: () => NOW, key: journalKey({ journalKey: null, dataDir }) });
  const { length } = await world.entries(id);
  await world.run(tamper);
  await db.close();
  return length;
}

onlyEmbedded('a journal as it was written is valid', async () => {
  const length = await written();

  expect(await run()).toEqual({
    code: 0,
    lines: [`The journal is valid: ${length} entries checked.`],
  });
});

onlyEmbedded('the first bad record is named', async () => {
  await written("UPDATE journal_entry SET actor = 'x' WHERE sequence = 2");

  const { code, lines } = await run();

  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(
      /^The journal is NOT valid: HASH_MISMATCH, position 2, checkout chk_[0-9a-f-]{36}, sequence 2; 2 entries checked\.$/,
    ),
  ]);
});

onlyEmbedded('a database a server holds is left to it, by name', async () => {
  await written();
  const server = await open();

  const { code, lines } = await run();
  await server.close();

  expect(code).toBe(75);
  expect(lines).toEqual([
    `The embedded database ${file()} is in use by process ${process.pid}: talk to that running server, or stop it first.`,
  ]);
});

onlyEmbedded('a database that is not there is not made', async () => {
  expect(await run()).toEqual({ code: 66, lines: [`There is no database ${file()}.`] });
  expect(existsSync(file())).toBe(false);
});

onlyEmbedded('a database that is none is an error, and no finding', async () => {
  const db = await open();
  await db.close();

  const { code, lines } = await run();

  expect({ code, lines }).toEqual({
    code: 70,
    lines: ['The journal could not be verified: QueryFailedError (BUG).'],
  });
});

onlyEmbedded('a broken configuration is told line by line', async () => {
  expect(await run({ PORT: 'x' })).toEqual({
    code: 78,
    lines: ['PORT: expected an integer from 0 to 65535'],
  });
});

onlyEmbedded('a server that does not answer is told without its password', async () => {
  const { code, lines } = await run({
    DATABASE_URL: 'mysql://user:secret-word@127.0.0.1:1/recon',
    RECON_AUTH: 'jwt',
    RECON_JWT_SECRET: 'x'.repeat(32),
  });

  expect(code).toBe(69);
  expect(lines).toEqual([
    expect.stringMatching(/^No connection to .*127\.0\.0\.1:1.*: ECONNREFUSED\.$/),
  ]);
  expect(lines.join()).not.toContain('secret-word');
});
