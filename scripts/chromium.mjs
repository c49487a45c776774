// The browser of the browser lane: CHROMIUM_PATH, else one that is installed, else Debian's by apt.
import { findProgram, installByApt } from './debian.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const find = () => process.env.CHROMIUM_PATH ?? NAMES.map(findProgram).find((path) => path) ?? null;

/** @returns {{ path: string } | { unavailable: string }} */
export function provideChromium() {
  const refusal = find() === null ? installByApt('chromium', 'for the browser tests') : null;
  const path = find();
  if (path !== null) return { path };
  return { unavailable: `no CHROMIUM_PATH, and no chromium on this machine (${refusal})` };
}
