import { fulfillmentOf, type Draft, type Tools } from '../checkout/draft.rules';
import { distribute, sum } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { reference } from '../kernel/text';
import { type Claim, type Fulfillment, type FulfillmentItem } from './fulfillment.entity';
import { type FulfillmentStatus } from './fulfillment.machine';
import { projectFulfillments } from './fulfillment.rules';

/** Items of a fulfillment by their reference; all of the line without a quantity. */
export interface ItemQuantity {
  readonly reference: string;
  readonly quantity?: number | null;
}

/** What a command about a fulfillment, or a part of it, says. */
export interface PartInput {
  readonly fulfillmentId: string;
  readonly items?: readonly ItemQuantity[] | null;
}

const QUANTITY_MAX = 1_000_000;
const ITEMS_MAX = 1_000;
const FULFILLMENTS_MAX = 1_000;

const AT = ['items'];

/** Refuses items that no fulfillment could have. */
export function checkItems(items: readonly ItemQuantity[] | null | undefined): void {
  if (items === null || items === undefined) return;
  if (items.length === 0) refuse('GUARD_FAILED', 'items names at least one line.', { field: AT });
  checkLines(items);
}

/** Lines of a fulfillment are named once, and count at least one. */
export function checkLines(items: readonly ItemQuantity[]): void {
  if (items.length > ITEMS_MAX) refuse('LIMIT', `At most ${ITEMS_MAX} lines.`, { field: AT });
  for (const item of items) {
    reference(item.reference, AT);
    const quantity = item.quantity ?? 1;
    if (quantity >= 1 && quantity <= QUANTITY_MAX) continue;
    refuse('GUARD_FAILED', `A quantity is 1 to ${QUANTITY_MAX}.`, { field: AT });
  }
  if (new Set(items.map((item) => item.reference)).size === items.length) return;
  refuse('GUARD_FAILED', 'A line is named once.', { field: AT });
}

/** Refuses one fulfillment more than a checkout may have. */
export function refuseAtFulfillmentLimit({ fulfillments }: Draft): void {
  if (fulfillments.length < FULFILLMENTS_MAX) return;
  refuse('LIMIT', `A checkout has at most ${FULFILLMENTS_MAX} fulfillments.`);
}

/**
 * What a command acts on: the items it names, moved to a fulfillment of their own while the rest keeps its state, or all
 * of it. One that is in the state already is not split once more.
 */
export function partFor(
  draft: Draft,
  { fulfillmentId, items }: PartInput,
  to: FulfillmentStatus,
  tools: Tools,
): Fulfillment {
  const fulfillment = fulfillmentOf(draft, fulfillmentId);
  if (items === null || items === undefined || fulfillment.status === to) return fulfillment;
  const moved = movedItems(fulfillment, items);
  const isAll = fulfillment.items.every(({ reference: name, quantity }) =>
    moved.some((item) => item.reference === name && item.quantity === quantity),
  );
  return isAll ? fulfillment : splitOff(draft, fulfillment, moved, tools);
}

/** The named items with the amounts that go with them: by largest remainder, a tie to what stays (money.md 10). */
export function movedItems(
  { items }: Pick<Fulfillment, 'items'>,
  wanted: readonly ItemQuantity[],
): FulfillmentItem[] {
  return wanted.map(({ reference: name, quantity }) => {
    const line = items.find((item) => item.reference === name);
    if (line === undefined) {
      return refuse('GUARD_FAILED', 'The fulfillment has no such line.', { field: AT });
    }
    const moved = quantity ?? line.quantity;
    if (moved > line.quantity) {
      refuse('GUARD_FAILED', 'The line has fewer than that.', { field: AT });
    }
    const weights = [BigInt(line.quantity - moved), BigInt(moved)];
    const [, amount = 0n] = distribute(BigInt(line.amountMinor), weights);
    return { reference: name, quantity: moved, amountMinor: amount.toString() };
  });
}

/**
 * Moves items to a new fulfillment in the same state. Total and claims follow them; transactions stay where they are, and
 * what they captured or reserved is shared by both parts (split-family.rules.ts), so that no sum changes.
 */
export function splitOff(
  draft: Draft,
  fulfillment: Fulfillment,
  moved: readonly FulfillmentItem[],
  { now, newId }: Tools,
): Fulfillment {
  refuseAtFulfillmentLimit(draft);
  const totalMinor = sum(moved.map(({ amountMinor }) => BigInt(amountMinor)));
  const { claims, rest } = splitClaims(fulfillment, totalMinor);
  const part: Fulfillment = {
    ...fulfillment,
    id: newId('ful'),
    totalMinor,
    items: moved,
    claims,
    splitFromId: fulfillment.id,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  fulfillment.totalMinor -= totalMinor;
  fulfillment.items = fulfillment.items.flatMap((item) => remainder(item, moved));
  fulfillment.claims = rest;
  draft.fulfillments.push(part);
  draft.newKeys.push({ kind: 'ID', value: part.id });
  projectFulfillments(draft);
  return part;
}

function remainder(item: FulfillmentItem, moved: readonly FulfillmentItem[]): FulfillmentItem[] {
  const gone = moved.find((one) => one.reference === item.reference);
  if (gone === undefined) return [item];
  const quantity = item.quantity - gone.quantity;
  const amountMinor = (BigInt(item.amountMinor) - BigInt(gone.amountMinor)).toString();
  return quantity === 0 ? [] : [{ ...item, quantity, amountMinor }];
}

/** Each payment's claim by the ratio of the totals, so that the claims of a part add up to what it is to be paid. */
function splitClaims(
  { claims, totalMinor }: Fulfillment,
  movedTotal: bigint,
): { claims: Claim[]; rest: Claim[] } {
  const amounts = claims.map(({ amountMinor }) => BigInt(amountMinor));
  const [, movedSum = 0n] = distribute(sum(amounts), [totalMinor - movedTotal, movedTotal]);
  const moved = distribute(movedSum, amounts);
  const pairs = claims.map((claim, index) => {
    const amount = amounts[index] ?? 0n;
    const share = moved[index] ?? 0n;
    const [heldRest = 0n, held = 0n] = distribute(BigInt(claim.heldMinor), [amount - share, share]);
    const part = (minor: bigint, heldMinor: bigint): Claim => ({
      ...claim,
      amountMinor: minor.toString(),
      heldMinor: heldMinor.toString(),
    });
    return { moved: part(share, held), rest: part(amount - share, heldRest) };
  });
  const some = ({ amountMinor }: Claim) => amountMinor !== '0';
  return {
    claims: pairs.map((pair) => pair.moved).filter(some),
    rest: pairs.map((pair) => pair.rest).filter(some),
  };
}
