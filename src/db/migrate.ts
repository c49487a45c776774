import { type MigrationInterface, type QueryRunner } from 'typeorm';

import { systemClock } from '../kernel/clock';

/** Seconds for which a starting process waits while another one migrates. */
const LOCK_WAIT_S = 60;

export type MigrationClass = new () => MigrationInterface;

/**
 * Runs the migrations that the table `migration` does not name, in their order, each recorded when it
 * is done. `atomic` puts each into a transaction with its record; MySQL commits at every DDL anyway.
 */
export async function runMigrations(
  runner: QueryRunner,
  migrations: readonly MigrationClass[],
  atomic: boolean,
): Promise<string[]> {
  await runner.query(
    'CREATE TABLE IF NOT EXISTS `migration` (`name` VARCHAR(120) NOT NULL PRIMARY KEY, `ran_at` VARCHAR(24) NOT NULL)',
  );
  const done = (await runner.query('SELECT `name` FROM `migration`')) as { name: string }[];
  const names = new Set(done.map(({ name }) => name));
  const ran: string[] = [];
  for (const Migration of migrations) {
    if (names.has(Migration.name)) continue;
    await runOne(runner, Migration, atomic);
    ran.push(Migration.name);
  }
  return ran;
}

async function runOne(runner: QueryRunner, Migration: MigrationClass, atomic: boolean) {
  if (atomic) await runner.startTransaction();
  try {
    await new Migration().up(runner);
    const record = [Migration.name, systemClock().toISOString()];
    await runner.query('INSERT INTO `migration` (`name`, `ran_at`) VALUES (?, ?)', record);
    if (atomic) await runner.commitTransaction();
  } catch (error) {
    if (atomic) await runner.rollbackTransaction();
    throw error;
  }
}

/** Work that one process of all that use this MySQL server does at a time. */
export async function underMigrationLock<T>(
  runner: QueryRunner,
  work: () => Promise<T>,
): Promise<T> {
  const [answer] = (await runner.query(
    `SELECT GET_LOCK('recon:migrate', ${LOCK_WAIT_S}) AS taken`,
  )) as { taken: unknown }[];
  if (Number(answer?.taken) !== 1) {
    throw new Error(`Another process has been migrating for more than ${LOCK_WAIT_S} s.`);
  }
  try {
    return await work();
  } finally {
    // A connection that is lost has given the lock back already.
    await runner.query("SELECT RELEASE_LOCK('recon:migrate')").catch(() => undefined);
  }
}
