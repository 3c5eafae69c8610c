import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { timedAtOnce } from './many-routines.js';
import { findChromium } from './rendering/chromium.js';
import { renderMarkdown } from './rendering/markdown.js';
import { HOSTILE_SCENES, type Played, play, SCENES } from './rendering/scenes.js';
import { openBrowser, openScreen, photograph, smaller, THEMES, type Theme } from './rendering/screen.js';

/**
 * Makes the pictures of the documents, and with a folder given a picture there of every scene in both themes, and two
 * sheets of all of them. Run `npm run bundle` before: what is shown is what `dist/` says.
 */
const docs = resolve(import.meta.dirname, '../../docs');
const [folder] = process.argv.slice(2);

/** Which scene is in which picture of docs/; in the dark theme with `-dark` behind its name. */
const PICTURES: Readonly<Record<string, string>> = { 'rolled-back-late': 'rollout', deployed: 'summary' };
/** A picture of the README, in bytes. */
const HEAVY = 120_000;

const chromium = findChromium();
if (chromium.kind === 'missing') {
  process.stderr.write(`${chromium.why}\n`);
  process.exitCode = 1;
} else void main(chromium.path);

async function main(path: string): Promise<void> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const { results } = await timedAtOnce([...SCENES, ...HOSTILE_SCENES], 2, async (scene) => play(scene));
  const played = [...SCENES, ...HOSTILE_SCENES].flatMap((scene) => results.filter((one) => one.scene === scene));
  await using browser = await openBrowser(path);
  const heights = new Map<string, number>();
  for (const theme of THEMES) {
    const screen = await openScreen(browser, theme);
    const taken: { readonly name: string; readonly picture: Buffer }[] = [];
    for (const one of played) {
      await screen.show(renderMarkdown(publicly(one)));
      const picture = await screen.picture();
      heights.set(one.scene.name, (await screen.look()).height);
      taken.push({ name: one.scene.name, picture });
      if (folder !== undefined) writeFileSync(join(folder, `${one.scene.name}-${theme}.png`), picture);
      const document = PICTURES[one.scene.name];
      if (document !== undefined) publish(document, theme, await smaller(browser, picture));
    }
    if (folder !== undefined) {
      const sheet = await photograph(browser, sheetOf(taken), SHEET_WIDTH);
      writeFileSync(join(folder, `all-${theme}.png`), sheet);
    }
  }
  for (const [name, height] of heights) process.stdout.write(`${name.padEnd(20)} ${height} px high\n`);
}

/** The emulator's port is another each time, and says nothing to a reader. */
function publicly({ result, gateUrl }: Played): string {
  const { host, pathname } = new URL(gateUrl);
  return result.summary.replaceAll(`${host}${pathname}`, 'hello.example.com/');
}

function publish(document: string, theme: Theme, picture: Buffer): void {
  const file = `${document}${theme === 'dark' ? '-dark' : ''}.png`;
  writeFileSync(join(docs, file), picture);
  const heavy = picture.length > HEAVY ? ', which is more than a README should have' : '';
  process.stdout.write(`docs/${file}: ${Math.round(picture.length / 1_000)} kB${heavy}\n`);
}

const SHEET_WIDTH = 2_000;

function sheetOf(taken: readonly { readonly name: string; readonly picture: Buffer }[]): string {
  const shown = taken.map(
    ({ name, picture }) =>
      `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${picture.toString('base64')}"></figure>`,
  );
  return `<!doctype html>
<style>
body { margin: 0; padding: 10px; background: #888; columns: 4; column-gap: 10px; font: 20px sans-serif; }
figure { margin: 0 0 10px; break-inside: avoid; }
img { width: 100%; }
</style>
${shown.join('\n')}`;
}
