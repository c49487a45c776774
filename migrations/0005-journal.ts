import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { forwardOnly, run } from './table';

export class Journal5 implements MigrationInterface {
  up = (runner: QueryRunner): Promise<void> =>
    run(runner, ({ ascii, long }) => [
      `CREATE TABLE journal_entry (
      id ${ascii(40)} NOT NULL,
      checkout_id ${ascii(40)} NOT NULL,
      sequence INT NOT NULL,
      kind ${ascii(64)} NOT NULL CHECK (kind IN ('CHANGE', 'INTENT', 'ADOPTION')),
      action ${ascii(64)} NOT NULL,
      actor ${ascii(255)} NOT NULL,
      subject_type ${ascii(64)} NOT NULL,
      subject_id ${ascii(40)} NOT NULL,
      reason_id ${ascii(40)} NULL,
      reason_hash ${ascii(64)} NULL,
      \`before\` ${long} NULL,
      \`after\` ${long} NULL,
      recorded_at DATETIME(3) NOT NULL,
      previous_hash ${ascii(64)} NOT NULL,
      hash ${ascii(64)} NOT NULL,
      PRIMARY KEY (id)
    )`,
      'CREATE UNIQUE INDEX uq_journal_entry ON journal_entry (checkout_id, sequence)',
      'CREATE INDEX ix_journal_entry_subject ON journal_entry (subject_id, id)',
      `CREATE TABLE journal_queue (
      entry_id ${ascii(40)} NOT NULL,
      checkout_id ${ascii(40)} NOT NULL,
      sequence INT NOT NULL,
      PRIMARY KEY (entry_id)
    )`,
      'CREATE INDEX ix_journal_queue_chain ON journal_queue (checkout_id, sequence)',
      `CREATE TABLE journal_position (
      position BIGINT NOT NULL,
      entry_id ${ascii(40)} NOT NULL,
      entry_hash ${ascii(64)} NOT NULL,
      PRIMARY KEY (position)
    )`,
      'CREATE UNIQUE INDEX uq_journal_position_entry ON journal_position (entry_id)',
      `CREATE TABLE journal_seal (
      block INT NOT NULL,
      from_position BIGINT NOT NULL,
      to_position BIGINT NOT NULL,
      digest ${ascii(64)} NOT NULL,
      key_id ${ascii(64)} NOT NULL,
      signature ${ascii(64)} NOT NULL,
      sealed_at DATETIME(3) NOT NULL,
      PRIMARY KEY (block)
    )`,
      'CREATE UNIQUE INDEX uq_journal_seal_to ON journal_seal (to_position)',
      `CREATE TABLE lease (
      name ${ascii(64)} NOT NULL,
      holder ${ascii(191)} NOT NULL,
      until DATETIME(3) NOT NULL,
      PRIMARY KEY (name)
    )`,
    ]);

  down = forwardOnly;
}
