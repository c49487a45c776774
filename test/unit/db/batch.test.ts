import { batchMany, batchOne } from '../../../src/db/batch';

const rows = [
  { id: 'a', owner: 'x' },
  { id: 'b', owner: 'y' },
  { id: 'c', owner: 'x' },
];

test('one row per key, null where there is none, one fetch for all', async () => {
  const fetched: string[][] = [];
  const loader = batchOne(
    (row: (typeof rows)[0]) => row.id,
    (keys) => {
      fetched.push(keys);
      return Promise.resolve(rows);
    },
  );

  expect(await Promise.all(['b', 'z', 'b'].map((key) => loader.load(key)))).toEqual([
    rows[1],
    null,
    rows[1],
  ]);
  expect(fetched).toEqual([['b', 'z']]);
});

test('all rows per key in the order fetched, an empty list where there is none', async () => {
  const loader = batchMany(
    (row: (typeof rows)[0]) => row.owner,
    () => Promise.resolve(rows),
  );

  expect(await Promise.all(['x', 'z'].map((key) => loader.load(key)))).toEqual([
    [rows[0], rows[2]],
    [],
  ]);
});

test('501 keys are fetched in two batches', async () => {
  const sizes: number[] = [];
  const loader = batchOne(
    (row: (typeof rows)[0]) => row.id,
    (keys) => {
      sizes.push(keys.length);
      return Promise.resolve([]);
    },
  );

  await Promise.all(Array.from({ length: 501 }, (_, n) => loader.load(`k${n}`)));

  expect(sizes).toEqual([500, 1]);
});
