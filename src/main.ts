import { describeConfig, readConfig, type Config } from './config';
import { DatabaseInUse } from './db/database';
import { createLogger } from './log';
import { startServer, type Running } from './server';

/** Exit codes of sysexits.h: a configuration that is wrong, and something that is busy. */
const EX_CONFIG = 78;
const EX_TEMPFAIL = 75;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const read = readConfig(process.env);
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = EX_CONFIG;
    return;
  }
  if (process.argv.includes('--check-config')) {
    for (const line of describeConfig(read.config)) say(line);
    return;
  }
  await serve(read.config);
}

async function serve(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel);
  try {
    const running = await startServer(config, logger);
    welcome(config, running);
    stopOnSignal(running, config.shutdownGraceMs);
  } catch (error) {
    logger.flush();
    if (error instanceof DatabaseInUse) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EX_TEMPFAIL;
      return;
    }
    const taken = takenPort(config, error);
    if (taken === null) throw error;
    process.stderr.write(`${taken}\n`);
    process.exitCode = EX_TEMPFAIL;
  }
}

/** Says which setting to change when a port belongs to somebody else; null for any other error. */
function takenPort({ port, adminPort }: Config, error: unknown): string | null {
  const fault = error as { readonly code?: unknown; readonly port?: unknown };
  if (fault.code !== 'EADDRINUSE') return null;
  const name = fault.port === adminPort && adminPort !== port ? 'RECON_ADMIN_PORT' : 'PORT';
  return `Port ${String(fault.port)} is taken by another process. Set ${name} to a free one.`;
}

function welcome(config: Config, { url, database }: Running): void {
  say(`recon-subgraph serves GraphQL on ${url}/graphql`);
  say(`Database: ${database}`);
  if (config.databaseUrl === null) {
    say(
      'This is the embedded default: one process, one file. Set DATABASE_URL for MariaDB or MySQL.',
    );
  }
  if (config.graphiql) say(`GraphiQL: ${url}/`);
  if (config.auth === 'dev-header') {
    say(
      'WARNING: sign-in is off. The header x-recon-actor names the caller, for development only.',
    );
  }
}

function stopOnSignal({ close }: Running, graceMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Nothing keeps us longer than the drain and a little for the database.
    setTimeout(() => process.exit(1), graceMs + 2_000).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'could not start'}\n`);
  process.exitCode = 1;
});
