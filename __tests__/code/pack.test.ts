import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import type { Package } from '../../src/ports.js';
import { bytesOf, codeIn, SITE, write } from '../support/esa/upload-stage.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function packed(version = '17'): Promise<Package> {
  const pack = await (await codeIn(folder, 'site', 'index.js')).pack(version);
  if (!pack.ok) throw new Error(pack.error);
  return pack.value;
}

const NAMES = {
  ...SITE,
  'site/é/ñandú 中文 😀.txt': 'far',
  'site/.well-known/a': 'hidden',
  'site/empty': '',
  'site/b.bin': Buffer.from([0, 255, 13, 10, 128]),
};

test('holds the function and the assets, as yauzl and Python read them', async () => {
  write(folder, NAMES);
  const zip = await packed('1766590022381161014');
  const bytes = await bytesOf(zip);
  expect(bytes.length).toBe(zip.size);
  const expected = new Map(
    Object.entries(NAMES).map(([name, content]) =>
      name === 'index.js'
        ? ['routine/index.js', Buffer.from(String(content).replace('__ESA_CANARY_MARK__', '1766590022381161014'))]
        : [name.replace(/^site/, 'assets'), Buffer.from(content)],
    ),
  );
  const file = await fromBufferPromise(bytes, { lazyEntries: true });
  const found = new Map<string, Buffer>();
  for await (const entry of file.eachEntry())
    found.set(entry.fileName, await buffer(await file.openReadStreamPromise(entry)));
  expect(found).toEqual(expected);

  const path = join(folder, 'of-python.zip');
  writeFileSync(path, bytes);
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, z.read(i).hex(), i.compress_type, oct(i.external_attr >> 16), i.date_time] for i in z.infolist()]))
`;
  const told = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
  const entries = [...expected].toSorted(([one], [other]) => order(one, other));
  expect(JSON.parse(told)).toEqual(
    entries.map(([name, content]) => [name, content.toString('hex'), 8, '0o100644', [1980, 1, 1, 12, 0, 0]]),
  );
});

/** The function first, then by bytes. */
function order(one: string, other: string): number {
  if (one === 'routine/index.js') return -1;
  if (other === 'routine/index.js') return 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

test('is the same bytes whatever the times, the modes, the zone, the umask and the locale', async () => {
  write(folder, NAMES);
  const script = `
    process.umask(Number(process.argv[3]));
    const { readCode } = await import(${JSON.stringify(resolve(import.meta.dirname, '../../src/code/read.js'))});
    const at = (name) => process.argv[1] + '/' + name;
    const code = await readCode({ code: at('site'), entry: at('index.js'), hasNotFound: false, temporary: process.argv[2] });
    const packed = await code.value.pack('17');
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256');
    for await (const chunk of packed.value.open()) hash.update(chunk);
    await packed.value.remove();
    console.log(code.value.digest, hash.digest('hex'));
  `;
  const made = (zone: string, locale: string, umask: number) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script, folder, folder, String(umask)], {
      encoding: 'utf8',
      env: { TZ: zone, LC_ALL: locale, LANG: locale, PATH: process.env['PATH'] },
    });
  const first = made('UTC', 'C', 0o022);
  for (const name of readdirSync(join(folder, 'site'), { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, 'site', name);
    utimesSync(path, 1_000_000_000, 1_000_000_000);
    chmodSync(path, 0o755);
  }
  for (const [zone, locale, umask] of [
    ['Pacific/Apia', 'de_DE.UTF-8', 0o077],
    ['America/New_York', 'tr_TR.UTF-8', 0],
    ['Africa/Monrovia', 'zh_CN.UTF-8', 0o027],
  ] as const)
    expect(made(zone, locale, umask)).toBe(first);
}, 60_000);

test('can be sent more than once, and leaves nothing when it is removed', async () => {
  write(folder, SITE);
  const zip = await packed();
  expect(await bytesOf(zip)).toEqual(await bytesOf(zip));
  const [left = ''] = readdirSync(folder).filter((name) => name.startsWith('esa-upload-'));
  expect(existsSync(join(folder, left, 'code.zip'))).toBe(true);
  await zip.remove();
  await zip.remove();
  expect(readdirSync(folder).toSorted()).toEqual(['index.js', 'site']);
});

test.each<[string, () => void]>([
  ['was changed', () => writeFileSync(join(folder, 'site/index.html'), 'other')],
  ['grew', () => writeFileSync(join(folder, 'site/index.html'), `${SITE['site/index.html']}x`)],
  ['vanished', () => rmSync(join(folder, 'site/index.html'))],
])('there is none of what %s since it was read', async (_what, change) => {
  write(folder, SITE);
  const code = await codeIn(folder, 'site', 'index.js');
  change();
  expect(await code.pack('17')).toMatchObject({ ok: false, error: expect.stringContaining('index.html') });
  expect(readdirSync(folder).toSorted()).toEqual(['index.js', 'site']);
});

test('there is none where there is no room for it', async () => {
  write(folder, SITE);
  const code = await codeIn(folder, 'site', 'index.js');
  rmSync(folder, { recursive: true });
  expect(await code.pack('17')).toMatchObject({ ok: false, error: expect.stringContaining('ENOENT') });
  write(folder, SITE);
});
