import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { minify } from 'terser';

/**
 * Builds dist/ from what tsc wrote to build/. Beyond ncc it does three things, each measured (docs/adr/0002): packages
 * that a plain deploy never touches, but that its libraries import at once, become files that are loaded on first use;
 * what those share with the action they take from it; and code that nothing uses is taken out, while names and lines
 * stay as they are for whoever reads the bundle or a stack.
 */
type Ncc = (entry: string, options: object) => Promise<Bundled>;
interface Bundled {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
}

/** Written beside a bundle, and read by nothing in it. */
const UNREAD = new Set(['licenses.txt', 'package.json', 'sls.proto']);

const ncc = createRequire(import.meta.url)('@vercel/ncc') as Ncc;
const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');

/**
 * Entries of files in dist/lazy/, and the packages in each: for the SDK's chain of credentials, records at GitHub,
 * id-tokens, logs, proxies, XML, and the zip of a directory that is uploaded.
 */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  'credentials.cjs': ['@alicloud/credentials'],
  'github.mjs': ['@actions/github'],
  'http-client.mjs': ['@actions/http-client', '@actions/http-client/lib/auth'],
  'log.cjs': ['@alicloud/log'],
  'proxy-agents.mjs': ['http-proxy-agent', 'https-proxy-agent'],
  'xml.cjs': ['@alicloud/tea-xml'],
  'zip.cjs': ['yazl'],
};

/** Of one such file alone: Octokit makes an agent for its own fetch as it loads, and is given another fetch. */
const STAND_INS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'github.mjs': { '@actions/http-client': '({ HttpClient: class { getAgent() {} getAgentDispatcher() {} } })' },
};

/** In the action, and used from there by files of dist/lazy/; httpx is told the proxy once for all (docs/adr/0007). */
const SHARED = ['httpx', 'kitx', '@alicloud/tea-typescript'];

/** Imported, but only for what the action never calls: fetch, a shell, other gateways, proxies that speak Kerberos. */
const ABSENT = ['undici', '@actions/exec', '@alicloud/gateway-spi', 'proxy-agent-negotiate'];

/** Parts of Node that a plain deploy does not use: for answers that are packed, for gates, and for code that is uploaded. */
const SELDOM = ['zlib', 'node:child_process', 'node:dns', 'node:fs/promises', 'node:stream/promises'];

const LAZILY = `
/** Looks like the module from outside, and becomes it when something of it is first asked for. */
function lazily(load) {
  let loaded;
  const module = () => (loaded ??= load());
  return new Proxy(function () {}, {
    construct: (_, values) => new (module())(...values),
    get: (_, name) => (name === '__esModule' ? true : module()[name]),
    has: (_, name) => name in module(),
  });
}
function absent(name) {
  throw new Error(name + ' is not part of this bundle');
}
`;

/** What stands in place of `require(module)`, by module; `way` leads to dist/. */
function replacements(way: string): Readonly<Record<string, string>> {
  const files = Object.entries(LAZY).flatMap(([entry, modules]) => modules.map((module) => [module, lazyFile(entry)]));
  const loaders = [
    ...files.map(([module, file]) => [module, `require("${way}lazy/${file}")`]),
    ...SELDOM.map((module) => [module, `require("${module}")`]),
    ...ABSENT.map((module) => [module, `absent("${module}")`]),
  ];
  return {
    ...Object.fromEntries(loaders.map(([module, load]) => [module, `lazily(() => ${load})`])),
    // Log Service's SDK reads its schema at once, and uses it only to write logs.
    protobufjs: '({ loadSync: () => ({ lookup: () => {}, lookupType: () => {} }) })',
    // With DEBUG set it would print whole requests, the session's token included. Nothing here needs it.
    debug: '(() => Object.assign(() => {}, { enabled: false }))',
  };
}

const lazyFile = (entry: string) => entry.replace('.mjs', '.cjs');

/** What a file takes from the action; `way` leads to dist/. */
function fromAction(way: string): Readonly<Record<string, string>> {
  return Object.fromEntries(SHARED.map((module) => [module, `require("${way}action.cjs").shared["${module}"]`]));
}

const licences = new Map<string, string>();

async function bundle(entry: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  const externals = Object.fromEntries(Object.keys(replaced).map((module) => [module, `replaced:${module}`]));
  const options = { esm: false, cache: false, quiet: true, license: 'licenses.txt', externals };
  const { code, assets } = await ncc(entry, options);
  const strays = Object.keys(assets).filter((name) => !UNREAD.has(name));
  if (strays.length > 0) throw new Error(`${entry} needs files beside its bundle: ${strays.join(', ')}`);
  collectLicences(String(assets['licenses.txt']?.source ?? ''));
  return LAZILY + code.replaceAll(/require\("replaced:([^"]+)"\)/g, (_, module: string) => replaced[module] ?? '');
}

/** Only what removes unused code; ncc knows what is unused, but leaves it in place. */
async function withoutUnused(code: string): Promise<string> {
  const compress = {
    defaults: false,
    booleans: true,
    conditionals: true,
    dead_code: true,
    evaluate: true,
    passes: 4,
    side_effects: true,
    toplevel: true,
    unused: true,
  };
  const result = await minify(code, {
    compress,
    mangle: false,
    toplevel: true,
    format: { beautify: true, indent_level: 2, comments: false },
  });
  return `${result.code}\n`;
}

/** The plug-in writes one block per package, its name first. */
function collectLicences(text: string): void {
  for (const block of text.split(/\n{3,}|\n\n(?=(?:@[\w.-]+\/)?[\w.-]+\n(?:[A-Z][\w.-]*\n))/)) {
    const name = block.trim().split('\n')[0] ?? '';
    if (name !== '') licences.set(name, block.trim());
  }
}

/** Bundles what a few lines of code ask for; `name` is that of the entry in build/, and tells of which kind it is. */
function bundleOf(name: string, entry: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  const path = join(root, 'build', name);
  writeFileSync(path, entry);
  return bundle(path, replaced);
}

async function bundleAction(): Promise<void> {
  const imports = SHARED.map((module, index) => `import shared${index} from "${module}";\n`).join('');
  const shared = SHARED.map((module, index) => `"${module}": shared${index}`).join(', ');
  const entry = `${imports}export * from "./src/action.js";\nexport const shared = { ${shared} };\n`;
  writeFileSync(join(dist, 'action.cjs'), await withoutUnused(await bundleOf('action.mjs', entry, replacements('./'))));
  for (const name of ['main', 'post']) {
    const compiled = readFileSync(join(root, `build/src/${name}.cjs`), 'utf8');
    const lines = compiled
      .replace('./action.js', './action.cjs')
      .replace(/^(?:Object\.defineProperty\(exports|\/\/#).*\n?/gm, '');
    writeFileSync(join(dist, `${name}.cjs`), lines);
  }
}

async function bundleLazy(file: string, modules: readonly string[]): Promise<void> {
  const replaced = {
    ...Object.fromEntries(Object.entries(replacements('../')).filter(([module]) => !modules.includes(module))),
    ...fromAction('../'),
    ...STAND_INS[file],
  };
  const entry = modules.map((module) =>
    file.endsWith('.mjs') ? `export * from "${module}";\n` : `module.exports = require("${module}");\n`,
  );
  const code = await bundleOf(file, entry.join(''), replaced);
  writeFileSync(join(dist, 'lazy', lazyFile(file)), code);
}

async function bundleDev(): Promise<void> {
  const entries = { demo: './scripts/demo.js', emulator: './emulator/main.js', try: './scripts/try.js' };
  const entry = Object.entries(entries).map(([name, path]) => `exports.${name} = () => require("${path}");\n`);
  writeFileSync(join(dist, 'dev/dev.cjs'), await bundleOf('dev.cjs', entry.join(''), {}));
  for (const name of Object.keys(entries))
    writeFileSync(join(dist, `dev/${name}.cjs`), `'use strict';\nrequire('./dev.cjs').${name}();\n`);
}

/** Signs and sends by the same code as the action, and needs no install either. */
async function bundleContract(): Promise<void> {
  const replaced = { ...replacements('../'), ...fromAction('../') };
  const code = await bundleOf('contract.mjs', 'import "./contract/main.js";\n', replaced);
  writeFileSync(join(dist, 'dev/contract.cjs'), await withoutUnused(code));
}

rmSync(dist, { recursive: true, force: true });
for (const folder of ['lazy', 'dev']) mkdirSync(join(dist, folder), { recursive: true });
await bundleAction();
for (const [file, modules] of Object.entries(LAZY)) await bundleLazy(file, modules);
await bundleDev();
await bundleContract();
const texts = [...licences].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
writeFileSync(join(dist, 'licenses.txt'), `${texts.join('\n\n\n')}\n`);
