import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { Quirks } from './quirks.js';
import type { CodeVersion } from './world.js';

/** A static file of a version, as far as anybody can want to compare it. */
export interface Asset {
  /** Bytes. */
  size: number;
  sha256: string;
}

/** What a version will consist of once it is built, or why it cannot be. */
export type Built =
  | { readonly status: 'Available'; readonly code: string | undefined; readonly assets: Record<string, Asset> }
  | { readonly status: 'Failed'; readonly why: string };

const MEGABYTE = 1024 * 1024;
const LARGEST_FUNCTION = 5 * MEGABYTE;
const LARGEST_ASSET = 25 * MEGABYTE;

/** Reads the zip that a routine with assets is uploaded as: `routine/index.js`, and what is below `assets/`. */
export async function build(zip: Buffer): Promise<Built> {
  try {
    const assets: Record<string, Asset> = {};
    let code: string | undefined;
    for (const { name, bytes } of await entriesOf(zip)) {
      if (name === 'routine/index.js') {
        if (bytes.length >= LARGEST_FUNCTION) throw new Error('the function is 5 MB or more');
        code = bytes.toString();
      } else if (name.startsWith('assets/')) {
        if (bytes.length >= LARGEST_ASSET) throw new Error(`${name} is 25 MB or more`);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        assets[name.slice('assets/'.length)] = { size: bytes.length, sha256 };
      } else throw new Error(`${name} belongs nowhere`);
    }
    if (code === undefined && Object.keys(assets).length === 0) throw new Error('there is nothing in it');
    return { status: 'Available', code, assets };
  } catch (error) {
    return { status: 'Failed', why: error instanceof Error ? error.message : String(error) };
  }
}

async function entriesOf(zip: Buffer): Promise<{ name: string; bytes: Buffer }[]> {
  const file = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
  const found: { name: string; bytes: Buffer }[] = [];
  for await (const entry of file.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    if (found.some(({ name }) => name === entry.fileName)) throw new Error(`${entry.fileName} is there twice`);
    found.push({ name: entry.fileName, bytes: await contentOf(file, entry) });
  }
  return found;
}

async function contentOf(file: ZipFile, entry: Entry): Promise<Buffer> {
  const bytes = await buffer(await file.openReadStreamPromise(entry));
  if (crc32(bytes) !== entry.crc32) throw new Error(`${entry.fileName} is damaged`);
  return bytes;
}

/** From here on the build runs, by the world's clock, and is seen as Init once, so that who does not poll is found out. */
export function begin(version: CodeVersion, built: Built, { buildTime, failBuilds }: Quirks, now: number): void {
  const outcome: Built = failBuilds ? { status: 'Failed', why: 'asked for' } : built;
  if (outcome.status === 'Available') {
    if (outcome.code !== undefined) version.code = outcome.code;
    version.assets = outcome.assets;
  }
  Object.assign(version, { becomes: outcome.status, readyAfterReads: 1, readyAt: now + buildTime });
}

/** What a look at a version does to it. */
export function settle(version: CodeVersion, now: number): void {
  const { status, readyAfterReads, readyAt = now, becomes = 'Available' } = version;
  if (status !== 'Init' || readyAfterReads === undefined) return;
  if (readyAfterReads > 0) version.readyAfterReads = readyAfterReads - 1;
  else if (now >= readyAt) version.status = becomes;
}
