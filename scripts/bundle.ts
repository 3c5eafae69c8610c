import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { minify } from 'terser';

/**
 * Builds dist/ from what tsc wrote to build/. Three things are out of the ordinary, each measured (docs/adr/0002):
 * the output is CommonJS, which starts faster; packages that a plain deploy never touches, but that its libraries
 * import at once, become files of their own behind a stand-in that loads them on first use; and code that nothing
 * uses is taken out, while names and lines stay as they are for whoever reads the bundle or a stack.
 */
interface Bundled {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
}
type Ncc = (entry: string, options: object) => Promise<Bundled>;

const ncc = createRequire(import.meta.url)('@vercel/ncc') as Ncc;

/**
 * Imported at once by @actions/core (OIDC, platform details) and by the SDK (its own credentials, XML errors), or needed
 * only behind a proxy.
 */
const LAZY: Readonly<Record<string, 'module' | 'commonjs'>> = {
  undici: 'commonjs',
  '@actions/http-client': 'module',
  '@actions/http-client/lib/auth': 'module',
  '@actions/exec': 'module',
  '@alicloud/credentials': 'commonjs',
  '@alicloud/gateway-spi': 'commonjs',
  '@alicloud/tea-xml': 'commonjs',
  'http-proxy-agent': 'module',
  'https-proxy-agent': 'module',
  // Asked for by httpx to unpack answers, which the API does not pack.
  zlib: 'commonjs',
};

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const fileName = (module: string) => module.replace(/[^a-z]+/g, '-').replace(/^-/, '');
/** One copy for all who send by it, since it is given the proxy's agent once (docs/adr/0007). */
const SHARED = 'httpx';
const externals = (folder: string, own?: string) => ({
  ...(own === SHARED ? {} : { [SHARED]: `${folder}${SHARED}.cjs` }),
  // With DEBUG set it would print whole requests, the session's token included. Nothing here needs it.
  debug: `${folder}debug-off.cjs`,
  // For proxies that speak Kerberos; it is native code, which a bundle cannot hold.
  'proxy-agent-negotiate': `${folder}negotiate-off.cjs`,
  ...Object.fromEntries(
    Object.keys(LAZY)
      .filter((module) => module !== own)
      .map((module) => [module, `${folder}${fileName(module)}.cjs`]),
  ),
});

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
    format: { beautify: true, comments: false },
  });
  return `${result.code}\n`;
}

const licences = new Map<string, string>();

async function bundle(entry: string, external: object): Promise<string> {
  const options = { esm: false, cache: false, quiet: true, license: 'licenses.txt', externals: external };
  const { code, assets } = await ncc(entry, options);
  const strays = Object.keys(assets).filter((name) => name !== 'licenses.txt' && name !== 'package.json');
  if (strays.length > 0) throw new Error(`${entry} needs files beside its bundle: ${strays.join(', ')}`);
  collectLicences(String(assets['licenses.txt']?.source ?? ''));
  return code;
}

/** The plug-in writes one block per package, its name first. */
function collectLicences(text: string): void {
  for (const block of text.split(/\n{3,}|\n\n(?=(?:@[\w.-]+\/)?[\w.-]+\n(?:[A-Z][\w.-]*\n))/)) {
    const name = block.trim().split('\n')[0] ?? '';
    if (name !== '') licences.set(name, block.trim());
  }
}

/** Looks like the module from outside, and becomes it when something of it is first asked for. */
function standIn(module: string): string {
  const file = `./${fileName(module)}.module.cjs`;
  return `'use strict';
let loaded;
const load = () => (loaded ??= require('${file}'));
module.exports = new Proxy({}, {
  get: (_, name) => (name === '__esModule' ? true : load()[name]),
  has: (_, name) => name in load(),
});
`;
}

/** The interface of the package `debug` that httpx uses, switched off for good. */
const DEBUG_OFF = `'use strict';
const off = Object.assign(() => {}, { enabled: false });
module.exports = () => off;
`;

/** The interface of that package, as far as the proxy agents name it. */
const NEGOTIATE_OFF = `'use strict';
exports.createNegotiateAuth = () => undefined;
`;

async function lazyModules(): Promise<void> {
  mkdirSync(join(dist, 'lazy'), { recursive: true });
  const entries = join(root, 'build/lazy');
  mkdirSync(entries, { recursive: true });
  const modules: Readonly<Record<string, string>> = { ...LAZY, [SHARED]: 'commonjs' };
  for (const [module, kind] of Object.entries(modules)) {
    const file = module === SHARED ? `${SHARED}.cjs` : `${fileName(module)}.module.cjs`;
    const source = kind === 'module' ? `export * from '${module}';\n` : `module.exports = require('${module}');\n`;
    const entry = join(entries, `${fileName(module)}.${kind === 'module' ? 'mjs' : 'cjs'}`);
    writeFileSync(entry, source);
    writeFileSync(join(dist, 'lazy', file), await bundle(entry, externals('./', module)));
    if (module !== SHARED) writeFileSync(join(dist, 'lazy', `${fileName(module)}.cjs`), standIn(module));
  }
  writeFileSync(join(dist, 'lazy', 'debug-off.cjs'), DEBUG_OFF);
  writeFileSync(join(dist, 'lazy', 'negotiate-off.cjs'), NEGOTIATE_OFF);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'dev'), { recursive: true });
const main = await bundle(join(root, 'build/src/main.js'), {
  ...externals('./lazy/'),
  './gates/measure.js': './gates.cjs',
});
writeFileSync(join(dist, 'main.cjs'), await withoutUnused(main));
writeFileSync(
  join(dist, 'gates.cjs'),
  await withoutUnused(await bundle(join(root, 'build/src/gates/measure.js'), externals('./lazy/'))),
);
const restore = await bundle(join(root, 'build/src/recover.js'), externals('./lazy/'));
writeFileSync(join(dist, 'restore.cjs'), await withoutUnused(restore));
writeFileSync(
  join(dist, 'post.cjs'),
  await bundle(join(root, 'build/src/post.js'), { './recover.js': './restore.cjs' }),
);
await lazyModules();
for (const name of ['emulator', 'demo']) {
  const entry = join(root, name === 'emulator' ? 'build/emulator/main.js' : 'build/scripts/demo.js');
  writeFileSync(join(dist, 'dev', `${name}.cjs`), await bundle(entry, {}));
}
const text = [...licences.keys()]
  .sort()
  .map((name) => licences.get(name))
  .join('\n\n\n');
writeFileSync(join(dist, 'licenses.txt'), `${text}\n`);
console.log(`dist: ${readdirSync(dist).join(' ')}`);
