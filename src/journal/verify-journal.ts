import { type Database } from '../db/database';
import { type JournalKey } from './seal.rules';
import { verifyChain } from './verify-chain';
import { verifyPositions } from './verify-positions';
import { verifyTails } from './verify-tails';
import { type Checked, type Fault, type View } from './verification';

export interface VerificationRequest {
  /** Whose chains; null: everything there is. */
  readonly checkoutIds: readonly string[] | null;
  /** `endCursor` of the page before; null: from the start. */
  readonly after: string | null;
  /** Entries, and in the last part checkouts, to look at. */
  readonly first: number;
}

export interface Verification {
  readonly valid: boolean;
  readonly checked: number;
  readonly firstBad: Fault | null;
  /** Null at the end, and where something is bad. */
  readonly endCursor: string | null;
}

/** The text is not an `endCursor` of such a verification. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor';

  constructor() {
    super('The cursor is not one of this verification.');
  }
}

/**
 * Recomputes one page of the journal at one moment. Everything: the global order with its seals, then
 * what no seal covers. Some checkouts: their chains, what they adopted and the seals they lie in.
 */
export async function verifyJournal(
  { db, key }: { readonly db: Database; readonly key: JournalKey },
  { checkoutIds, after, first }: VerificationRequest,
): Promise<Verification> {
  const place = placeIn(after, checkoutIds === null ? START : CHAINS);
  const { checked, fault, next } = await db.snapshot((sql) => {
    const view = { sql, dialect: db.dialect, key };
    return checkoutIds === null
      ? verifyEverything(view, place, first)
      : verifyChains(view, [...new Set(checkoutIds)].sort(), { place, first });
  });
  const endCursor = fault === null && next !== null ? textOf(next) : null;
  return { valid: fault === null, checked, firstBad: fault, endCursor };
}

/** How far a verification is: after a position, after a checkout, after a sequence of a checkout. */
interface Place {
  readonly part: 'position' | 'tail' | 'chain';
  readonly id: string;
  readonly number: number;
}

const START: Place = { part: 'position', id: '', number: 0 };
const CHAINS: Place = { part: 'chain', id: '', number: 0 };
const CURSOR = /^(position|tail|chain):([^]{0,40}):(0|[1-9]\d{0,9})$/;

const textOf = ({ part, id, number }: Place): string => `${part}:${id}:${number}`;

function placeIn(text: string | null, start: Place): Place {
  if (text === null) return start;
  const [, part, id, number] = CURSOR.exec(text) ?? [];
  if (part === undefined || id === undefined) throw new UnknownCursor();
  if ((part === 'chain') !== (start.part === 'chain')) throw new UnknownCursor();
  return { part: part as Place['part'], id, number: Number(number) };
}

async function verifyEverything(view: View, place: Place, first: number): Promise<Checked<Place>> {
  let checked = 0;
  if (place.part === 'position') {
    const positions = await verifyPositions(view, { after: place.number, first });
    checked = positions.checked;
    if (positions.fault !== null) return { checked, fault: positions.fault, next: null };
    if (positions.next !== null) {
      return { checked, fault: null, next: { ...START, number: positions.next } };
    }
  }
  const tails = await verifyTails(view, { after: place.id, first });
  const next = tails.next === null ? null : { part: 'tail' as const, id: tails.next, number: 0 };
  return { checked: checked + tails.checked, fault: tails.fault, next };
}

async function verifyChains(
  view: View,
  ids: readonly string[],
  { place, first }: { place: Place; first: number },
): Promise<Checked<Place>> {
  let checked = 0;
  for (const id of ids.filter((one) => one >= place.id)) {
    const after = id === place.id ? place.number : 0;
    if (checked === first) return { checked, fault: null, next: { ...CHAINS, id, number: after } };
    const chain = await verifyChain(view, id, { after, first: first - checked });
    checked += chain.checked;
    if (chain.fault !== null) return { checked, fault: chain.fault, next: null };
    if (chain.next !== null) {
      return { checked, fault: null, next: { ...CHAINS, id, number: chain.next } };
    }
  }
  return { checked, fault: null, next: null };
}
