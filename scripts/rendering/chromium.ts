import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Found =
  | { readonly kind: 'found'; readonly path: string }
  /** In words for whoever has to mend it. */
  | { readonly kind: 'missing'; readonly why: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where a Chromium is: what CHROMIUM names, or the first in PATH. Nothing is downloaded. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): Found {
  const given = env['CHROMIUM'];
  if (given) {
    if (existsSync(given)) return { kind: 'found', path: given };
    return { kind: 'missing', why: `CHROMIUM is ${given}, and there is no such file.` };
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((one) => existsSync(one));
  if (path !== undefined) return { kind: 'found', path };
  return { kind: 'missing', why: `There is no ${NAMES.join(', ')} in PATH, and CHROMIUM names none.` };
}
