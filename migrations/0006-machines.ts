import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { forwardOnly, MAX, run, values } from './table';

const REJECTION_CAUSES = ['INVENTORY', 'ADDRESS', 'FRAUD', 'ALLOCATION', 'UNCLASSIFIED'];
const CAPTURE_POLICIES = [
  'BEFORE_FULFILLING',
  'AT_SHIPMENT',
  'AT_INVOICE',
  'AT_ORDER',
  'ON_DELIVERY',
];
const CAPTURE_RESULTS = ['NONE', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'INDETERMINATE'];
const PAYMENT_RULES = [
  'NO_VALIDATION_OR_RESERVATION',
  'NO_VALIDATION_APPROVAL_ON_RESERVATION',
  'NO_VALIDATION_DEPOSIT_AT_RESERVATION',
  'EARLY_APPROVAL',
  'VALIDATION_DEPOSIT_AT_RESERVATION',
  'EARLY_DEPOSIT',
];
const RISK_STATUSES = ['NONE', 'ANALYZING', 'APPROVED', 'DENIED'];
const amount = `BIGINT NOT NULL DEFAULT 0`;
const bounded = (column: string) => `CHECK (${column} BETWEEN -${MAX} AND ${MAX})`;
const EPOCH = `'1970-01-01 00:00:00.000'`;

/** The rest of the order clock, payment rules, requested transactions, fulfillments (states.md 2.1 to 2.4). */
export class Machines6 implements MigrationInterface {
  up = (runner: QueryRunner): Promise<void> =>
    run(runner, ({ ascii, unicode, long, emptyList, add }) => {
      return [
        ...add('orders', [
          `status_at DATETIME(3) NOT NULL DEFAULT ${EPOCH}`,
          `status_before ${ascii(64)} NULL`,
          `cancelled_minor ${amount} ${bounded('cancelled_minor')}`,
          `initial_minor BIGINT NULL ${bounded('initial_minor')}`,
          `oms_cause ${ascii(64)} NULL CHECK (oms_cause IN ${values(REJECTION_CAUSES)})`,
          `marketplace_order_id ${ascii(40)} NULL`,
          `replaces_order_id ${ascii(40)} NULL`,
          `replaced_by_order_id ${ascii(40)} NULL`,
          `delivered_at DATETIME(3) NULL`,
          `invoices ${long} NOT NULL ${emptyList}`,
          `erp_postings ${long} NOT NULL ${emptyList}`,
          `refund_grants ${long} NOT NULL ${emptyList}`,
          `notification_hops ${long} NOT NULL ${emptyList}`,
        ]),
        'UPDATE orders SET status_at = updated_at',
        ...add('payment', [
          `payment_rule ${ascii(64)} NOT NULL DEFAULT 'EARLY_APPROVAL' CHECK (payment_rule IN ${values(PAYMENT_RULES)})`,
          `collection ${ascii(64)} NOT NULL DEFAULT 'IMMEDIATE' CHECK (collection IN ('IMMEDIATE', 'ON_DELIVERY', 'ON_TERMS'))`,
          `partially_consumable BOOLEAN NOT NULL DEFAULT TRUE`,
          `validation_minor ${amount}`,
          `reservation_minor ${amount}`,
          `finalization_minor ${amount}`,
          `settlement_status ${ascii(64)} NOT NULL DEFAULT 'NOT_SETTLED' CHECK (settlement_status IN ('NOT_SETTLED', 'PENDING', 'SETTLED', 'HELD', 'MISMATCHED'))`,
          `risk_status ${ascii(64)} NOT NULL DEFAULT 'NONE' CHECK (risk_status IN ${values(RISK_STATUSES)})`,
          `instrument_reference ${ascii(191)} NULL`,
          `instruction_edited_at DATETIME(3) NULL`,
          `disbursements ${long} NOT NULL ${emptyList}`,
        ]),
        ...['payment_fact', 'payment_transaction'].flatMap((table) =>
          add(table, [
            `fulfillment_id ${ascii(40)} NULL`,
            `externally_executed BOOLEAN NOT NULL DEFAULT FALSE`,
            `request_id ${ascii(40)} NULL`,
            `final_capture BOOLEAN NOT NULL DEFAULT FALSE`,
            `disbursement_id ${ascii(191)} NULL`,
            `respond_by DATETIME(3) NULL`,
          ]),
        ),
        ...add('payment_fact', [
          `evidence_reference ${unicode(191)} NULL`,
          `risk_status ${ascii(64)} NULL CHECK (risk_status IN ${values(RISK_STATUSES)})`,
        ]),
        ...add('fulfillment', [
          `status_at DATETIME(3) NOT NULL DEFAULT ${EPOCH}`,
          `capture_policy ${ascii(64)} NOT NULL DEFAULT 'BEFORE_FULFILLING' CHECK (capture_policy IN ${values(CAPTURE_POLICIES)})`,
          `capture_result ${ascii(64)} NOT NULL DEFAULT 'NONE' CHECK (capture_result IN ${values(CAPTURE_RESULTS)})`,
          `reserving_minor ${amount}`,
          `finalizing_minor ${amount}`,
          `items ${long} NOT NULL ${emptyList}`,
          `claims ${long} NOT NULL ${emptyList}`,
          `split_from_id ${ascii(40)} NULL`,
        ]),
        'UPDATE fulfillment SET status_at = updated_at',
        `CREATE TABLE order_interaction (
      id ${ascii(40)} NOT NULL,
      checkout_id ${ascii(40)} NOT NULL,
      order_id ${ascii(40)} NOT NULL,
      kind ${ascii(64)} NOT NULL,
      code ${unicode(191)} NULL,
      text_id ${ascii(40)} NULL,
      text_hash ${ascii(64)} NULL,
      source_system ${unicode(64)} NULL,
      recorded_by ${ascii(255)} NOT NULL,
      occurred_at DATETIME(3) NOT NULL,
      recorded_at DATETIME(3) NOT NULL,
      PRIMARY KEY (id)
    )`,
        'CREATE INDEX ix_order_interaction_order ON order_interaction (order_id, occurred_at, id)',
        'CREATE INDEX ix_order_interaction_checkout ON order_interaction (checkout_id)',
      ];
    });

  down = forwardOnly;
}
