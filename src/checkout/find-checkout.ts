import { GENESIS } from '../journal/chain.rules';
import { newId } from '../kernel/id';
import { refuse } from '../kernel/refusal';
import { isOrphan } from './adopt.rules';
import { type Command } from './command';
import { noRows, type Draft } from './draft.rules';
import { knownKeys, loadDeliveries, loadDrafts, lockCheckouts, type Source } from './load';
import { Overtaken } from './write-roots';

/** The checkout a command is about: as it is, and the orphans that belong to it. */
export interface Found {
  /** The checkout as it was; null for a new one. */
  readonly before: Draft | null;
  readonly orphans: readonly Draft[];
  readonly draft: Draft;
}

/** Resolves the keys, locks, looks whether they still lead there, loads. */
export async function findCheckout<Input>(
  source: Source,
  command: Command<Input>,
  { input, now, lock }: { input: Input; now: Date; lock: boolean },
): Promise<Found> {
  const keys = command.keys(input);
  const known = await knownKeys(source, keys);
  const ids = [...new Set(known.map(({ checkoutId }) => checkoutId))];
  const checkouts = await lockCheckouts(source, ids);
  // Only an adoption moves keys, and it marks the root they led to; a key that is new meanwhile collides on insert.
  if (lock && checkouts.some(({ adoptedInto }) => adoptedInto !== null)) {
    throw new Overtaken('the keys lead elsewhere now');
  }
  const loaded = await loadDrafts(source, checkouts, command);
  const deliveries = await loadDeliveries(source, command.deliveries?.(input) ?? []);
  const drafts = ids.flatMap((id) => loaded.filter(({ checkout }) => checkout.id === id));
  const main = drafts.find((draft) => !isOrphan(draft)) ?? drafts[0];
  if (main === undefined && command.opensCheckout?.(input) !== true) {
    const field = keys[0]?.field;
    return refuse('NOT_FOUND', 'There is no such subject.', field ? { field: [field] } : {});
  }
  const rest = drafts.filter((draft) => draft !== main);
  if (!rest.every(isOrphan)) {
    refuse('ALREADY_EXISTS', 'The keys belong to different checkouts.', {
      field: [keys.at(-1)?.field ?? 'cartGuid'],
    });
  }
  if (main !== undefined) Object.assign(main, { deliveries, knownKeys: known });
  const before = main === undefined ? null : structuredClone(main);
  return { before, orphans: rest, draft: main ?? { ...newCheckout(now), deliveries } };
}

function newCheckout(now: Date): Draft {
  const id = newId('chk', now);
  return {
    checkout: {
      id,
      guid: null,
      market: null,
      channel: null,
      customerId: null,
      adoptedInto: null,
      retryMode: 'RUNNING',
      retryReasons: [],
      nextCheckAt: null,
      leasedUntil: null,
      journalSequence: 0,
      journalHash: GENESIS,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    newKeys: [{ kind: 'ID', value: id }],
    knownKeys: [],
    ...noRows(),
  };
}
