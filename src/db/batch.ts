import DataLoader from 'dataloader';

/** As many as an IN list takes, so that a batch is one statement. */
const BATCH_KEYS_MAX = 500;

/** One row per key, null where there is none. */
export function batchOne<Row>(
  keyOf: (row: Row) => string,
  fetch: (keys: string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> {
  return new DataLoader<string, Row | null>(
    async (keys) => {
      const rowByKey = new Map((await fetch([...keys])).map((row) => [keyOf(row), row]));
      return keys.map((key) => rowByKey.get(key) ?? null);
    },
    { maxBatchSize: BATCH_KEYS_MAX },
  );
}

/** All rows per key in the order fetched, an empty list where there is none. */
export function batchMany<Row>(
  keyOf: (row: Row) => string,
  fetch: (keys: string[]) => Promise<Row[]>,
): DataLoader<string, Row[]> {
  return new DataLoader<string, Row[]>(
    async (keys) => {
      const rowsByKey = new Map<string, Row[]>(keys.map((key) => [key, []]));
      for (const row of await fetch([...keys])) rowsByKey.get(keyOf(row))?.push(row);
      return keys.map((key) => rowsByKey.get(key) ?? []);
    },
    { maxBatchSize: BATCH_KEYS_MAX },
  );
}
