import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { quoted } from '../rollout/escape.js';
import { failed, type Result, succeeded } from '../rollout/result.js';

export interface TreeFile {
  /** Below the directory, with slashes. */
  readonly name: string;
  /** Where it really is, after links. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** An asset, with the digest that it had when it was read. */
export interface DigestedFile extends TreeFile {
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

export interface Tree {
  /** By their names in UTF-8, byte for byte: no locale has a say. */
  readonly files: readonly TreeFile[];
  /** What is wrong with it, a sentence each. */
  readonly problems: readonly string[];
}

interface Walk {
  /** After links. */
  readonly root: string;
  readonly files: TreeFile[];
  readonly problems: string[];
}

/** All files of a directory. Links that stay inside are followed. `root` is free of links itself. */
export async function walkTree(root: string): Promise<Tree> {
  const walk: Walk = { root, files: [], problems: [] };
  await enter(root, '', [root], walk);
  if (walk.files.length === 0 && walk.problems.length === 0) walk.problems.push('there is no file in it');
  return { files: walk.files.toSorted(byBytes), problems: walk.problems };
}

function byBytes({ name: one }: TreeFile, { name: other }: TreeFile): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** `above` are the directories that were entered on the way, after links: none of them is entered again. */
async function enter(directory: string, name: string, above: readonly string[], walk: Walk): Promise<void> {
  const listed = await readdir(directory, { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => error);
  if (!Array.isArray(listed)) {
    walk.problems.push(`${shown(name)} cannot be read (${listed.code})`);
    return;
  }
  for (const bytes of listed.toSorted((one, other) => Buffer.compare(one, other))) {
    const problem = problemWith(bytes);
    const text = bytes.toString();
    const inner = name === '' ? text : `${name}/${text}`;
    if (problem !== undefined) walk.problems.push(`the name ${shown(inner)} ${problem}`);
    else await look(join(directory, text), inner, above, walk);
  }
}

/** What of a name would not arrive as it is, or not be found again at the edge; and what must not get there. */
function problemWith(name: Buffer): string | undefined {
  if (!isUtf8(name)) return 'is not UTF-8';
  const text = name.toString();
  if (text.includes('\\')) return 'holds a backslash';
  // A checkout keeps the job's token in it, and assets are public.
  if (text.toLowerCase() === '.git') return 'is of a repository, whose history and credentials everybody could read';
  return /\p{Cc}/u.test(text) ? 'holds a control character' : undefined;
}

async function look(path: string, name: string, above: readonly string[], walk: Walk): Promise<void> {
  const found = await follow(path);
  if (!found.ok) {
    walk.problems.push(`${shown(name)} ${found.error}`);
    return;
  }
  const { real, stats } = found.value;
  if (real !== walk.root && !real.startsWith(walk.root + sep)) {
    walk.problems.push(`${shown(name)} is a link that leaves the directory`);
  } else if (stats.isDirectory()) {
    if (above.includes(real)) walk.problems.push(`${shown(name)} is a link into a directory that it is in itself`);
    else await enter(real, name, [...above, real], walk);
  } else if (stats.isFile()) walk.files.push({ name, path: real, size: stats.size });
  else walk.problems.push(`${shown(name)} is ${kindOf(stats)}, not a file`);
}

async function follow(path: string): Promise<Result<{ readonly real: string; readonly stats: Stats }, string>> {
  try {
    const real = await realpath(path);
    return succeeded({ real, stats: await stat(real) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(code === 'ENOENT' ? 'is a link that leads nowhere' : `cannot be read (${code})`);
  }
}

/** What it is that is neither a file nor a directory. */
export function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function shown(name: string): string {
  return name === '' ? 'it' : quoted(name);
}
