import { AsyncLocalStorage } from 'node:async_hooks';

import { type QueryRunner } from 'typeorm';

import { type Sql } from './database';
import { classify } from './error-class';

export interface Answered {
  readonly rows: readonly object[];
  /** Rows matched by a write; 0 for a read. */
  readonly matched: number;
}
/** Runs one statement on one connection. */
export type Execute = (text: string, parameters?: readonly unknown[]) => Promise<Answered>;

export async function executeOn(
  runner: QueryRunner,
  text: string,
  parameters: readonly unknown[],
): Promise<Answered> {
  const { records, affected } = await runner.query(text, [...parameters], true);
  return { rows: (records as object[] | undefined) ?? [], matched: affected ?? 0 };
}

export function sqlOn(execute: Execute): Sql {
  return {
    async query<Row extends object>(text: string, parameters?: readonly unknown[]) {
      const { rows } = await execute(text, parameters);
      return rows as Row[];
    },
    run: async (text, parameters) => (await execute(text, parameters)).matched,
  };
}

/** For connections that only read; the database refuses the rest where it can. */
export function readOnlySql(execute: Execute): Sql {
  const run = () => Promise.reject(new Error('A reader does not write: use write().'));
  return { ...sqlOn(execute), run };
}

/**
 * Begin, work, COMMIT; any error rolls back. Statements run one after another. After one that failed
 * (a duplicate excepted) the transaction is lost even if the work caught the error: a deadlock has
 * rolled it back on the server, and what follows would be committed alone; a lock timeout has not,
 * and half of it would be committed.
 */
export async function inTransaction<T>(
  execute: Execute,
  begin: readonly string[],
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  for (const text of begin) await execute(text);
  const unit = oneByOne(execute);
  try {
    const result = await work(unit.execute);
    await unit.end();
    await execute('COMMIT');
    return result;
  } catch (error) {
    // Statements nobody awaited must not run after the ROLLBACK, on their own.
    await unit.end().catch(() => undefined);
    // The first error is the one to tell. A connection that cannot roll back is given up by its owner.
    await execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function oneByOne(execute: Execute): { execute: Execute; end: () => Promise<void> } {
  let last: Promise<unknown> = Promise.resolve();
  let lost: { readonly error: unknown } | null = null;
  let open = true;
  const run = async (text: string, parameters?: readonly unknown[]) => {
    if (lost !== null) throw lost.error;
    try {
      return await execute(text, parameters);
    } catch (error) {
      if (classify(error) !== 'DUPLICATE') lost = { error };
      throw error;
    }
  };
  return {
    execute(text, parameters) {
      if (!open) return Promise.reject(new Error('This transaction has ended.'));
      const answered = last.then(() => run(text, parameters));
      last = answered.catch(() => undefined);
      return answered;
    },
    async end() {
      open = false;
      await last;
      if (lost !== null) throw lost.error;
    },
  };
}

/** A function that runs work, and throws when it is called by the work it runs. */
export function refusingNested(): <T>(work: () => Promise<T>) => Promise<T> {
  const outer = new AsyncLocalStorage<{ open: boolean }>();
  return async (work) => {
    if (outer.getStore()?.open === true) {
      throw new Error('write() inside write(): pass the outer sql on instead.');
    }
    const unit = { open: true };
    try {
      return await outer.run(unit, work);
    } finally {
      unit.open = false;
    }
  };
}
