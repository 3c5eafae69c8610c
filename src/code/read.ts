import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Code } from '../ports.js';
import { quoted } from '../rollout/escape.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import { isHashedName, NAME_HASH_LENGTH } from '../rollout/upload/asset-names.js';
import { digestOf, digestOfFile, isMarked, marked } from './content.js';
import { inMemory, packZip } from './pack.js';
import { type DigestedFile, kindOf, type TreeFile, walkTree } from './tree.js';

/** What is uploaded, as the inputs name it. Paths are those of the runner. */
export interface GivenCode {
  /** Where paths begin that do not begin at the root. */
  readonly folder: string;
  /** A file of JavaScript, or a directory of assets. */
  readonly code: string;
  /** Of a directory: the file of JavaScript that answers; empty where there are assets alone. */
  readonly entry: string;
  /** Whether `code-not-found` is given, which is of a directory too. */
  readonly hasNotFound: boolean;
  /** Where the zip of a directory may lie until it is uploaded. */
  readonly temporary: string;
}

/** Of one input: what was given and what is allowed. */
export interface CodeMistake {
  readonly input: 'code' | 'code-entry' | 'code-not-found';
  readonly message: string;
}

/** Bytes. Source: the quotas of Functions and Pages, which say "smaller than 5 MB" and "25 MB". */
const FUNCTION_LIMIT = 5 * 1024 * 1024;
const ASSET_LIMIT = 25 * 1024 * 1024;
/** Digits of the hash that a single file is marked by. */
const MARK_LENGTH = 12;
/** What a digest of a directory is made of; another one where that changes. */
const DIRECTORY_FORMAT = 'esa-canary-deploy directory 1\n';

/** Reads what is to be uploaded, and finds all that is wrong with it, before anything is sent. */
export async function readCode(given: GivenCode): Promise<Result<Code, readonly CodeMistake[]>> {
  const found = await lookAt(given.code, given);
  if (!found.ok) return failed([{ input: 'code', message: found.error }]);
  return found.value.isDirectory ? readDirectory(found.value.real, given) : readSingle(found.value, given);
}

interface Found {
  /** After links. */
  readonly real: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

async function lookAt(path: string, { folder }: Pick<GivenCode, 'folder'>): Promise<Result<Found, string>> {
  try {
    const real = await realpath(resolve(folder, path));
    const stats = await stat(real);
    if (!stats.isDirectory() && !stats.isFile()) return failed(`${quoted(path)} is ${kindOf(stats)}, not a file`);
    return succeeded({ real, isDirectory: stats.isDirectory(), size: stats.size });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(code === 'ENOENT' ? `there is no ${quoted(path)}` : `${quoted(path)} cannot be read (${code})`);
  }
}

async function readSingle(found: Found, given: GivenCode): Promise<Result<Code, readonly CodeMistake[]>> {
  const only = (input: CodeMistake['input']) => ({
    input,
    message: 'goes with a directory as `code`, and that is a file',
  });
  const mistakes: CodeMistake[] = [
    ...(given.entry === '' ? [] : [only('code-entry')]),
    ...(given.hasNotFound ? [only('code-not-found')] : []),
  ];
  const bytes = await readFunction(found, given.code);
  if (!bytes.ok) return failed([{ input: 'code', message: bytes.error }, ...mistakes]);
  if (mistakes.length > 0) return failed(mistakes);
  const digest = digestOf(bytes.value);
  const hash = digest.slice(0, MARK_LENGTH);
  return succeeded({
    kind: 'file',
    digest,
    mark: isMarked(bytes.value) ? { kind: 'hash', hash } : { kind: 'none' },
    nameHashes: undefined,
    files: 1,
    size: bytes.value.length,
    pack: async () => succeeded(inMemory(marked(bytes.value, hash))),
  });
}

async function readFunction({ real, size }: Found, path: string): Promise<Result<Buffer, string>> {
  const large = tooLarge(path, size, 'a function', FUNCTION_LIMIT);
  if (large !== undefined) return failed(large);
  if (size === 0) return failed(`${quoted(path)} is empty`);
  try {
    return succeeded(await readFile(real));
  } catch (error) {
    return failed(`${quoted(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function tooLarge(path: string, size: number, what: string, limit: number): string | undefined {
  if (size < limit) return undefined;
  const megabytes = (bytes: number) => bytes / 1024 / 1024;
  const of = `${(Math.ceil(megabytes(size) * 10) / 10).toFixed(1)} MB`;
  return `${quoted(path)} has ${of}; ${what} is smaller than ${megabytes(limit)} MB`;
}

interface Entry {
  /** After links. */
  readonly real: string;
  readonly bytes: Buffer;
}

async function readEntry(path: string, given: GivenCode): Promise<Result<Entry | undefined, string>> {
  if (path === '') return succeeded(undefined);
  const found = await lookAt(path, given);
  if (!found.ok) return found;
  if (found.value.isDirectory) return failed(`${quoted(path)} is a directory, not a file of JavaScript`);
  const bytes = await readFunction(found.value, path);
  return bytes.ok ? succeeded({ real: found.value.real, bytes: bytes.value }) : bytes;
}

async function readDirectory(root: string, given: GivenCode): Promise<Result<Code, readonly CodeMistake[]>> {
  const [entry, tree] = await Promise.all([readEntry(given.entry, given), walkTree(root)]);
  // The function's own source is no asset, wherever it lies.
  const own = entry.ok ? entry.value?.real : undefined;
  const assets = tree.files.filter(({ path }) => path !== own);
  const mistakes: CodeMistake[] = [
    ...tree.problems,
    ...assets.flatMap(({ name, size }) => tooLarge(name, size, 'an asset', ASSET_LIMIT) ?? []),
  ].map((problem) => ({ input: 'code', message: `${quoted(given.code)}: ${problem}` }));
  if (!entry.ok) mistakes.push({ input: 'code-entry', message: entry.error });
  if (mistakes.length > 0 || !entry.ok) return failed(mistakes);
  const digests = await digestsOf(assets, given.code);
  if (!digests.ok) return failed([{ input: 'code', message: digests.error }]);
  return succeeded(directoryOf(given, entry.value, digests.value));
}

async function digestsOf(assets: readonly TreeFile[], code: string): Promise<Result<readonly DigestedFile[], string>> {
  const digested: DigestedFile[] = [];
  for (const asset of assets) {
    try {
      digested.push({ ...asset, digest: await digestOfFile(asset.path) });
    } catch (error) {
      const { code: why } = error as NodeJS.ErrnoException;
      return failed(`${quoted(code)}: ${quoted(asset.name)} cannot be read (${why})`);
    }
  }
  return succeeded(digested);
}

function directoryOf({ temporary }: GivenCode, entry: Entry | undefined, assets: readonly DigestedFile[]): Code {
  const lines = assets.map(({ name, digest }) => `${digest} ${name}\n`);
  const first = entry === undefined ? '' : `${digestOf(entry.bytes)}\n`;
  const isEntryMarked = entry !== undefined && isMarked(entry.bytes);
  return {
    kind: 'directory',
    digest: digestOf(`${DIRECTORY_FORMAT}${first}\n${lines.join('')}`),
    mark: { kind: isEntryMarked ? 'version' : 'none' },
    nameHashes: assets
      .filter(({ name }) => isHashedName(name))
      .map(({ name }) => digestOf(name).slice(0, NAME_HASH_LENGTH)),
    files: assets.length + (entry === undefined ? 0 : 1),
    size: assets.reduce((sum, { size }) => sum + size, entry?.bytes.length ?? 0),
    pack: (version) => packZip(entry && marked(entry.bytes, version), assets, temporary),
  };
}
