import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Fulfillment } from './fulfillment.entity';

type Part = Pick<Fulfillment, 'id' | 'splitFromId'>;
type Named = Pick<PaymentTransaction, 'id' | 'fulfillmentId'>;

/**
 * Captured money stays with its transaction, which names the fulfillment it was asked for (states.md 2.4): what was there
 * before a part was split off is for that part, too. Ids sort by the time they were made.
 */
const isOlder = (transaction: Named, part: Part): boolean =>
  transaction.id.slice(PREFIX_LENGTH) < part.id.slice(PREFIX_LENGTH);
const PREFIX_LENGTH = 'ful_'.length;

/** The transaction was asked for this fulfillment, or for one it was split from since. */
export function concerns(transaction: Named, part: Part, parts: readonly Part[]): boolean {
  let one: Part | undefined = part;
  while (one !== undefined && transaction.fulfillmentId !== null) {
    const { id, splitFromId }: Part = one;
    if (transaction.fulfillmentId === id) return true;
    if (splitFromId === null || !isOlder(transaction, one)) return false;
    one = parts.find((other) => other.id === splitFromId);
  }
  return false;
}

/** Answers whom a transaction concerns: the fulfillment it names first, then those split from it since. */
export function familyFinder<P extends Part>(parts: readonly P[]): (transaction: Named) => P[] {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const splits = new Map<string, P[]>();
  for (const part of parts.filter(({ splitFromId }) => splitFromId !== null)) {
    const from = part.splitFromId ?? '';
    splits.set(from, [...(splits.get(from) ?? []), part]);
  }
  return (transaction) => {
    const named = byId.get(transaction.fulfillmentId ?? '');
    if (named === undefined) return [];
    const family = [named];
    // The list grows while it is read: parts of parts.
    for (const { id } of family) {
      family.push(...(splits.get(id) ?? []).filter((part) => isOlder(transaction, part)));
    }
    return family;
  };
}

/** The fulfillment itself, what it was split from, and so on. */
export function lineOf(part: Part, parts: readonly Part[]): string[] {
  const line = [part.id];
  let from = part.splitFromId;
  while (from !== null) {
    line.push(from);
    from = parts.find(({ id }) => id === from)?.splitFromId ?? null;
  }
  return line;
}
