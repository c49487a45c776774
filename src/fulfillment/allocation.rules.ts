import { smaller } from './shares.rules';

/** What a payment could give; minor units. */
export interface Source {
  readonly paymentId: string;
  readonly available: bigint;
  /** Used whole or not at all, e.g. a gift certificate (money.md 5). */
  readonly whole: boolean;
}

export interface Allocation {
  readonly paymentId: string;
  readonly amount: bigint;
}

/** Spreads an amount over sources in their order: each gives min(remaining, available) (money.md 5). */
export function allocate(
  amount: bigint,
  sources: readonly Source[],
): { readonly lines: readonly Allocation[]; readonly missing: bigint } {
  let left = amount;
  const lines: Allocation[] = [];
  for (const { paymentId, available, whole } of sources) {
    const given = smaller(left, available);
    if (given === 0n || (whole && available > left)) continue;
    lines.push({ paymentId, amount: given });
    left -= given;
  }
  return { lines, missing: left };
}
