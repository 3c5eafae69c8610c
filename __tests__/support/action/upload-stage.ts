import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EmulatorOptions } from '../../../emulator/emulator.js';
import { onStage, SHORT_PAUSES, type Stage } from './stage.js';

export const SHA = '3f2a9c01b7de44553f2a9c01b7de44553f2a9c01';
/** What it answers with in `x-canary`, the emulator's edge reads out of it. */
export const CODE =
  "export default { fetch: () => new Response('Ciao', { headers: { 'x-canary': '__ESA_CANARY_MARK__' } }) };\n";
export const SITE = {
  'fn.js': CODE,
  'site/index.html': '<script src="/assets/app-3f2a9c01.js"></script>\n',
  'site/assets/app-3f2a9c01.js': 'console.log("app");\n',
};
export const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

export interface UploadStage extends Stage {
  /** The workspace, with `fn.js` and a directory `site` in it. */
  readonly folder: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Those that were there, and those that came; oldest first. */
  readonly stored: () => NonNullable<Stage['emulator']['world']['routines'][string]>['versions'];
}

/** A stage in whose workspace something was built, at a commit that was pushed. What is live answers with a mark too. */
export async function onUploadStage(
  play: (stage: UploadStage) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  const write: UploadStage['write'] = (files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  write(SITE);
  mkdirSync(join(folder, '.runner'));
  const event = join(folder, '.runner', 'event.json');
  writeFileSync(event, JSON.stringify({ head_commit: { id: SHA, message: 'Greet in Italian\n\nBecause.' } }));
  const job = {
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: join(folder, '.runner'),
    GITHUB_SHA: SHA,
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'octo/hello',
    GITHUB_EVENT_PATH: event,
  };
  try {
    await onStage(async (stage) => {
      const run: Stage['run'] = (inputs = {}, env = {}, node, more = {}) =>
        stage.run({ code: 'fn.js', ...inputs }, { ...SHORT_PAUSES, ...job, ...env }, node, more);
      const stored = () => stage.emulator.world.routines['hello']?.versions ?? [];
      const [stable] = stored();
      if (stable !== undefined) stable.code = CODE.replace('__ESA_CANARY_MARK__', 'of-the-stable');
      await play({ ...stage, run, folder, write, stored });
    }, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
