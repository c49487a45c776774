import { commands } from '../../../src/checkout/commands';
import { type Draft } from '../../../src/checkout/draft.rules';
import { LEGALITY, rulesFor, verdictOf, type Standing } from '../../../src/checkout/legality.rules';
import { recheck } from '../../../src/checkout/recheck';
import { rulesOf } from '../../../src/exception/catalogue.rules';
import { type ExceptionKind } from '../../../src/exception/exception-kind.rules';
import { isLive } from '../../../src/exception/exception.machine';
import { FULFILLMENT_STATUSES } from '../../../src/fulfillment/fulfillment.machine';
import { Refused } from '../../../src/kernel/refusal';
import { ORDER_STATUSES } from '../../../src/order/order.machine';
import { PAYMENT_STATUSES } from '../../../src/payment/payment.machine';
import { cellOf, NOW, run, SETTINGS, type Cell } from './cells';

// Every combination of an order, a payment and a fulfillment, and every mutation from each of them: whatever is
// committed, a contradiction is never without its exception.

const LATER = new Date(NOW.getTime() + 40 * 86_400_000);

const MUCH_LATER = new Date(NOW.getTime() + 80 * 86_400_000);

const look = (draft: Draft, now = NOW) =>
  run(draft, recheck, { checkoutId: draft.checkout.id }, { now });

/** The combinations a draft stands in now. */
function standings(draft: Draft): Standing[] {
  return draft.orders
    .filter(({ side, duplicateOfOrderId }) => side === 'MARKETPLACE' && duplicateOfOrderId === null)
    .flatMap((order) => {
      const own = draft.fulfillments.filter(({ orderId }) => orderId === order.id);
      const parts = own.length === 0 ? [null] : own;
      return draft.payments
        .filter(({ orderId }) => orderId === order.id)
        .flatMap((payment) =>
          parts.map((part) => ({
            order: order.status,
            payment: payment.status,
            fulfillment: part?.status ?? null,
          })),
        );
    });
}

/** The kind itself, or one that absorbs it. */
function tellers(kind: ExceptionKind): ExceptionKind[] {
  return [kind, ...rulesOf(kind).yieldsTo.flatMap(tellers)];
}

/** Contradictions of a draft that no live exception tells. */
function untold(draft: Draft, { overdue }: { overdue: boolean }): string[] {
  const live = draft.exceptions.filter(isLive).map(({ kind }) => kind);
  return standings(draft).flatMap((standing) => {
    const name = Object.values(standing).join(' × ');
    if (verdictOf(standing) === 'UNREACHABLE') return [`${name} is unreachable`];
    return rulesFor(standing)
      .filter(({ until }) => overdue || until === undefined)
      .filter(
        ({ kind, orElse = [] }) => ![...tellers(kind), ...orElse].some((one) => live.includes(one)),
      )
      .map(({ kind }) => `${name}: ${kind}`);
  });
}

const cells: Cell[] = ORDER_STATUSES.flatMap((order) =>
  PAYMENT_STATUSES.flatMap((payment) =>
    [null, ...FULFILLMENT_STATUSES].map((fulfillment) => ({ order, payment, fulfillment })),
  ),
);

test('the product of the states is judged whole: each is legal, legal until a limit, or a contradiction', () => {
  const verdicts = new Map<string, number>();
  for (const cell of cells) {
    verdicts.set(verdictOf(cell), (verdicts.get(verdictOf(cell)) ?? 0) + 1);
  }

  expect(cells).toHaveLength(15 * 18 * 13);
  expect([...verdicts.keys()].sort()).toEqual([
    'CONTRADICTION',
    'LEGAL',
    'LEGAL_UNTIL',
    'UNREACHABLE',
  ]);
});

test.each(LEGALITY.map((rule) => [rule.because, rule] as const))(
  'where %s, some combination stands, and its kind is in the catalogue',
  (_because, rule) => {
    expect(cells.filter((cell) => rulesFor(cell).includes(rule)).length).toBeGreaterThan(0);
    expect(rulesOf(rule.kind).kind).toBe(rule.kind);
    const limits: Readonly<Record<string, unknown>> = { ...SETTINGS, ...SETTINGS.limits };
    expect(rule.until === undefined || typeof limits[rule.until] === 'number').toBe(true);
  },
);

describe.each(ORDER_STATUSES)('an order that is %s', (order) => {
  const mine = cells.filter((cell) => cell.order === order && verdictOf(cell) !== 'UNREACHABLE');

  test('is never beside a contradiction nobody is told of', () => {
    const found = mine.flatMap((cell) => {
      const draft = cellOf(cell);
      look(draft);
      return untold(draft, { overdue: false });
    });

    expect([...new Set(found)]).toEqual([]);
  });

  test('is told of what was legal only for a while, once that is over', () => {
    const found = mine.flatMap((cell) => {
      const draft = cellOf(cell);
      look(draft);
      look(draft, LATER);
      look(draft, MUCH_LATER); // The order may have been given up meanwhile.
      return untold(draft, { overdue: true });
    });

    expect([...new Set(found)]).toEqual([]);
  });

  test('comes into none by any mutation from any of its combinations', () => {
    const found = new Set<string>();
    let done = 0;
    for (const cell of mine) {
      const draft = cellOf(cell);
      look(draft);
      // Where it does not rest, another combination is tried in its place.
      if (!isAt(draft, cell)) continue;
      for (const { command, input } of probes(draft)) {
        const after = structuredClone(draft);
        if (!isDone(() => run(after, command, input, { before: draft }))) continue;
        done += 1;
        for (const one of untold(after, { overdue: false })) found.add(`${command.name}: ${one}`);
      }
    }

    expect([...found]).toEqual([]);
    expect([order, done > 0]).toEqual([order, mine.some(rests)]);
  });
});

/** Some combination of it rests. */
function rests(cell: Cell): boolean {
  const draft = cellOf(cell);
  look(draft);
  return isAt(draft, cell);
}

/** Nothing moved by itself. */
function isAt({ orders, payments, fulfillments }: Draft, cell: Cell): boolean {
  return (
    orders[0]?.status === cell.order &&
    payments[0]?.status === cell.payment &&
    (fulfillments[0]?.status ?? null) === cell.fulfillment
  );
}

/** Every mutation that has a smallest valid input for something in the draft. */
function probes(draft: Draft) {
  const subjects = {
    order: draft.orders,
    payment: draft.payments,
    fulfillment: draft.fulfillments,
    exception: draft.exceptions,
  };
  const tools = { now: NOW, calendar: SETTINGS.calendar };
  return commands.flatMap((command) => {
    const rows = command.subject === undefined ? [] : subjects[command.subject];
    return rows.flatMap(({ id }) => {
      const input: unknown = command.probe?.(structuredClone(draft), id, tools) ?? null;
      return input === null ? [] : [{ command, input }];
    });
  });
}

function isDone(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}
