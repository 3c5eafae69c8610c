import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly integrity?: string;
}
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, one]) => ({ name: path.replace(/^.*node_modules\//, ''), ...one }));
const runtime = locked.filter(({ dev }) => dev !== true);

/** What dist/licenses.txt says of what is in dist/: a name, then an SPDX id on the next line. */
const bundled = [...read('dist/licenses.txt').matchAll(/(?:^|\n\n\n)([@\w./-]+)\n([\w.-]+)(?=\n|$)/g)].map(
  ([, name = '', licence = '']) => ({ name, licence }),
);

/** All of them let a bundle be passed on with their text beside it. */
const ALLOWED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);

test('what runs with a key has a licence that allows it, and its text is in dist/', () => {
  expect(bundled.length).toBeGreaterThan(10);
  expect(bundled.filter(({ licence }) => !ALLOWED.has(licence))).toEqual([]);
  expect(runtime.filter(({ license = '' }) => !ALLOWED.has(license)).map(({ name }) => name)).toEqual([]);
  // The demo is bundled too, with what it needs to draw.
  const names = new Set(locked.map(({ name }) => name));
  expect(bundled.filter(({ name }) => !names.has(name))).toEqual([]);
});

test('the text of every runtime package that is bundled is there, whichever file it is in', () => {
  const { dependencies = {} } = JSON.parse(read('package.json')) as { dependencies?: Record<string, string> };
  const names = bundled.map(({ name }) => name);
  expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([]);
  // Of those that others bring along, at least these are in.
  expect(names).toEqual(
    expect.arrayContaining(['@alicloud/tea-typescript', '@alicloud/tea-xml', 'kitx', 'agent-base', 'tunnel']),
  );
});

test('package.json can be read by npm, and says where the sources and the issues are', () => {
  const { name, version, private: isPrivate } = JSON.parse(read('package.json')) as Record<string, unknown>;
  const told = execFileSync('npm', ['pkg', 'get', 'repository.url', 'bugs.url', 'name', 'version'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(JSON.parse(told)).toEqual({
    name,
    version,
    'repository.url': 'git+https://github.com/OWNER/esa-canary-deploy.git',
    'bugs.url': 'https://github.com/OWNER/esa-canary-deploy/issues',
  });
  expect(isPrivate).toBe(true);
});

test('every package is locked by version and checksum', () => {
  expect(locked.filter(({ version, integrity }) => !version || !integrity?.startsWith('sha512-'))).toEqual([]);
});

test('package.json names exact versions', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('each runtime dependency has its reason in ADR 5', () => {
  const { dependencies = {} } = JSON.parse(read('package.json')) as { dependencies?: Record<string, string> };
  const reasons = read('docs/adr/0005-dependencies.md');
  expect(Object.keys(dependencies).filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test('the SBOM of a release holds every package, and marks those that only build and test', () => {
  const command = /run: (npm sbom .*) > sbom\.cdx\.json/.exec(read('.github/workflows/release.yml'))?.[1] ?? '';
  const [npm = '', ...given] = command.split(' ');
  const text = execFileSync(npm, given, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const { components } = JSON.parse(text) as {
    components: { name: string; version: string; properties?: { name: string; value: string }[] }[];
  };
  const isDevelopment = (one: (typeof components)[number]) =>
    one.properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true') === true;
  const listed = new Set(
    components.filter((one) => !isDevelopment(one)).map(({ name, version }) => `${name}@${version}`),
  );
  expect(runtime.map(({ name, version }) => `${name}@${version}`).filter((one) => !listed.has(one))).toEqual([]);
  expect(components.length).toBeGreaterThan(listed.size);
});

test('nothing known to be vulnerable passes CI', () => {
  const ci = read('.github/workflows/ci.yml');
  expect(ci).toMatch(/run: npm audit .*--omit=dev$/m);
  expect(ci).toMatch(/needs: \[.*\baudit\b.*\]/);
});
