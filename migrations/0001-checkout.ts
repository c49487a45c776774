import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { forwardOnly, run } from './table';

export class Checkout1 implements MigrationInterface {
  up = (runner: QueryRunner): Promise<void> =>
    run(runner, ({ ascii, unicode, long }) => [
      `CREATE TABLE checkout (
      id ${ascii(40)} NOT NULL,
      guid ${ascii(191)} NULL,
      market ${unicode(64)} NULL,
      channel ${unicode(64)} NULL,
      customer_id ${ascii(191)} NULL,
      adopted_into ${ascii(40)} NULL,
      retry_mode ${ascii(64)} NOT NULL CHECK (retry_mode IN ('RUNNING', 'PAUSED', 'BLOCKED_BY_DUPLICATE_RISK')),
      retry_reasons ${long} NOT NULL,
      next_check_at DATETIME(3) NULL,
      leased_until DATETIME(3) NULL,
      journal_sequence INT NOT NULL,
      journal_hash ${ascii(64)} NOT NULL,
      version INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (id)
    )`,
      'CREATE UNIQUE INDEX uq_checkout_guid ON checkout (guid)',
      'CREATE INDEX ix_checkout_next_check ON checkout (next_check_at)',
      'CREATE INDEX ix_checkout_adopted ON checkout (adopted_into)',
      `CREATE TABLE checkout_key (
      kind ${ascii(64)} NOT NULL,
      value ${ascii(255)} NOT NULL,
      checkout_id ${ascii(40)} NOT NULL,
      PRIMARY KEY (kind, value)
    )`,
      'CREATE INDEX ix_checkout_key_checkout ON checkout_key (checkout_id)',
      `CREATE TABLE idempotency_key (
      caller ${ascii(255)} NOT NULL,
      idempotency_key ${ascii(128)} NOT NULL,
      operation ${ascii(64)} NOT NULL,
      fingerprint ${ascii(64)} NOT NULL,
      answer ${long} NOT NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (caller, idempotency_key)
    )`,
      'CREATE INDEX ix_idempotency_key_age ON idempotency_key (created_at)',
      `CREATE TABLE personal_text (
      id ${ascii(40)} NOT NULL,
      checkout_id ${ascii(40)} NOT NULL,
      field ${ascii(64)} NOT NULL,
      text ${long} NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (id)
    )`,
      'CREATE INDEX ix_personal_text_checkout ON personal_text (checkout_id)',
    ]);

  down = forwardOnly;
}
