import { startLoops, type Loop, type Loops } from '../../../src/worker/loops';

const EVERY_MS = 1_000;
const LONGEST_MS = 1_100; // With the jitter.

let loops: Loops;
let errors: [string, string][];
let runs: [string, number][];

beforeEach(() => {
  jest.useFakeTimers();
  errors = [];
  runs = [];
});
afterEach(async () => {
  await loops.close();
  jest.useRealTimers();
});

const start = (...given: Loop[]) => {
  loops = startLoops({
    loops: given,
    onError: (name, error) => errors.push([name, String(error)]),
    onRun: (name, count) => runs.push([name, count]),
  });
};
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A run that ends when it is told to. */
function held() {
  const ends: ((count: number) => void)[] = [];
  return {
    begun: () => ends.length,
    end: async (count = 0) => {
      ends.at(-1)!(count);
      await pass(0);
    },
    run: () => new Promise<number>((resolve) => ends.push(resolve)),
  };
}

test('each loop runs on its own interval, give or take a tenth', async () => {
  start(
    { name: 'sweep', everyMs: EVERY_MS, run: async () => 1 },
    { name: 'seal', everyMs: 10 * EVERY_MS, run: async () => 2 },
  );

  await pass(11_000);

  const of = (name: string) => runs.filter(([ran]) => ran === name);
  expect(of('sweep').length).toBeGreaterThanOrEqual(9);
  expect(of('sweep').length).toBeLessThanOrEqual(13);
  expect(of('seal').length).toBeGreaterThanOrEqual(1);
  expect(of('seal').length).toBeLessThanOrEqual(2);
});

test('a loop never overlaps itself', async () => {
  const work = held();
  start({ name: 'sweep', everyMs: EVERY_MS, run: work.run });

  await pass(10 * EVERY_MS);
  expect(work.begun()).toBe(1);
  await work.end();
  await pass(LONGEST_MS);

  expect(work.begun()).toBe(2);
  await work.end();
});

test('waking runs the loop of deliveries at once, and no other', async () => {
  start(
    { name: 'apply', everyMs: 3_600_000, run: async () => 1 },
    { name: 'seal', everyMs: 3_600_000, run: async () => 1 },
  );

  loops.wake();
  await pass(0);

  expect(runs).toEqual([['apply', 1]]);
});

test('waking during a run runs once more, however often', async () => {
  const work = held();
  start({ name: 'apply', everyMs: 3_600_000, run: work.run });
  loops.wake();

  loops.wake();
  loops.wake();
  expect(work.begun()).toBe(1);
  await work.end();
  expect(work.begun()).toBe(2);
  await work.end();

  expect(work.begun()).toBe(2);
});

test('a run that was full is followed by the next at once, one that was not waits', async () => {
  const counts = [50, 50, 49, 0];
  start({ name: 'apply', everyMs: 3_600_000, full: 50, run: async () => counts.shift() ?? 0 });

  loops.wake();
  await pass(0);

  expect(runs).toEqual([
    ['apply', 50],
    ['apply', 50],
    ['apply', 49],
  ]);
});

test('a run that fails is told of, and the loop goes on', async () => {
  let run = 0;
  start({
    name: 'sweep',
    everyMs: EVERY_MS,
    run: () => {
      run += 1;
      if (run === 1) throw new Error('at once');
      return run === 2 ? Promise.reject(new Error('later')) : Promise.resolve(run);
    },
  });

  await pass(3 * LONGEST_MS);

  expect(errors).toEqual([
    ['sweep', 'Error: at once'],
    ['sweep', 'Error: later'],
  ]);
  expect(runs[0]).toEqual(['sweep', 3]);
});

test('closing waits for the run in progress, and nothing begins after it', async () => {
  const work = held();
  start({ name: 'apply', everyMs: EVERY_MS, full: 1, run: work.run });
  loops.wake();
  let closed = false;

  const closing = loops.close().then(() => (closed = true));
  loops.wake();
  await pass(10 * EVERY_MS);
  expect(closed).toBe(false);
  await work.end(1);
  await closing;
  await pass(10 * EVERY_MS);

  expect(work.begun()).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});
