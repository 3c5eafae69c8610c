import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What a bundle holds where its version is to stand. It is as long as a version's id, so that nothing else moves. */
export const MARK = '__ESA_CANARY_MARK__';

/** Bytes that are read at once. */
const PIECE = 256 * 1024;

/**
 * A file in pieces, all of them in one buffer, so that each is gone when the next is asked for: a stream would leave a new
 * one for each piece, faster than they are collected. Rejects with the error of the file system.
 */
export async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, in hexadecimal digits. Rejects likewise. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(path)) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256 of bytes or of a text in UTF-8, in hexadecimal digits. */
export function digestOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whether the bytes hold the mark. */
export function isMarked(bytes: Buffer): boolean {
  return bytes.includes(MARK);
}

/** The bytes with a text of ASCII in place of each mark; all other bytes stay, be they UTF-8 or not. */
export function marked(bytes: Buffer, text: string): Buffer {
  if (!isMarked(bytes)) return bytes;
  // One byte a character, both ways.
  return Buffer.from(bytes.toString('latin1').replaceAll(MARK, text), 'latin1');
}
