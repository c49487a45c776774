import { type Settling } from './settle';
import { type Cart, type Fulfillment, type Order, type Seen } from './world';

/** A move as data, so that a failing sequence can be read. Numbers pick among what there is when it is played. */
export type Move = Readonly<Record<string, unknown>> & { readonly is: string };

export interface Done extends Settling {
  /** The payload's entity. */
  readonly entityId: string;
  /** The product's word where the tables leave it open. */
  statusOf(one: Fulfillment): string;
}

/** What a move is on this world, and what the tables say of it. */
export interface Step {
  readonly command: string;
  readonly cart: Cart;
  readonly input: object;
  readonly as?: 'SELLER';
  /** Codes of the rules it breaks; empty: it must be accepted. */
  readonly refusals: readonly string[];
  /** The tables do not say whether it is accepted; what follows if it is they do. */
  readonly either?: boolean;
  /** It does nothing: the same state, the same request. */
  readonly effect?: (done: Done) => void;
}

export interface Scene {
  readonly carts: readonly Cart[];
  readonly now: number;
  /** Grows by one with every move: makes names and moments that were not used before. */
  readonly turn: number;
  seen(cart: Cart): Seen;
}

/** Null: the tables are silent about this here, or there is nothing to do it with. */
export type Plan = (scene: Scene, move: Move) => Step | null;

export const cartOf = ({ carts }: Scene, move: Move): Cart =>
  carts[Number(move['cart'] ?? 0) % carts.length]!;

export function pickOf<T>(from: readonly T[], move: Move, by = 'pick'): T | null {
  return from.length === 0 ? null : from[Number(move[by] ?? 0) % from.length]!;
}

export const orderOf = (scene: Scene, move: Move): Order | null =>
  pickOf(cartOf(scene, move).orders, move);

/** An amount relative to the most there is: on both sides of its boundary. */
export function amountOf(move: Move, max: bigint): bigint {
  switch (move['amount']) {
    case 'half':
      return max / 2n;
    case 'over':
      return max + 1n;
    case 'zero':
      return 0n;
    default:
      return max;
  }
}

const decimal = (minor: bigint): string =>
  `${minor < 0n ? '-' : ''}${(minor < 0n ? -minor : minor) / 100n}.${String((minor < 0n ? -minor : minor) % 100n).padStart(2, '0')}`;

export const money = (minor: bigint, currencyCode = 'EUR') => ({
  amount: decimal(minor),
  currencyCode,
});

/** The money of a command, and what is wrong with it by itself. */
export function commandMoney(move: Move, max: bigint) {
  const amount = amountOf(move, max);
  const isForeign = move['amount'] === 'foreign';
  const refusals = [
    ...(amount <= 0n ? ['AMOUNT_RANGE'] : []),
    ...(isForeign ? ['CURRENCY_MISMATCH'] : []),
  ];
  return { amount, input: money(amount, isForeign ? 'USD' : 'EUR'), refusals };
}

/** Codes for what does not hold. */
export const unless = (holds: boolean, ...codes: string[]): string[] => (holds ? [] : codes);
