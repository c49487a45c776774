/** Work that comes again and again. */
export interface Loop {
  readonly name: string;
  /** Between the end of one run and the beginning of the next, give or take a tenth. */
  readonly everyMs: number;
  /** Answers how much it did. */
  readonly run: () => Promise<number>;
  /** A run that did this much or more left something behind: the next one follows at once. */
  readonly full?: number;
}

export interface LoopsDeps {
  readonly loops: readonly Loop[];
  /** Hears why a run failed; the loop goes on. */
  readonly onError: (name: string, error: unknown) => void;
  /** Hears of every run that ended well. */
  readonly onRun?: (name: string, count: number, ms: number) => void;
}

export interface Loops {
  /** Runs a loop at once, and once more if it is running: what came meanwhile may have been missed. */
  readonly wake: (name?: string) => void;
  /** No run begins any more; resolves when those in progress have ended. */
  readonly close: () => Promise<void>;
}

/** So that instances started together do not stay in step. */
const JITTER = 0.1;

/** Runs each loop on its interval, never twice at a time. */
export function startLoops(deps: LoopsDeps): Loops {
  const running = new Map(deps.loops.map((loop) => [loop.name, startLoop(loop, deps)]));
  return {
    wake: (name = 'apply') => running.get(name)?.wake(),
    close: async () => {
      await Promise.all([...running.values()].map(({ close }) => close()));
    },
  };
}

function startLoop(loop: Loop, { onError, onRun }: LoopsDeps) {
  const state = { isWanted: false, isClosed: false };
  let timer: NodeJS.Timeout;
  let current: Promise<void> | null = null;

  const runOnce = async (): Promise<void> => {
    state.isWanted = false;
    const startedMs = performance.now();
    try {
      const count = await loop.run();
      if (loop.full !== undefined && count >= loop.full) state.isWanted = true;
      onRun?.(loop.name, count, performance.now() - startedMs);
    } catch (error) {
      onError(loop.name, error);
    }
  };
  const cycle = async (): Promise<void> => {
    do await runOnce();
    while (state.isWanted && !state.isClosed);
    current = null;
    schedule(loop.everyMs * (1 - JITTER + 2 * JITTER * Math.random()));
  };
  const wake = (): void => {
    state.isWanted = true;
    if (current !== null || state.isClosed) return;
    clearTimeout(timer);
    current = cycle();
  };
  const schedule = (afterMs: number): void => {
    if (!state.isClosed) timer = setTimeout(wake, afterMs);
  };

  schedule(loop.everyMs * Math.random());
  return {
    wake,
    close: async (): Promise<void> => {
      state.isClosed = true;
      clearTimeout(timer);
      await current;
    },
  };
}
