import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Package } from '../ports.js';
import { quoted } from '../rollout/escape.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { piecesOf } from './content.js';
import type { DigestedFile } from './tree.js';

/** What is small enough to be held. */
export function inMemory(bytes: Buffer): Package {
  return { size: bytes.length, open: () => once(bytes), remove: async () => {} };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/**
 * The same for every file, so that the same tree is the same zip. It is written as local time, and so read from local
 * time: noon of a day on which no zone turned its clocks. DOS knows no earlier day.
 */
const HOW = { mtime: new Date(1980, 0, 1, 12), mode: 0o100_644, forceDosTimestamp: true };

/**
 * The zip that a routine with assets is uploaded as: `routine/index.js`, and the assets below `assets/`, with names in
 * UTF-8. It is written to a file of its own, one asset after the other: object storage wants to know its length, a failed
 * upload is sent again, and none of it is held in memory. Of what has changed since it was digested there is no zip.
 */
export async function packZip(
  entry: Buffer | undefined,
  assets: readonly DigestedFile[],
  temporary: string,
): Promise<Result<Package, string>> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(temporary, 'esa-upload-'));
    const file = join(folder, 'code.zip');
    await writeZip(file, entry, assets);
    const { size } = await stat(file);
    return succeeded({ size, open: () => piecesOf(file), remove: remover(folder) });
  } catch (error) {
    if (folder !== undefined) await remover(folder)();
    return failed(error instanceof Error ? error.message : String(error));
  }
}

const remover = (folder: string) => () => rm(folder, { recursive: true, force: true });

async function writeZip(file: string, entry: Buffer | undefined, assets: readonly DigestedFile[]): Promise<void> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  if (entry !== undefined) zip.addBuffer(entry, 'routine/index.js', HOW);
  for (const asset of assets) {
    zip.addReadStreamLazy(`assets/${asset.name}`, HOW, (done) =>
      done(
        null,
        unchanged(asset, (error) => zip.emit('error', error)),
      ),
    );
  }
  zip.end();
  await pipeline(output, createWriteStream(file, { mode: 0o600 }));
}

/** A stream of a file that fails in the end where the file is another than it was. */
function unchanged({ path, name, digest }: DigestedFile, fail: (error: Error) => void): Readable {
  const stream = createReadStream(path);
  const hash = createHash('sha256');
  stream.on('error', fail);
  stream.on('data', (chunk) => hash.update(chunk));
  stream.on('end', () => {
    if (hash.digest('hex') !== digest) fail(new Error(`${quoted(name)} was changed while it was uploaded`));
  });
  return stream;
}
