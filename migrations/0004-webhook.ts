import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { forwardOnly, run } from './table';

export class Webhook4 implements MigrationInterface {
  up = (runner: QueryRunner): Promise<void> =>
    run(runner, ({ ascii, unicode, long }) => [
      `CREATE TABLE webhook_delivery (
      id ${ascii(40)} NOT NULL,
      provider ${ascii(64)} NOT NULL,
      event_id ${ascii(191)} NULL,
      resource_id ${ascii(191)} NULL,
      other_resource_id ${ascii(191)} NULL,
      action ${unicode(64)} NULL,
      provider_version INT NULL,
      native_status ${unicode(64)} NULL,
      live_mode BOOLEAN NOT NULL,
      payload_hash ${ascii(64)} NOT NULL,
      payload ${long} NULL,
      headers ${long} NOT NULL,
      query ${long} NOT NULL,
      signature_result ${ascii(64)} NOT NULL,
      delivery_attempt INT NOT NULL,
      replayable BOOLEAN NOT NULL,
      outcome ${ascii(64)} NOT NULL,
      outcome_reason ${unicode(191)} NULL,
      attempts INT NOT NULL,
      next_attempt_at DATETIME(3) NULL,
      occurred_at DATETIME(3) NULL,
      received_at DATETIME(3) NOT NULL,
      applied_at DATETIME(3) NULL,
      checkout_id ${ascii(40)} NULL,
      payment_id ${ascii(40)} NULL,
      payload_since DATETIME(3) GENERATED ALWAYS AS (CASE WHEN payload IS NULL OR outcome IN ('RECEIVED', 'UNMATCHED') THEN NULL ELSE COALESCE(applied_at, received_at) END) STORED,
      PRIMARY KEY (id)
    )`,
      'CREATE INDEX ix_webhook_delivery_event ON webhook_delivery (event_id, provider)',
      'CREATE INDEX ix_webhook_delivery_resource ON webhook_delivery (provider, resource_id, outcome)',
      'CREATE INDEX ix_webhook_delivery_other ON webhook_delivery (provider, other_resource_id, outcome)',
      'CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (next_attempt_at)',
      'CREATE INDEX ix_webhook_delivery_payment ON webhook_delivery (payment_id)',
      'CREATE INDEX ix_webhook_delivery_payload ON webhook_delivery (payload_since)',
      'CREATE INDEX ix_webhook_delivery_received ON webhook_delivery (received_at, id)',
    ]);

  down = forwardOnly;
}
