import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { type Command } from '../checkout/command';
import { type Draft } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { parseDecimal } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { boundedText } from '../kernel/text';
import { addFact } from './new-fact';
import { newPayment } from './new-payment';
import { reportedStatus } from './native-status';
import { type Payment } from './payment.entity';
import { paymentMachine } from './payment.machine';
import { checkProvider } from './provider-name';

export interface RecordProviderSnapshotInput {
  readonly provider: string;
  readonly providerReference: string;
  readonly version?: number | null;
  readonly status: string;
  readonly currency: string;
  readonly authorized?: string | null;
  readonly captured?: string | null;
  readonly refunded?: string | null;
  readonly occurredAt: Date;
}

const TOTALS = ['authorized', 'captured', 'refunded'] as const;

/** Records the provider's resource: the answer to a FETCH_PROVIDER_RESOURCE intent (webhooks.md). */
export const recordProviderSnapshot: Command<RecordProviderSnapshotInput> = {
  name: 'recordProviderSnapshot',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordProviderSnapshot'),
  keys: ({ provider, providerReference }) => [
    {
      kind: 'PROVIDER_REFERENCE',
      value: providerReferenceKey(provider, providerReference),
      field: 'providerReference',
    },
  ],
  // The answer about a payment nobody announced: money has a home of its own (design.md, orphans).
  opensCheckout: (input) => TOTALS.some((field) => (total(input, field) ?? 0n) !== 0n),
  target: (draft, input) => knownPayment(draft, input)?.id ?? null,
  probe: probeOf,

  check(input) {
    checkProvider(input);
    refusePan(boundedText(input.status, ['status'], 64), ['status'], 'REJECT');
    for (const field of TOTALS) if (input[field]) total(input, field);
    if (input.version !== null && input.version !== undefined && input.version < 0) {
      refuse('GUARD_FAILED', 'A version is not negative.', { field: ['version'] });
    }
  },

  decide(draft, input, tools) {
    checkTime(input.occurredAt, ['occurredAt'], tools.now);
    const payment = knownPayment(draft, input) ?? newPayment(draft, namesOf(input), tools);
    const naturalKey = `snapshot:${sha256Hex(canonicalJson({ ...input }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'SNAPSHOT',
        source: 'snapshot',
        eventId: naturalKey,
        providerVersion: input.version ?? null,
        occurredAt: input.occurredAt,
        nativeStatus: input.status,
        reported: reportedStatus(input.provider, input.status),
        currency: input.currency,
        authorizedMinor: total(input, 'authorized'),
        capturedMinor: total(input, 'captured'),
        refundedMinor: total(input, 'refunded'),
      },
      tools,
    );
    return payment.id;
  },
};

function total(input: RecordProviderSnapshotInput, field: (typeof TOTALS)[number]): bigint | null {
  const amount = input[field];
  if (amount === null || amount === undefined) return null;
  const parsed = parseDecimal(amount, input.currency);
  if (parsed.ok) return parsed.minorUnits;
  const code = parsed.code === 'BAD_DECIMAL' ? 'GUARD_FAILED' : parsed.code;
  return refuse(code, 'A total has the decimals of its currency, and at most 10^15 minor units.', {
    field: [field],
  });
}

function knownPayment(draft: Draft, input: RecordProviderSnapshotInput): Payment | null {
  const named = draft.payments.find(
    ({ provider, providerReference }) =>
      provider === input.provider && providerReference === input.providerReference,
  );
  return named ?? null;
}

const namesOf = ({ provider, providerReference }: RecordProviderSnapshotInput) => ({
  provider,
  providerReference,
});

/** A snapshot that repeats what is known; a payment without a reference has no resource to be told of. */
function probeOf(draft: Draft, paymentId: string): RecordProviderSnapshotInput | null {
  const payment = draft.payments.find(({ id }) => id === paymentId);
  if (!payment || payment.providerReference === null) return null;
  return {
    provider: payment.provider,
    providerReference: payment.providerReference,
    status: payment.providerStatus ?? 'unknown',
    currency: payment.currency ?? 'USD',
    occurredAt: payment.createdAt,
  };
}
