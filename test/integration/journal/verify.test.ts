import { entryHash } from '../../../src/journal/chain.rules';
import { createOrder } from '../../../src/order/create-order';
import { registerCheckout } from '../../../src/order/register-checkout';
import { type Fault, type FaultReason } from '../../../src/journal/verification';
import { UnknownCursor, verifyJournal } from '../../../src/journal/verify-journal';
import { sealOf } from '../../../src/journal/seal.rules';
import { JournalSeal } from '../../../src/journal/journal-seal.entity';
import { insertRows } from '../../../src/db/rows';
import { KEY, NOW, openJournalWorld, type JournalWorld } from '../../support/journal-world';

let world: JournalWorld;
/** Two sealed chains, the second of which is no one's neighbour, and one that waits. */
let a: string;
let b: string;
let waiting: string;
/** Entries of each chain: they are written alike. */
let length: number;

beforeAll(async () => {
  world = await openJournalWorld();
});
beforeEach(async () => {
  a = await world.paidOrder('cart-a');
  b = await world.paidOrder('cart-b');
  await world.seal();
  waiting = await world.paidOrder('cart-c');
  length = (await world.entries(a)).length;
});
afterEach(() => world.clear());
afterAll(() => world.db.close());

const valid = (checked: number) => ({ valid: true, checked, firstBad: null, endCursor: null });
const ofA = (
  reason: FaultReason,
  sequence: number,
  position: bigint | null = BigInt(sequence),
) => ({
  reason,
  checkoutId: a,
  sequence,
  position,
});
const at = (reason: FaultReason, position: number) => ({
  reason,
  checkoutId: null,
  sequence: null,
  position: BigInt(position),
});
const hashes = async () =>
  (
    await world.db.reader.query<{ h: string }>(
      'SELECT entry_hash AS h FROM journal_position ORDER BY `position`',
    )
  ).map(({ h }) => h);

/** What somebody who knows how the chains are made can do: edits an entry and makes the rest fit again. */
async function recomputeChain(edited: number): Promise<void> {
  let previousHash = '';
  for (const entry of await world.entries(a)) {
    const next = { ...entry, ...(entry.sequence > edited && { previousHash }) };
    if (entry.sequence === edited) next.actor = 'somebody else';
    next.hash = entryHash(next);
    previousHash = next.hash;
    await world.run(
      'UPDATE journal_entry SET actor = ?, previous_hash = ?, hash = ? WHERE id = ?',
      [next.actor, next.previousHash, next.hash, next.id],
    );
  }
  await world.run('UPDATE checkout SET journal_hash = ? WHERE id = ?', [previousHash, a]);
}

const fitPositions = () =>
  world.run(
    'UPDATE journal_position SET entry_hash = (SELECT hash FROM journal_entry WHERE id = entry_id)',
  );

async function fitSeal(key = KEY): Promise<void> {
  const seal = sealOf(null, await hashes(), key, NOW);
  await world.run('DELETE FROM journal_seal');
  await world.db.write((sql) => insertRows(sql, world.db.dialect, JournalSeal, [seal]));
}

/** A copy of one entry of a chain under another id, at the end of a chain. */
const copyEntry = (from: string, to: string, sequence: number) =>
  world.run(
    'INSERT INTO journal_entry (id, checkout_id, sequence, kind, action, actor, subject_type, subject_id, reason_id, reason_hash, `before`, `after`, recorded_at, previous_hash, hash) ' +
      "SELECT 'jrn_forged', ?, ?, kind, action, actor, subject_type, subject_id, reason_id, reason_hash, `before`, `after`, recorded_at, previous_hash, hash " +
      'FROM journal_entry WHERE checkout_id = ? AND sequence = 2',
    [to, sequence, from],
  );
const queue = (sequence: number) =>
  world.run(
    "INSERT INTO journal_queue (entry_id, checkout_id, sequence) VALUES ('jrn_forged', ?, ?)",
    [a, sequence],
  );
const removeEntries = (where: string) =>
  world.run(`DELETE FROM journal_entry WHERE checkout_id = '${a}' AND ${where}`);

test('what the product wrote is valid, sealed or waiting', async () => {
  expect(await world.verify()).toEqual(valid(3 * length));
  expect(await world.verify([a, waiting])).toEqual(valid(2 * length));
  expect(await world.verify([])).toEqual(valid(0));
});

test('an empty journal is valid', async () => {
  await world.clear();

  expect(await world.verify()).toEqual(valid(0));
});

type Found = Fault | null;
/** Case, what is done, what the check of everything finds, and what the check of the chain alone. */
const TAMPERINGS: [string, () => Promise<unknown>, () => Found, () => Found][] = [
  [
    'an edited payload',
    () =>
      world.run("UPDATE journal_entry SET `after` = '{}' WHERE checkout_id = ? AND sequence = 3", [
        a,
      ]),
    () => ofA('HASH_MISMATCH', 3),
    () => ofA('HASH_MISMATCH', 3),
  ],
  [
    'a payload that is no JSON any more',
    () =>
      world.run("UPDATE journal_entry SET `after` = '{' WHERE checkout_id = ? AND sequence = 3", [
        a,
      ]),
    () => ofA('HASH_MISMATCH', 3),
    () => ofA('HASH_MISMATCH', 3),
  ],
  [
    'an edited actor',
    () =>
      world.run("UPDATE journal_entry SET actor = 'x' WHERE checkout_id = ? AND sequence = 1", [a]),
    () => ofA('HASH_MISMATCH', 1),
    () => ofA('HASH_MISMATCH', 1),
  ],
  [
    'an edited time',
    () =>
      world.run('UPDATE journal_entry SET recorded_at = ? WHERE checkout_id = ? AND sequence = ?', [
        new Date(NOW.getTime() + 1),
        a,
        length,
      ]),
    () => ofA('HASH_MISMATCH', length),
    () => ofA('HASH_MISMATCH', length),
  ],
  [
    'two swapped rows',
    async () => {
      for (const [from, to] of [
        [2, 0],
        [3, 2],
        [0, 3],
      ]) {
        await world.run(
          'UPDATE journal_entry SET sequence = ? WHERE checkout_id = ? AND sequence = ?',
          [to, a, from],
        );
      }
    },
    // Position 2 holds the entry that now says sequence 3.
    () => ofA('HASH_MISMATCH', 3, 2n),
    () => ofA('HASH_MISMATCH', 2, 3n),
  ],
  [
    'two swapped positions',
    async () => {
      const [second, third] = [await world.entry(a, 2), await world.entry(a, 3)];
      for (const [id, position] of [
        ['x', 3],
        [third.id, 2],
        [second.id, 3],
      ]) {
        await world.run('UPDATE journal_position SET entry_id = ? WHERE `position` = ?', [
          id,
          position,
        ]);
      }
    },
    () => ofA('SEAL_MISMATCH', 3, 2n),
    () => ofA('SEAL_MISMATCH', 2, 3n),
  ],
  [
    'two swapped positions with their hashes',
    async () => {
      const [second, third] = [await world.entry(a, 2), await world.entry(a, 3)];
      for (const [id, position] of [
        ['x', 3],
        [third.id, 2],
        [second.id, 3],
      ]) {
        await world.run('UPDATE journal_position SET entry_id = ? WHERE `position` = ?', [
          id,
          position,
        ]);
      }
      await fitPositions();
    },
    () => at('SEAL_MISMATCH', 1),
    () => at('SEAL_MISMATCH', 1),
  ],
  [
    'a deleted entry in the middle',
    () => removeEntries('sequence = 3'),
    () => at('MISSING_ENTRY', 3),
    () => ofA('GAP', 3, null),
  ],
  [
    'a deleted tail',
    () => removeEntries(`sequence >= ${length - 1}`),
    () => at('MISSING_ENTRY', length - 1),
    () => ofA('TAIL_MISMATCH', length - 1, null),
  ],
  [
    'a deleted entry with its position',
    async () => {
      await removeEntries('sequence = 3');
      await world.run('DELETE FROM journal_position WHERE `position` = 3');
    },
    () => at('GAP', 3),
    () => ofA('GAP', 3, null),
  ],
  [
    'a forged entry at the end',
    () => copyEntry(b, a, length + 1),
    () => ofA('HASH_MISMATCH', length + 1, null),
    () => ofA('HASH_MISMATCH', length + 1, null),
  ],
  [
    'a forged entry that fits the chain',
    async () => {
      const last = await world.entry(a, length);
      await copyEntry(b, a, length + 1);
      const forged = await world.entry(a, length + 1);
      const hash = entryHash({ ...forged, previousHash: last.hash });
      await world.run(
        "UPDATE journal_entry SET previous_hash = ?, hash = ? WHERE id = 'jrn_forged'",
        [last.hash, hash],
      );
    },
    () => ofA('FORGED_ENTRY', length + 1, null),
    () => ofA('FORGED_ENTRY', length + 1, null),
  ],
  [
    'a forged entry that fits the chain and waits for its seal',
    async () => {
      const last = await world.entry(a, length);
      await copyEntry(b, a, length + 1);
      const forged = await world.entry(a, length + 1);
      const hash = entryHash({ ...forged, previousHash: last.hash });
      await world.run(
        "UPDATE journal_entry SET previous_hash = ?, hash = ? WHERE id = 'jrn_forged'",
        [last.hash, hash],
      );
      await queue(length + 1);
    },
    () => ofA('TAIL_MISMATCH', length + 1, null),
    () => ofA('TAIL_MISMATCH', length + 1, null),
  ],
  [
    'an entry copied from another checkout over one of this',
    async () => {
      const entry = await world.entry(b, 2);
      await world.run(
        'UPDATE journal_entry SET subject_id = ?, previous_hash = ?, hash = ? WHERE checkout_id = ? AND sequence = 2',
        [entry.subjectId, entry.previousHash, entry.hash, a],
      );
    },
    () => ofA('HASH_MISMATCH', 2),
    () => ofA('HASH_MISMATCH', 2),
  ],
  [
    'a whole chain recomputed after an edit',
    () => recomputeChain(2),
    () => ofA('SEAL_MISMATCH', 2),
    () => ofA('SEAL_MISMATCH', 2),
  ],
  [
    'a whole chain recomputed, and its positions',
    async () => {
      await recomputeChain(2);
      await fitPositions();
    },
    () => at('SEAL_MISMATCH', 1),
    () => at('SEAL_MISMATCH', 1),
  ],
  [
    'a whole chain recomputed, its positions and the digest',
    async () => {
      await recomputeChain(2);
      await fitPositions();
      await fitSeal({ keyId: KEY.keyId, key: Buffer.from('a guess') });
    },
    () => at('BAD_SIGNATURE', 1),
    () => at('BAD_SIGNATURE', 1),
  ],
  [
    'a whole chain recomputed and sealed with a key of their own',
    async () => {
      await recomputeChain(2);
      await fitPositions();
      await fitSeal({ keyId: 'another', key: Buffer.from('a guess') });
    },
    () => at('UNKNOWN_KEY', 1),
    () => at('UNKNOWN_KEY', 1),
  ],
  [
    'a whole chain deleted',
    () => removeEntries('sequence > 0'),
    () => at('MISSING_ENTRY', 1),
    () => ofA('TAIL_MISMATCH', 1, null),
  ],
  [
    'a whole checkout deleted with chain and positions',
    async () => {
      await world.run('DELETE FROM journal_position WHERE `position` <= ?', [length]);
      await removeEntries('sequence > 0');
      await world.run('DELETE FROM checkout WHERE id = ?', [a]);
    },
    () => at('GAP', 1),
    () => ({ reason: 'TAIL_MISMATCH', checkoutId: a, sequence: null, position: null }),
  ],
  [
    'a deleted seal',
    () => world.run('DELETE FROM journal_seal'),
    () => at('SEAL_MISMATCH', 1),
    () => at('SEAL_MISMATCH', 1),
  ],
  [
    'the last positions deleted with their entries',
    async () => {
      await world.run('DELETE FROM journal_entry WHERE checkout_id = ?', [b]);
      await world.run('DELETE FROM journal_position WHERE `position` > ?', [length]);
    },
    () => at('GAP', length + 1),
    () => at('SEAL_MISMATCH', 1),
  ],
  [
    'a sealed entry queued again',
    async () => {
      const entry = await world.entry(a, 1);
      await world.run(
        'INSERT INTO journal_queue (entry_id, checkout_id, sequence) VALUES (?, ?, 1)',
        [entry.id, a],
      );
    },
    () => ofA('SEALED_TWICE', 1),
    () => ofA('SEALED_TWICE', 1),
  ],
  [
    'a forged position before the first',
    () =>
      world.run(
        "INSERT INTO journal_position (`position`, entry_id, entry_hash) VALUES (0, 'x', ?)",
        ['0'.repeat(64)],
      ),
    () => at('GAP', 1),
    () => null,
  ],
  [
    'a checkout whose hash was set back',
    () => world.run('UPDATE checkout SET journal_hash = ? WHERE id = ?', ['0'.repeat(64), a]),
    () => ofA('TAIL_MISMATCH', length, null),
    () => ofA('TAIL_MISMATCH', length, null),
  ],
];

test.each(TAMPERINGS)('%s is found', async (_case, tamper, everything, chain) => {
  await tamper();

  const whole = await world.verify();
  const alone = await world.verify([a]);
  expect([whole.valid, whole.firstBad, whole.endCursor]).toEqual([false, everything(), null]);
  expect(alone.firstBad).toEqual(chain());
});

const ofWaiting = (reason: FaultReason, sequence: number) => ({
  reason,
  checkoutId: waiting,
  sequence,
  position: null,
});
const UNSEALED: [string, string, () => Found, () => Found][] = [
  [
    'an edit',
    "UPDATE journal_entry SET actor = 'x' WHERE sequence = 2 AND checkout_id = ",
    () => ofWaiting('HASH_MISMATCH', 2),
    () => ofWaiting('HASH_MISMATCH', 2),
  ],
  [
    'a deletion in the middle',
    'DELETE FROM journal_entry WHERE sequence = 2 AND checkout_id = ',
    () => ofWaiting('GAP', 2),
    () => ofWaiting('GAP', 2),
  ],
  [
    'a place in the queue that was taken away',
    'DELETE FROM journal_queue WHERE sequence = 2 AND checkout_id = ',
    () => ofWaiting('FORGED_ENTRY', 2),
    () => ofWaiting('FORGED_ENTRY', 2),
  ],
  [
    'a checkout that was deleted',
    'DELETE FROM checkout WHERE id = ',
    () => ({ ...ofWaiting('TAIL_MISMATCH', 0), sequence: null }),
    () => ({ ...ofWaiting('TAIL_MISMATCH', 0), sequence: null }),
  ],
];

test.each(UNSEALED)('before the seal, %s is found', async (_case, text, everything, chain) => {
  await world.run(`${text}'${waiting}'`);

  expect((await world.verify()).firstBad).toEqual(everything());
  expect((await world.verify([waiting])).firstBad).toEqual(chain());
});

test('an entry that was made to fit before the seal is told by the next one', async () => {
  const second = await world.entry(waiting, 2);
  const edited = { ...second, actor: 'x' };
  await world.run('UPDATE journal_entry SET actor = ?, hash = ? WHERE id = ?', [
    'x',
    entryHash(edited),
    second.id,
  ]);

  expect((await world.verify()).firstBad).toEqual(ofWaiting('LINK_MISMATCH', 3));
});

test('a waiting entry that is gone without a trace but its place in the queue is found', async () => {
  await world.run(
    "INSERT INTO journal_queue (entry_id, checkout_id, sequence) VALUES ('x', ?, 7)",
    [waiting],
  );

  expect((await world.verify()).firstBad).toEqual(ofWaiting('UNSEALED_MISSING', 7));
});

test('a block after the first is checked with the one before it', async () => {
  await world.seal();
  expect(await world.verify()).toEqual(valid(3 * length));

  await world.run('UPDATE journal_seal SET digest = ? WHERE block = 1', ['0'.repeat(64)]);

  expect((await world.verify([waiting])).firstBad).toEqual(at('SEAL_MISMATCH', 2 * length + 1));
});

test('pages of any size check each entry once', async () => {
  await world.seal();
  for (const checkoutIds of [null, [a, waiting, b]]) {
    for (const first of [1, 2, length, length + 1, 3 * length]) {
      let checked = 0;
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof world.verify>> = await world.verify(checkoutIds, {
          first,
          after,
        });
        expect(page.firstBad).toBeNull();
        expect(page.checked).toBeLessThanOrEqual(first);
        checked += page.checked;
        after = page.endCursor;
      } while (after !== null);
      expect(checked).toBe(3 * length);
    }
  }
});

test('a block that spans pages is found bad on the page where it ends', async () => {
  await fitSeal({ keyId: KEY.keyId, key: Buffer.from('a guess') });

  const first = await world.verify(null, { first: 2 * length - 1 });
  const second = await world.verify(null, { first: 1, after: first.endCursor });

  expect(first.firstBad).toBeNull();
  expect(second.firstBad).toEqual(at('BAD_SIGNATURE', 1));
});

test.each(['', 'position', 'position::01', 'chain::1', 'position::99999999999', 'x:y:1'])(
  'the cursor %j is not one of a check of everything',
  async (after) => {
    await expect(world.verify(null, { after })).rejects.toThrow(UnknownCursor);
  },
);

test('two chains of an adoption name each other', async () => {
  const total = { amount: '129.00', currencyCode: 'EUR' };
  await world.write(registerCheckout, { cartGuid: 'cart-o', total });
  const orphan = await world.orphan('pi-orphan');
  const payments = [{ provider: 'sandbox', providerReference: 'pi-orphan' }];
  await world.write(createOrder, { cartGuid: 'cart-o', code: 'code-o', payments });
  const [row] = await world.db.reader.query<{ id: string }>(
    "SELECT id FROM checkout WHERE guid = 'cart-o'",
  );
  const home = String(row?.id);

  expect((await world.verify([home, orphan])).firstBad).toBeNull();
  expect((await world.verify()).firstBad).toBeNull();

  await world.run(`DELETE FROM journal_entry WHERE kind = 'ADOPTION' AND checkout_id = ?`, [
    orphan,
  ]);
  const adoption = (await world.entries(home)).find(({ kind }) => kind === 'ADOPTION');

  expect((await world.verify([home])).firstBad).toEqual({
    reason: 'ADOPTION_MISMATCH',
    checkoutId: home,
    sequence: adoption?.sequence,
    position: null,
  });
});

test('another key than the one it was sealed with is unknown', async () => {
  const { db } = world;
  const other = { keyId: 'another', key: KEY.key };

  const { firstBad } = await verifyJournal(
    { db, key: other },
    { checkoutIds: null, after: null, first: 1_000 },
  );

  expect(firstBad).toEqual(at('UNKNOWN_KEY', 1));
});
