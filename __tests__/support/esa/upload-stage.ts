import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Emulator, type Quirks, startEmulator, type World } from '../../../emulator/emulator.js';
import { startWorld } from '../../../emulator/start-world.js';
import { defaultCredential } from '../../../emulator/world.js';
import { readCode } from '../../../src/code/read.js';
import { esaCalls } from '../../../src/esa/calls.js';
import { transport } from '../../../src/esa/transport.js';
import { planUpload, type UploadPlan, upload, withPruning } from '../../../src/esa/upload.js';
import type { UploadMeans, UploadWish } from '../../../src/esa/upload-wish.js';
import type { Code, Package, UnstampedEvent } from '../../../src/ports.js';

export const ROUTINE = 'hello';

export interface UploadStage extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly world: World;
  readonly means: UploadMeans;
  /** Where files can be put, and nothing else is. */
  readonly folder: string;
  readonly events: UnstampedEvent[];
  readonly secrets: string[];
  /** All that was kept for the post step, oldest first. */
  readonly remembered: string[];
  /** Is told each event as it is appended. */
  readonly onEvent: (listener: (event: UnstampedEvent) => void) => void;
  readonly cancel: () => void;
  /** Lets time pass, in ms. */
  readonly pass: (milliseconds: number) => void;
  /** Operations in the order in which they were asked for. */
  readonly asked: () => string[];
  readonly versions: () => World['routines'][string]['versions'];
}

/** An emulator, and what an upload to it needs. Pauses take no time, by a clock that both go by. */
export async function uploadStage(
  quirks: Partial<Quirks> = {},
  more: { readonly redact?: (text: string) => string; readonly timeout?: number } = {},
): Promise<UploadStage> {
  let clock = Date.now();
  const now = () => clock;
  const world = startWorld(clock);
  Object.assign(world.quirks, quirks);
  const emulator = await startEmulator({ world, now });
  const folder = mkdtempSync(join(tmpdir(), 'upload-'));
  const [events, secrets, remembered]: [UnstampedEvent[], string[], string[]] = [[], [], []];
  let listener: (event: UnstampedEvent) => void = () => {};
  const cancelled = new AbortController();
  const { redact = (text) => text, timeout = 5_000 } = more;
  const { accessKeyId, accessKeySecret } = defaultCredential;
  const endpoint = { protocol: 'http', host: new URL(emulator.api).host } as const;
  const keys = async () => ({ ok: true, value: { accessKeyId, accessKeySecret, securityToken: undefined } }) as const;
  const options = {
    send: transport({ endpoint, timeout, hurry: cancelled.signal }, keys),
    append: (event: UnstampedEvent) => {
      events.push(event);
      listener(event);
    },
    sleep: async (milliseconds: number) => {
      if (!cancelled.signal.aborted) clock += milliseconds;
    },
    now,
    redact,
    invalidate: () => false,
    renewable: false,
    timeout,
    hurry: cancelled.signal,
  };
  const calls = esaCalls({ routine: ROUTINE, env: 'production', region: 'cn-hangzhou' }, options);
  const means: UploadMeans = {
    ...options,
    calls,
    keepSecret: (...kept) => secrets.push(...kept),
    remember: (unfinished) => remembered.push(unfinished) > 0,
    isLoopback: true,
  };
  return {
    emulator,
    world,
    means,
    folder,
    events,
    secrets,
    remembered,
    onEvent: (given) => {
      listener = given;
    },
    cancel: () => cancelled.abort('SIGINT'),
    pass: (milliseconds) => {
      clock += milliseconds;
    },
    asked: () => emulator.requests.map(({ action }) => action),
    versions: () => world.routines[ROUTINE]?.versions ?? [],
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true });
      await emulator.close();
    },
  };
}

export const COMMIT = {
  id: '3f2a9c01b7de44553f2a9c01b7de44553f2a9c01',
  message: 'Greet in Italian\n\nBecause.',
  branch: 'main',
  repository: 'octo/hello',
};

export function wishOf(more: Partial<UploadWish> = {}): UploadWish {
  return {
    routine: ROUTINE,
    env: 'production',
    description: '',
    commit: COMMIT,
    notFound: undefined,
    keepVersions: undefined,
    spared: async () => new Set(),
    createRoutine: false,
    ...more,
  };
}

/** Writes files below the stage's folder. */
export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** One file of code, or a directory and its entry; throws where that is a mistake. */
export async function codeIn(folder: string, code: string, entry = ''): Promise<Code> {
  const read = await readCode({
    folder,
    code,
    entry,
    hasNotFound: false,
    temporary: folder,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** All that would be sent. */
export async function bytesOf(code: Package): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of code.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What there is to be done, and what goes for it; throws where planning fails. */
export async function planTo({ means }: UploadStage, code: Code, wish = wishOf()): Promise<UploadPlan> {
  const plan = await planUpload(code, wish, means);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return withPruning(plan.value, wish, means.now());
}

/** Plans and uploads. */
export async function uploadTo(stage: UploadStage, code: Code, wish = wishOf()) {
  return upload(await planTo(stage, code, wish), code, wish, stage.means);
}

/** A directory of assets with a function. */
export const SITE = {
  'index.js': 'export default { fetch: () => new Response("__ESA_CANARY_MARK__") };\n',
  'site/index.html': '<script src="/assets/app-3f2a9c01.js"></script>\n',
  'site/assets/app-3f2a9c01.js': 'console.log("app");\n',
};
