import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config';
import { createLogger } from '../../log';
import { startServer } from '../../server';

/** Longest time until an event is applied or a journal sealed; a rehearsal shall not wait for more. */
const INTERVAL_MS = '100';

/** A server like `npm start`, on an empty embedded database that goes when it is closed. */
export async function startOwnServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'recon-rehearse-'));
  const removed = () => rm(dataDir, { recursive: true, force: true });
  try {
    const read = readConfig({
      NODE_ENV: 'development',
      PORT: '0',
      RECON_ADMIN_PORT: '0',
      RECON_DATA_DIR: dataDir,
      RECON_LOG_LEVEL: 'error',
      RECON_SWEEP_INTERVAL_MS: INTERVAL_MS,
      RECON_SEAL_INTERVAL_MS: INTERVAL_MS,
    });
    if (!read.ok) throw new Error(read.problems.join('\n'));
    const { url, close } = await startServer(read.config, createLogger(read.config.logLevel));
    return { url, close: () => close().finally(removed) };
  } catch (error) {
    await removed();
    throw error;
  }
}
