// `npm run nightly`: the model tests at full size, which CI plays small. One line per figure at the end; docs/nightly.md
// keeps the last report. Sizes and seed: FC_RUNS (5000), FC_COMMANDS (60), FC_SEED (of the day).
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const RUNS = process.env.FC_RUNS ?? '5000';
const COMMANDS = process.env.FC_COMMANDS ?? '60';
const today = new Date().toISOString().slice(0, 10);
const SEED = process.env.FC_SEED ?? today.replaceAll('-', '');
const TESTS = ['test/model/machines', 'test/model/commands'];

const figures = TESTS.map((path) => {
  const env = { ...process.env, FC_RUNS: RUNS, FC_COMMANDS: COMMANDS, FC_SEED: SEED };
  const jest = ['jest', '--selectProjects', 'sqlite', '--testTimeout=86400000', '--', path];
  const startedMs = performance.now();
  const { status } = spawnSync('npx', jest, { cwd: ROOT, env, stdio: 'inherit' });
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  return { name: path.split('/').at(-1), isOk: status === 0, minutes };
});

const lines = figures.map(
  ({ name, isOk }) =>
    `figure model-${name}-runs ${isOk ? RUNS : 0} ${RUNS} ${isOk ? 'ok' : 'short'}`,
);
writeFileSync(
  join(ROOT, 'docs', 'nightly.md'),
  [
    '# Last nightly run',
    '',
    `Written by \`npm run nightly\` on ${today}: Node ${process.versions.node}, ${cpus().length} cores, seed ${SEED}, ` +
      `${RUNS} sequences of ${COMMANDS} commands each, embedded database.`,
    '',
    '| model | minutes | figure |',
    '| --- | --- | --- |',
    ...figures.map(({ name, minutes }, index) => `| ${name} | ${minutes} | \`${lines[index]}\` |`),
    '',
  ].join('\n'),
);
spawnSync('npx', ['prettier', '--write', 'docs/nightly.md'], { cwd: ROOT });
for (const line of lines) console.log(line);
process.exitCode = figures.every(({ isOk }) => isOk) ? 0 : 1;
