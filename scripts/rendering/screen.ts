import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Rendered } from './markdown.js';
import { type Indexed, smallPng } from './small-png.js';

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What GitHub gives to a job summary, in CSS pixels. */
export const CONTENT_WIDTH = 1_012;
const MARGIN = 24;

const root = resolve(import.meta.dirname, '../../..');
const packaged = createRequire(import.meta.url);

/** A text in a drawing, and what it is read against. Ratios are WCAG's, from 1 to 21. */
export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** What is seen of a summary, details closed. Lengths in CSS pixels. */
export interface Look {
  readonly height: number;
  /** Of the document and of each table, block of code and drawing: what it needs beside what it has. */
  readonly tooWide: readonly string[];
  readonly contrasts: readonly Contrast[];
  /** Slices, bars and lines of charts against what is behind them. */
  readonly marks: readonly Contrast[];
  /** Drawings by mermaid, one each. */
  readonly drawings: readonly string[];
  /** Pieces of text outside of code and drawings, as the page has them: one each text node. */
  readonly texts: readonly string[];
  /** Of each code span: its text, and what is copied when it is selected. */
  readonly codes: readonly { readonly text: string; readonly copied: string }[];
  /** Names of the elements that Markdown became, without those of drawings. */
  readonly elements: readonly string[];
  /** Attributes of them, as `element.attribute`. */
  readonly attributes: readonly string[];
  readonly links: readonly string[];
  /** All of its text in one, code and what is folded away included. */
  readonly whole: string;
  /** Of the page, which nothing in it may change. */
  readonly title: string;
  /** What the page asked the network for. */
  readonly requests: readonly string[];
}

export interface Screen {
  /** Shows HTML in place of what was shown; with what mermaid had against its drawings. */
  readonly show: (rendered: Rendered) => Promise<readonly string[]>;
  readonly look: () => Promise<Look>;
  /** A PNG of what is shown, with a margin around it; no higher than so many CSS pixels. */
  readonly picture: (height?: number) => Promise<Buffer>;
}

/** Text is smoothed in grey, so that a picture has few colours and does not depend on a screen. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--disable-lcd-text', '--font-render-hinting=none'] });
}

/** A page styled as GitHub's, without network. It is as high as ten summaries, so that all of it can be hit-tested. */
export async function openScreen(browser: Browser, theme: Theme): Promise<Screen> {
  const viewport = { width: CONTENT_WIDTH + 2 * MARGIN, height: 14_000 };
  const context = await browser.newContext({ viewport, colorScheme: theme, offline: true });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.setContent(frame(theme));
  await page.addScriptTag({ path: join(root, 'node_modules/mermaid/dist/mermaid.min.js') });
  await page.addScriptTag({ path: join(root, 'scripts/rendering/in-page.js') });
  await page.evaluate(`prepare(${JSON.stringify(theme)})`);
  return {
    show: async ({ html }) => {
      requests.length = 0;
      return page.evaluate<string[]>(`show(${JSON.stringify(html)})`);
    },
    look: async () => ({ ...(await page.evaluate<Omit<Look, 'requests'>>('look()')), requests: [...requests] }),
    picture: async (height) => pictureOf(page, height),
  };
}

async function pictureOf(page: Page, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const shown = await page.evaluate<number>('document.querySelector("main").offsetHeight');
  const height = Math.min(shown + 2 * MARGIN, limit);
  return page.screenshot({ clip: { x: 0, y: 0, width: CONTENT_WIDTH + 2 * MARGIN, height }, animations: 'disabled' });
}

/** The same PNG in 256 colours and a third of its bytes. */
export async function smaller(browser: Browser, png: Buffer): Promise<Buffer> {
  await using page = await browser.newPage({ offline: true });
  await page.addScriptTag({ path: join(root, 'scripts/rendering/fewer-colours.js') });
  const source = `data:image/png;base64,${png.toString('base64')}`;
  const indexed = await page.evaluate<Omit<Indexed, 'pixels'> & { readonly pixels: string }>(
    `fewerColours(${JSON.stringify(source)})`,
  );
  return smallPng({ ...indexed, pixels: Buffer.from(indexed.pixels, 'base64') });
}

/** A PNG of a page of its own, without network, as high as it is. */
export async function photograph(browser: Browser, html: string, width: number): Promise<Buffer> {
  await using page = await browser.newPage({ viewport: { width, height: 100 }, offline: true });
  await page.setContent(html);
  return await page.screenshot({ fullPage: true });
}

function frame(theme: Theme): string {
  const styles = readFileSync(packaged.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Job summary</title>
<style>${styles}</style>
<style>
body { width: ${CONTENT_WIDTH}px; min-height: 100vh; padding: ${MARGIN}px; }
.mermaid { text-align: center; margin: 0 0 16px; }
</style>
<body class="markdown-body"><main class="markdown-body"></main></body>
</html>
`;
}
