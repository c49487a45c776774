import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

import {
  count,
  currency,
  flag,
  id,
  instant,
  json,
  longText,
  minorUnits,
  reference,
  text,
} from '../../src/db/columns';

/** One column of every kind, for the tests of the database layer. */
@Entity('sample')
export class Sample {
  @PrimaryColumn(id) id!: string;
  @Column(reference) providerReference!: string;
  @Column({ ...minorUnits, nullable: true }) amount!: bigint | null;
  @Column(currency) currency!: string;
  @Column({ ...instant, nullable: true }) seenAt!: Date | null;
  @Column(flag) frozen!: boolean;
  @Column(count) version!: number;
  @Column({ ...text(40), nullable: true }) note!: string | null;
  @Column({ ...longText, nullable: true }) raw!: string | null;
  @Column({ ...json, nullable: true }) payload!: unknown;
  @Column({ ...instant, update: false }) createdAt!: Date;
}

export class CreateSample1 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3';
    const ascii = mysql ? 'CHARACTER SET ascii COLLATE ascii_bin' : '';
    const unicode = mysql ? 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
    const long = mysql ? 'MEDIUMTEXT' : 'TEXT';
    await runner.query(`CREATE TABLE sample (
      id VARCHAR(40) ${ascii} NOT NULL PRIMARY KEY,
      provider_reference VARCHAR(191) ${ascii} NOT NULL,
      amount BIGINT NULL,
      currency VARCHAR(3) ${ascii} NOT NULL,
      seen_at DATETIME(3) NULL,
      frozen BOOLEAN NOT NULL,
      version INT NOT NULL,
      note VARCHAR(40) ${unicode} NULL,
      raw ${long} ${unicode} NULL,
      payload ${long} ${unicode} NULL,
      created_at DATETIME(3) NOT NULL
    )`);
    await runner.query('CREATE UNIQUE INDEX uq_sample_reference ON sample (provider_reference)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Forward only.'));
  }
}

/** A second one, so that order and "only what has not run" can be seen. */
export class CreateOther2 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE other (id VARCHAR(40) NOT NULL PRIMARY KEY)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Forward only.'));
  }
}

export function aSample(changes: Partial<Sample> = {}): Sample {
  return {
    id: 'smp_1',
    providerReference: `ref_${changes.id ?? 'smp_1'}`,
    amount: 1_999n,
    currency: 'EUR',
    seenAt: new Date('2026-11-21T10:20:30.456Z'),
    frozen: false,
    version: 1,
    note: null,
    raw: null,
    payload: null,
    createdAt: new Date('2026-01-02T03:04:05.006Z'),
    ...changes,
  };
}
