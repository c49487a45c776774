import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { freshTarget, lane } from '../../support/lane';
import { endServers, startServerProcess } from '../../support/server-process';

/** `npm test` builds it before jest starts; by hand: `npm run build`. */
const PROGRAM = join(__dirname, '..', '..', '..', 'dist', 'src', 'cli', 'rehearse.js');
const JWT_SECRET = 'a-jwt-secret-of-the-tests-with-length';
const ROLES = ['STOREFRONT', 'COMMERCE', 'PAYMENT', 'OMS', 'ENGINEERING', 'SUPPORT', 'FINANCE'];

let temporary: string;
let remove: () => Promise<void>;
let database: Record<string, string>;
beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'recon-rehearse-test-'));
  const fresh = await freshTarget();
  ({ remove } = fresh);
  database = fresh.target.url === null ? {} : { DATABASE_URL: fresh.target.url };
});
afterEach(async () => {
  await endServers();
  await remove();
  rmSync(temporary, { recursive: true, force: true });
});

const onlyEmbedded = lane() === 'sqlite' ? test : test.skip;

async function deployment(env: Record<string, string> = {}): Promise<string> {
  const server = await startServerProcess({
    RECON_DATA_DIR: join(temporary, 'data'),
    RECON_LOG_LEVEL: 'error',
    RECON_AUTH: 'jwt',
    RECON_JWT_SECRET: JWT_SECRET,
    ...database,
    ...env,
  });
  await server.ready();
  return server.url;
}

function token(roles = ROLES): Promise<string> {
  return new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('rehearsal@example.com')
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
}

interface Outcome {
  readonly code: number | null;
  readonly lines: string[];
  readonly stderr: string;
}

function rehearse(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, lines: stdout.trim().split('\n'), stderr }));
  });
}

const SIGNALS = ['dashboard signal', 'owner assignment', 'closure evidence'];

/** `pass` or `FAIL` and what of, as it is printed. */
const verdicts = ({ lines }: Outcome) =>
  lines.flatMap((line) => /^ {2}(pass|FAIL) {2}([^:]+)/.exec(line)?.slice(1, 3).join(' ') ?? []);
const all = (word: string) => [...SIGNALS, ...SIGNALS].map((name) => `${word} ${name}`);

onlyEmbedded('without an address it plays on a server of its own and leaves nothing', async () => {
  const outcome = await rehearse([]);

  expect({ ...outcome, lines: outcome.lines.at(-1) }).toEqual({
    code: 0,
    lines: 'figure rehearsals_passed 2 2 ok',
    stderr: '',
  });
  expect(verdicts(outcome)).toEqual(all('pass'));
  expect(readdirSync(temporary)).toEqual([]);
});

test('it can be played on one deployment again and again', async () => {
  const url = await deployment();
  const args = ['--url', url, '--token', await token()];

  const outcomes = [await rehearse(args), await rehearse(args)];

  expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  expect(outcomes.map(verdicts)).toEqual([all('pass'), all('pass')]);
});

onlyEmbedded('the development header names the role of each step', async () => {
  const server = await startServerProcess({ RECON_DATA_DIR: join(temporary, 'data') });
  await server.ready();

  const outcome = await rehearse(['--url', `${server.url}/graphql`, '--actor-header']);

  expect(verdicts(outcome)).toEqual(all('pass'));
});

test('a deployment that only records sandbox events is said to be no place to rehearse in', async () => {
  const url = await deployment({ RECON_SANDBOX_EVENTS: 'record' });

  const outcome = await rehearse(['--url', url], { REHEARSE_TOKEN: await token() });

  expect(outcome.code).toBe(1);
  expect(outcome.lines.at(-1)).toBe('figure rehearsals_passed 0 2 short');
  expect(verdicts(outcome)).toEqual(all('FAIL'));
  expect(outcome.lines).toContain(
    '  FAIL  dashboard signal: the webhook was answered SANDBOX: the deployment records sandbox ' +
      'events and does not apply them: RECON_SANDBOX_EVENTS=apply makes it a place to rehearse in',
  );
});

test('what a token may not do fails the signal it was for', async () => {
  const url = await deployment();
  const roles = ROLES.filter((role) => role !== 'OMS');

  const outcome = await rehearse(['--url', url, '--token', await token(roles)]);

  expect(verdicts(outcome)).toEqual([
    'pass dashboard signal',
    'pass owner assignment',
    // The first needs nothing that only the OMS may say.
    'pass closure evidence',
    'pass dashboard signal',
    'pass owner assignment',
    'FAIL closure evidence',
  ]);
  expect(outcome.lines.at(-1)).toBe('figure rehearsals_passed 1 2 short');
});

onlyEmbedded.each([
  {
    args: ['--url', 'http://127.0.0.1:1'],
    problem: '--url wants either --token or --actor-header.',
  },
  {
    args: ['--url', 'http://127.0.0.1:1', '--token', 'x', '--actor-header'],
    problem: '--url wants either --token or --actor-header.',
  },
  {
    args: ['--url', 'ftp://example.com', '--token', 'x'],
    problem: '--url is an http:// or https:// address.',
  },
  { args: ['--token', 'x'], problem: 'The other options go with --url.' },
  {
    args: ['--url', 'http://127.0.0.1:1', '--token', 'x', '--provider', 'acme'],
    problem: '--provider wants --provider-secret.',
  },
])('$args is refused: $problem', async ({ args, problem }) => {
  const { code, stderr } = await rehearse(args);

  expect(code).toBe(64);
  expect(stderr.split('\n')[0]).toBe(problem);
});

onlyEmbedded('an address where nobody answers fails both', async () => {
  const outcome = await rehearse(['--url', 'http://127.0.0.1:1', '--token', 'x']);

  expect(outcome.code).toBe(1);
  expect(outcome.lines).toContain(
    '  FAIL  dashboard signal: http://127.0.0.1:1/graphql does not answer at all',
  );
});
