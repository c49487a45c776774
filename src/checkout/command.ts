import { type Actor, type Role } from '../kernel/actor';
import { type CheckoutKeyKind } from './checkout-key.entity';
import { type Draft, type Tools } from './draft.rules';

/** A name a checkout is found by. */
export interface KeyRef {
  readonly kind: CheckoutKeyKind;
  readonly value: string;
  /** Input field the name came from; named when nothing is found. */
  readonly field: string;
}

/** The control block of every mutation input (api.md "Writes"). */
export interface Control {
  readonly idempotencyKey: string;
  readonly expectedVersion?: number | null | undefined;
  readonly dryRun: boolean;
}

/** Tables most commands do not look at. */
export type ColdTable = 'evidence' | 'closureNotes' | 'texts';

/** Which deliveries a command reads: one by id, those that waited for a payment to appear, or what may not run again. */
export type DeliveryQuery =
  | { readonly id: string }
  | { readonly provider: string; readonly unmatchedResource: string }
  | { readonly unreplayableOfPayment: string };

export type EntityName = 'order' | 'payment' | 'fulfillment' | 'exception';

/**
 * One use case. `decide` is pure: it changes the draft or throws a refusal, and knows nothing of databases or GraphQL.
 * `Input` is the mutation's input without `control`.
 */
export interface Command<Input> {
  /** The mutation field, or the name of the timer or applier. */
  readonly name: string;
  readonly entity: EntityName | null;
  readonly roles: readonly Role[];
  /**
   * Open to a seller's people, for their own order (S0.2): answers the id of the order it is about. Without it the
   * command is the marketplace's alone (S0.14).
   */
  sellerOrder?(draft: Draft, input: Input): string | null;
  /** The payload's entity is new: `expectedVersion` is ignored. */
  readonly creation: boolean;
  readonly cold?: readonly ColdTable[];
  deliveries?(input: Input): readonly DeliveryQuery[];
  /** Names of the checkout this is about; the first that is known wins. */
  keys(input: Input): readonly KeyRef[];
  /** A checkout of its own is opened when no key is known. */
  opensCheckout?(input: Input): boolean;
  /** Refuses input that no state could make right; runs before permission (api.md "Order of checks"). */
  check?(input: Input): void;
  /** Id of the payload's entity as it is before; refuses NOT_FOUND. Its version is what `expectedVersion` means. */
  target?(draft: Draft, input: Input): string | null;
  /** Answers the id of the payload's entity; null where there is none (a delivery, a recheck). */
  decide(draft: Draft, input: Input, tools: Tools): string | null;
  /** The smallest valid input for an entity; null where the command is not about it. */
  probe?(draft: Draft, entityId: string, tools: Pick<Tools, 'now' | 'calendar'>): Input | null;
  /** Type of the entity whose `availableTransitions` list it. */
  readonly subject?: EntityName;
}

/** For lists of commands with different inputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Input is contravariant: no other type fits them all
export type AnyCommand = Command<any>;

export interface Request<Input> {
  readonly actor: Actor;
  readonly input: Input;
  /** null for timers and deliveries, which claim nothing. */
  readonly control: Control | null;
}

/** What a write answers. */
export interface Answer {
  readonly entityId: string | null;
  readonly exceptionsOpened: readonly string[];
  readonly exceptionsResolved: readonly string[];
  readonly replayed: boolean;
  /** The checkout as it would be; for a dry run only. */
  readonly draft: Draft | null;
  /** The checkout as it was committed; null for a dry run and a replay. */
  readonly written: Draft | null;
}
