// `npm test`: the whole suite, each lane on what it needs. Arguments go to jest:
//   npm test -- --testPathPatterns idempotency                     in every lane
//   npm test -- --selectProjects sqlite --testPathPatterns sweep   in one lane
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideChromium } from './chromium.mjs';
import { provideMariaDb } from './mariadb.mjs';

const LANES = ['unit', 'sqlite', 'mariadb', 'gateway', 'browser'];
const ROOT = join(import.meta.dirname, '..');
const GATEWAY = join(ROOT, 'test', 'gateway');
const CACHE = join(ROOT, 'node_modules', '.cache', 'jest');
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const asked = readArguments(process.argv.slice(2));
// What tests leave behind goes with it. Jest's cache lives elsewhere and stays.
const temporary = mkdtempSync(join(tmpdir(), 'recon-test-'));
let jest = null;

// Ctrl-C and crashes take the same way out as success; the database follows by its own guard.
for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => process.exit(code));
process.on('exit', () => {
  endJest();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
});

process.exitCode = await main();

async function main() {
  const wanted = asked.lanes ?? LANES;
  const notRun = [];
  const env = { ...process.env, TMPDIR: temporary };
  // The servers that tests start are the compiled ones.
  const build = wanted.some((lane) => lane !== 'unit') ? npm(ROOT, 'run', 'build') : null;
  if (build !== null) say('npm run build failed', build);
  if (wanted.includes('gateway')) {
    const refusal = build === null ? installGateway() : 'the build failed';
    if (refusal !== null) notRun.push({ lane: 'gateway', reason: refusal });
  }
  if (wanted.includes('browser')) {
    const browser = provideChromium();
    if ('path' in browser) env.CHROMIUM_PATH = browser.path;
    else notRun.push({ lane: 'browser', reason: browser.unavailable });
  }
  let stop = () => Promise.resolve();
  if (wanted.includes('mariadb')) {
    const database = await provideMariaDb({ allowInstall: true });
    if ('url' in database) {
      env.TEST_DATABASE_URL = database.url;
      stop = database.stop;
    } else notRun.push({ lane: 'mariadb', reason: database.unavailable });
  }
  announce(notRun);
  const lanes = wanted.filter((lane) => notRun.every((missing) => missing.lane !== lane));
  const code = lanes.length === 0 ? 1 : await runJest(lanes, env);
  await stop();
  const result = countTests(code);
  if (build !== null) result.failed += 1;
  if (process.env.CI === 'true') result.failed += notRun.length;
  announce(notRun);
  process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);
  return result.failed > 0 ? code || 1 : code;
}

/** Takes --selectProjects out, because only lanes that can run are handed on; null: all of them. */
function readArguments(args) {
  const at = args.findIndex((argument) => /^--selectProjects(=|$)/.test(argument));
  if (at === -1) return { lanes: null, rest: args };
  const after = args.slice(at + 1);
  const inline = args[at].split('=')[1];
  const option = after.findIndex((argument) => argument.startsWith('-'));
  const words = inline !== undefined ? 0 : option === -1 ? after.length : option;
  const lanes = inline !== undefined ? [inline] : after.slice(0, words);
  return { lanes, rest: [...args.slice(0, at), ...after.slice(words)] };
}

/** Null, or why the gateway's own packages could not be installed. */
function installGateway() {
  const lock = modified(join(GATEWAY, 'package-lock.json'));
  const installed = modified(join(GATEWAY, 'node_modules', '.package-lock.json'));
  if (installed >= lock) return null;
  const said = npm(GATEWAY, 'ci', '--no-audit', '--no-fund');
  if (said === null) return null;
  return `npm ci in test/gateway failed: ${said.trim().split('\n').at(-1)}`;
}

/** Milliseconds; 0 where there is no such file. */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Null, or what it said while failing. */
function npm(cwd, ...args) {
  const run = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  return run.status === 0 ? null : `${run.stdout ?? ''}${run.stderr ?? run.error?.message ?? ''}`;
}

/** Jest's exit code. Jest leads a process group, so that the servers of its tests end with it. */
function runJest(lanes, env) {
  const own = ['--json', `--outputFile=${join(temporary, 'result.json')}`, '--workerThreads=false'];
  own.push(`--cacheDirectory=${CACHE}`);
  if (!asked.rest.some((argument) => /^(-i|-w|--runInBand|--maxWorkers)(=|$)/.test(argument))) {
    own.push('--maxWorkers=2');
  }
  const program = [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...asked.rest, ...own];
  // Last, because it takes every word that follows it.
  program.push('--selectProjects', ...lanes);
  return new Promise((resolve) => {
    jest = spawn(process.execPath, program, {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    jest.once('close', (code) => {
      endJest();
      resolve(code ?? 1);
    });
  });
}

/** Ends jest and whatever its tests started and left. */
function endJest() {
  if (jest === null) return;
  try {
    process.kill(-jest.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left, which is the usual case.
  }
  jest = null;
}

/** A test file that could not be run counts as one failed test, and so does a jest that failed. */
function countTests(code) {
  const path = join(temporary, 'result.json');
  const result = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = result;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
}

function announce(notRun) {
  for (const { lane, reason } of notRun) say(`NOT RUN: the ${lane} lane`, reason);
}

function say(title, text) {
  const rule = '!'.repeat(80);
  process.stderr.write(`${rule}\n!! ${title}\n${text.trim()}\n${rule}\n`);
}
