import { type PaymentRule } from './payment.machine';

/** State a payment is brought to: nothing, reserved, taken. DNE: it need not exist. */
export type RuleTarget = 'DNE' | 'APPROVED' | 'DEPOSITED';
export type RuleEvent = 'prime' | 'reserve' | 'finalize';

/** Target states per event (money.md 11; S3.1, S3.2). */
export const RULE_TARGETS: Readonly<Record<PaymentRule, Readonly<Record<RuleEvent, RuleTarget>>>> =
  {
    NO_VALIDATION_OR_RESERVATION: { prime: 'DNE', reserve: 'DNE', finalize: 'DEPOSITED' },
    NO_VALIDATION_APPROVAL_ON_RESERVATION: {
      prime: 'DNE',
      reserve: 'APPROVED',
      finalize: 'DEPOSITED',
    },
    NO_VALIDATION_DEPOSIT_AT_RESERVATION: {
      prime: 'DNE',
      reserve: 'DEPOSITED',
      finalize: 'DEPOSITED',
    },
    EARLY_APPROVAL: { prime: 'APPROVED', reserve: 'APPROVED', finalize: 'DEPOSITED' },
    VALIDATION_DEPOSIT_AT_RESERVATION: {
      prime: 'APPROVED',
      reserve: 'DEPOSITED',
      finalize: 'DEPOSITED',
    },
    EARLY_DEPOSIT: { prime: 'DEPOSITED', reserve: 'DEPOSITED', finalize: 'DEPOSITED' },
  };

/** What a payment has free for an amount: taken, reserved. Minor units. */
export interface FreeMoney {
  readonly deposited: bigint;
  readonly approved: bigint;
}

export interface RuleAction {
  readonly type: 'AUTHORIZE' | 'SALE' | 'CAPTURE';
  readonly amountMinor: bigint;
}

/**
 * What brings an amount to its target, from what is there (money.md 11): nothing to Approved: authorize; to Deposited:
 * sale; Approved to Deposited: capture; partly there: the difference; there already, or target DNE: none.
 * `held` is the part that needed no action.
 */
export function actionsTo(
  target: RuleTarget,
  amount: bigint,
  free: FreeMoney,
): { readonly held: bigint; readonly actions: readonly RuleAction[] } {
  const atMost = (limit: bigint, wanted: bigint) =>
    limit <= 0n ? 0n : limit < wanted ? limit : wanted;
  const there = (type: RuleAction['type'], amountMinor: bigint): RuleAction[] =>
    amountMinor > 0n ? [{ type, amountMinor }] : [];
  if (target === 'DNE') return { held: amount, actions: [] };
  const deposited = atMost(free.deposited, amount);
  const approved = atMost(free.approved, amount - deposited);
  const missing = amount - deposited - approved;
  if (target === 'APPROVED') {
    return { held: deposited + approved, actions: there('AUTHORIZE', missing) };
  }
  return { held: deposited, actions: [...there('CAPTURE', approved), ...there('SALE', missing)] };
}
