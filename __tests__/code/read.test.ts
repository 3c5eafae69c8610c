import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenCode, readCode } from '../../src/code/read.js';
import { bytesOf, codeIn, SITE, write } from '../support/esa/upload-stage.js';

const MEGABYTE = 1024 * 1024;
let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'read-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function mistakes(given: Partial<GivenCode>): Promise<readonly string[]> {
  const read = await readCode({ folder, code: '', entry: '', hasNotFound: false, temporary: folder, ...given });
  return read.ok ? [] : read.error.map(({ input, message }) => `${input}: ${message.replaceAll(`${folder}/`, '')}`);
}

const large = (name: string, bytes: number) => {
  write(folder, { [name]: '' });
  truncateSync(join(folder, name), bytes);
};

describe('one file', () => {
  test('is its bytes: the digest is that of sha256sum', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0x00]);
    write(folder, { 'a.js': bytes });
    const code = await codeIn(folder, 'a.js');
    expect(code).toMatchObject({
      kind: 'file',
      digest: createHash('sha256').update(bytes).digest('hex'),
      mark: { kind: 'none' },
      files: 1,
      size: 5,
    });
    const packed = await code.pack('17');
    expect(packed.ok && (await bytesOf(packed.value))).toEqual(bytes);
  });

  test('keeps its bytes around the mark', async () => {
    write(folder, { 'a.js': Buffer.concat([Buffer.from([0xff]), Buffer.from('__ESA_CANARY_MARK__é')]) });
    const code = await codeIn(folder, 'a.js');
    const hash = code.digest.slice(0, 12);
    expect(code.mark).toEqual({ kind: 'hash', hash });
    const packed = await code.pack('');
    expect(packed.ok && (await bytesOf(packed.value))).toEqual(
      Buffer.concat([Buffer.from([0xff]), Buffer.from(`${hash}é`)]),
    );
  });

  test('is smaller than 5 MB', async () => {
    large('fits.js', 5 * MEGABYTE - 1);
    large('large.js', 5 * MEGABYTE);
    expect(await mistakes({ code: join(folder, 'fits.js') })).toEqual([]);
    expect(await mistakes({ code: join(folder, 'large.js') })).toEqual([
      'code: "large.js" has 5.0 MB; a function is smaller than 5 MB',
    ]);
  });

  test('is there, is a file, and is not empty', async () => {
    write(folder, { empty: '' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await mistakes({ code: join(folder, 'none.js') })).toEqual(['code: there is no "none.js"']);
    expect(await mistakes({ code: join(folder, 'pipe') })).toEqual(['code: "pipe" is a pipe, not a file']);
    expect(await mistakes({ code: '/dev/null' })).toEqual(['code: "/dev/null" is a device, not a file']);
    expect(await mistakes({ code: join(folder, 'empty') })).toEqual(['code: "empty" is empty']);
  });

  test('has no entry and no strategy for what is not found, and all of it is told at once', async () => {
    large('large.js', 5 * MEGABYTE);
    expect(await mistakes({ code: join(folder, 'large.js'), entry: 'x.js', hasNotFound: true })).toEqual([
      'code: "large.js" has 5.0 MB; a function is smaller than 5 MB',
      'code-entry: goes with a directory as `code`, and that is a file',
      'code-not-found: goes with a directory as `code`, and that is a file',
    ]);
  });
});

describe('a directory', () => {
  const at = (name: string) => join(folder, name);

  test('is digested by names and contents, and by nothing else', async () => {
    write(folder, SITE);
    const first = await codeIn(folder, 'site', 'index.js');
    expect(first).toMatchObject({ kind: 'directory', files: 3, mark: { kind: 'version' } });
    write(folder, { 'moved/site/assets/app-3f2a9c01.js': SITE['site/assets/app-3f2a9c01.js'] });
    write(folder, { 'moved/site/index.html': SITE['site/index.html'], 'moved/other.js': SITE['index.js'] });
    const moved = await codeIn(folder, 'moved/site', 'moved/other.js');
    expect(moved.digest).toBe(first.digest);
    const others = [
      { 'moved/site/index.html': 'other' },
      { 'moved/site/index.html': SITE['site/index.html'], 'moved/site/new.html': 'new' },
      { 'moved/other.js': 'other' },
    ];
    const digests = new Set([first.digest]);
    for (const other of others) {
      write(folder, other);
      digests.add((await codeIn(folder, 'moved/site', 'moved/other.js')).digest);
    }
    expect(digests.size).toBe(4);
    expect(digests).not.toContain((await codeIn(folder, 'site')).digest);
  });

  test('does not serve the function as an asset', async () => {
    write(folder, { 'site/index.html': 'page', 'site/worker.js': 'export default {};' });
    expect(await codeIn(folder, 'site', 'site/worker.js')).toMatchObject({ files: 2 });
  });

  test('names the hashed assets alone', async () => {
    write(folder, SITE);
    const hash = createHash('sha256').update('assets/app-3f2a9c01.js').digest('hex').slice(0, 6);
    expect((await codeIn(folder, 'site')).nameHashes).toEqual([hash]);
  });

  test('has all that is wrong with it told at once', async () => {
    write(folder, { 'site/good.txt': 'good', 'other/outside.txt': 'outside', 'site/in/deep.txt': 'deep' });
    large('site/large.bin', 25 * MEGABYTE);
    large('entry.js', 6 * MEGABYTE);
    writeFileSync(at('site/back\\slash'), '');
    writeFileSync(at('site/new\nline'), '');
    writeFileSync(Buffer.concat([Buffer.from(at('site/')), Buffer.from([0x66, 0xff])]), '');
    symlinkSync('../other/outside.txt', at('site/leaves.txt'));
    symlinkSync('/etc', at('site/etc'));
    symlinkSync('nowhere', at('site/broken'));
    symlinkSync('.', at('site/in/loop'));
    symlinkSync('/dev/zero', at('site/zero'));
    execFileSync('mkfifo', [at('site/pipe')]);
    const told = await mistakes({ code: at('site'), entry: at('entry.js') });
    expect(told.toSorted()).toEqual(
      [
        'code-entry: "entry.js" has 6.0 MB; a function is smaller than 5 MB',
        'code: "site": "broken" is a link that leads nowhere',
        'code: "site": "etc" is a link that leaves the directory',
        'code: "site": "in/loop" is a link into a directory that it is in itself',
        'code: "site": "large.bin" has 25.0 MB; an asset is smaller than 25 MB',
        'code: "site": "leaves.txt" is a link that leaves the directory',
        'code: "site": "pipe" is a pipe, not a file',
        'code: "site": "zero" is a link that leaves the directory',
        'code: "site": the name "back\\slash" holds a backslash',
        'code: "site": the name "f�" is not UTF-8',
        'code: "site": the name "new\\u000aline" holds a control character',
      ].toSorted(),
    );
  });

  test('is no checkout: its history and the token of the job would be public', async () => {
    write(folder, { 'site/index.html': 'page', 'site/.git/config': 'token', 'site/sub/.git': 'gitdir: elsewhere' });
    write(folder, { 'site/.gitignore': '', 'site/.well-known/x': 'x' });
    const because = 'is of a repository, whose history and credentials everybody could read';
    expect(await mistakes({ code: at('site') })).toEqual([
      `code: "site": the name ".git" ${because}`,
      `code: "site": the name "sub/.git" ${because}`,
    ]);
  });

  test('has its links followed where they stay inside', async () => {
    write(folder, { 'site/a.txt': 'a', 'site/in/b.txt': 'b' });
    symlinkSync('a.txt', at('site/link.txt'));
    symlinkSync(at('site/in'), at('site/again'));
    symlinkSync('site', at('site-link'));
    const code = await codeIn(folder, 'site-link');
    expect(code.files).toBe(4);
    write(folder, { 'plain/a.txt': 'a', 'plain/link.txt': 'a', 'plain/in/b.txt': 'b', 'plain/again/b.txt': 'b' });
    expect(code.digest).toBe((await codeIn(folder, 'plain')).digest);
  });

  test('is not empty, and its entry is a file', async () => {
    mkdirSync(at('site/deep'), { recursive: true });
    expect(await mistakes({ code: at('site'), entry: at('site') })).toEqual([
      'code: "site": there is no file in it',
      'code-entry: "site" is a directory, not a file of JavaScript',
    ]);
    write(folder, { 'site/a': 'a' });
    expect(await mistakes({ code: at('site'), entry: at('none.js') })).toEqual(['code-entry: there is no "none.js"']);
  });
});
